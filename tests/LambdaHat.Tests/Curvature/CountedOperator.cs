using LambdaHat.Curvature;

namespace LambdaHat.Tests.Curvature;

/// <summary>Another operator, with its products counted.</summary>
internal sealed class CountedOperator(SymmetricOperator operation) : SymmetricOperator
{
    public int Products { get; set; }

    /// <summary>Called before every product or block of them.</summary>
    public Action Before { get; set; } = () => { };

    public override int Dimension => operation.Dimension;

    public override void Multiply(ReadOnlySpan<double> v, Span<double> result)
    {
        Count(1);
        operation.Multiply(v, result);
    }

    public override void MultiplyBlock(ReadOnlySpan<float> vectors, Span<double> results, int columns)
    {
        Count(columns);
        operation.MultiplyBlock(vectors, results, columns);
    }

    public override void MultiplyBlock(ReadOnlySpan<double> vectors, Span<double> results, int columns)
    {
        Count(columns);
        operation.MultiplyBlock(vectors, results, columns);
    }

    private void Count(int columns)
    {
        Before();
        Products += columns;
    }
}
