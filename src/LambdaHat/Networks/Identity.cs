using System.Runtime.CompilerServices;

namespace LambdaHat.Networks;

/// <summary>f(x) = x.</summary>
public sealed class Identity(int width) : ElementwiseLayer(width)
{
    /// <inheritdoc/>
    public override string Kind => "identity";

    /// <inheritdoc/>
    protected override void Apply(ReadOnlySpan<float> x, Span<float> y) => x.CopyTo(y);

    /// <inheritdoc/>
    protected override void Chain(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> v, Span<float> result) => v.CopyTo(result);

    /// <inheritdoc/>
    protected override void Curve(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> v, Span<float> result) => result.Clear();

    /// <inheritdoc/>
    protected override double Exact(double x, out double slope)
    {
        slope = 1;
        return x;
    }

    [ModuleInitializer]
    internal static void Register() => Register("identity", static (_, width) => new Identity(width));
}
