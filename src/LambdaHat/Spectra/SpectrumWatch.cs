using LambdaHat.Curvature;

namespace LambdaHat.Spectra;

/// <summary>Tells of the stages of the work, and ends it between two products.</summary>
internal sealed class SpectrumWatch(Action<StageProgress>? progress, CancellationToken cancellation) : StageWatch(progress, cancellation)
{
    /// <summary>The operator with every product reported as one of <paramref name="products"/>; more of them leave the share at 1.</summary>
    public SymmetricOperator Over(SymmetricOperator operation, string stage, int products) => new Watched(this, operation, stage, products);

    /// <summary>Waits for work that cannot be ended: an interruption leaves it behind, to end with the process. What it works on must not be released then.</summary>
    public T Wait<T>(Func<T> work) => Cancellation.CanBeCanceled ? Task.Run(work, Cancellation).WaitAsync(Cancellation).GetAwaiter().GetResult() : work();

    private sealed class Watched(SpectrumWatch watch, SymmetricOperator operation, string stage, int products) : SymmetricOperator
    {
        private int _made;

        public override int Dimension => operation.Dimension;

        public override void Multiply(ReadOnlySpan<double> v, Span<double> result)
        {
            watch.Report(stage, (double)_made / products);
            operation.Multiply(v, result);
            _made++;
        }

        public override void MultiplyBlock(ReadOnlySpan<double> vectors, Span<double> results, int columns)
        {
            watch.Report(stage, (double)_made / products);
            operation.MultiplyBlock(vectors, results, columns);
            _made += columns;
        }

        public override void MultiplyBlock(ReadOnlySpan<float> vectors, Span<double> results, int columns)
        {
            watch.Report(stage, (double)_made / products);
            operation.MultiplyBlock(vectors, results, columns);
            _made += columns;
        }
    }
}
