namespace LambdaHat.Cli.Commands;

/// <summary>Work before the steps begin (reading data, passes over all of them), which a user can interrupt although it does not look for it.</summary>
internal static class Preparation
{
    /// <summary>Waits for <paramref name="work"/>; an interruption leaves it behind, to end with the process.</summary>
    /// <exception cref="OperationCanceledException">The wait was interrupted.</exception>
    public static T Run<T>(Func<T> work, CancellationToken cancellation) => Task.Run(work, cancellation).WaitAsync(cancellation).GetAwaiter().GetResult();
}
