namespace LambdaHat;

/// <summary>Where long work tells of its stages and hears that it is to end.</summary>
/// <param name="progress">Hears where a stage stands; null where nobody listens.</param>
/// <param name="cancellation">Ends the work.</param>
public class StageWatch(Action<StageProgress>? progress = null, CancellationToken cancellation = default)
{
    /// <summary>Ends the work.</summary>
    public CancellationToken Cancellation => cancellation;

    /// <summary>Tells where a stage stands.</summary>
    public void Tell(string stage, double share, string detail = "") => progress?.Invoke(new(stage, Math.Clamp(share, 0, 1), detail));

    /// <summary>The same, or an exception where the work is to end.</summary>
    /// <exception cref="OperationCanceledException">It is to end.</exception>
    public void Report(string stage, double share, string detail = "")
    {
        cancellation.ThrowIfCancellationRequested();
        Tell(stage, share, detail);
    }
}
