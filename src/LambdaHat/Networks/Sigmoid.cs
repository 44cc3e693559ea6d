using System.Numerics;
using System.Runtime.CompilerServices;
using LambdaHat.Numerics;

namespace LambdaHat.Networks;

/// <summary>f(x) = 1/(1 + exp(−x)), f′ = y(1 − y).</summary>
public sealed class Sigmoid(int width) : ElementwiseLayer(width)
{
    /// <inheritdoc/>
    public override string Kind => "sigmoid";

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
        var y = 1 / (1 + Math.Exp(-x));
        slope = y * (1 - y);
        return y;
    }

    [ModuleInitializer]
    internal static void Register() => Register("sigmoid", static (_, width) => new Sigmoid(width));

    private readonly struct Function : IDifferentiableFunction
    {
        // An overflowing exponential is infinite, and its reciprocal 0.
        public static Vector<float> Value(Vector<float> x) => Vector<float>.One / (Vector<float>.One + Vector.Exp(-x));

        public static Vector<float> Derivative(Vector<float> x, Vector<float> y) => y * (Vector<float>.One - y);

        // y(1 − y)(1 − 2y)
        public static Vector<float> SecondDerivative(Vector<float> x, Vector<float> y) => Derivative(x, y) * (Vector<float>.One - y - y);
    }
}
