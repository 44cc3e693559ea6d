using LambdaHat.Curvature;

namespace LambdaHat.Spectra;

/// <summary>Tells of the stages of the work, and ends it between two products.</summary>
internal sealed class SpectrumWatch(Action<StageProgress>? progress, CancellationToken cancellation) : StageWatch(progress, cancellation)
{
    /// <summary>The operator with every product reported as one of <paramref name="products"/>; more of them leave the share at 1.</summary>
    public SymmetricOperator Over(SymmetricOperator operation, string stage, int products) => new WatchedOperator(operation, this, stage, products);

    /// <summary>Waits for work that cannot be ended: an interruption leaves it behind, to end with the process. What it works on must not be released then.</summary>
    public T Wait<T>(Func<T> work) => Cancellation.CanBeCanceled ? Task.Run(work, Cancellation).WaitAsync(Cancellation).GetAwaiter().GetResult() : work();
}
