using System.Numerics;
using System.Runtime.CompilerServices;
using LambdaHat.Numerics;

namespace LambdaHat.Networks;

/// <summary>f(x) = max(x, 0), with f′(0) = 0 as in PyTorch. NaN stays NaN.</summary>
public sealed class Relu(int width) : ElementwiseLayer(width)
{
    /// <inheritdoc/>
    public override string Kind => "relu";

    /// <inheritdoc/>
    protected override void Apply(ReadOnlySpan<float> x, Span<float> y) => ElementwiseLoop.Value<Function>(x, y);

    /// <inheritdoc/>
    protected override void Chain(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> v, Span<float> result) =>
        ElementwiseLoop.Chain<Function>(x, y, v, result);

    /// <inheritdoc/>
    protected override void Curve(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> v, Span<float> result) =>
        ElementwiseLoop.Curve<Function>(x, y, v, result);

    /// <inheritdoc/>
    protected override double Exact(double x, out double slope)
    {
        slope = x > 0 ? 1 : 0;
        return Math.Max(x, 0);
    }

    [ModuleInitializer]
    internal static void Register() => Register("relu", static (_, width) => new Relu(width));

    private readonly struct Function : IDifferentiableFunction
    {
        public static Vector<float> Value(Vector<float> x) => Vector.Max(x, Vector<float>.Zero);

        public static Vector<float> Derivative(Vector<float> x, Vector<float> y) =>
            Vector.ConditionalSelect(Vector.GreaterThan(y, Vector<float>.Zero), Vector<float>.One, Vector<float>.Zero);

        public static Vector<float> SecondDerivative(Vector<float> x, Vector<float> y) => Vector<float>.Zero;
    }
}
