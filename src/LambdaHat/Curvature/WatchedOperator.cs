namespace LambdaHat.Curvature;

/// <summary>An operator whose products <paramref name="watch"/> hears of, as a share of <paramref name="products"/> in the stage <paramref name="stage"/> (more of them leave it at 1), and may end before each.</summary>
internal sealed class WatchedOperator(SymmetricOperator operation, StageWatch watch, string stage, double products) : SymmetricOperator
{
    private long _made;

    public override int Dimension => operation.Dimension;

    public override void Multiply(ReadOnlySpan<double> v, Span<double> result)
    {
        Report(1);
        operation.Multiply(v, result);
    }

    public override void MultiplyBlock(ReadOnlySpan<double> vectors, Span<double> results, int columns)
    {
        Report(columns);
        operation.MultiplyBlock(vectors, results, columns);
    }

    public override void MultiplyBlock(ReadOnlySpan<float> vectors, Span<double> results, int columns)
    {
        Report(columns);
        operation.MultiplyBlock(vectors, results, columns);
    }

    private void Report(int columns)
    {
        watch.Report(stage, _made / products);
        _made += columns;
    }
}
