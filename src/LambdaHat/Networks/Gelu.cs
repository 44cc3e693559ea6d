using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using LambdaHat.Numerics;
using MathNet.Numerics;

namespace LambdaHat.Networks;

/// <summary>
/// The Gaussian error linear unit (Hendrycks and Gimpel 2016). Exact form: f(x) = x·Φ(x) = ½x(1 + erf(x/√2)). With
/// <paramref name="approximate"/> the form f(x) = ½x(1 + tanh(√(2/π)(x + 0.044715x³))), <c>approximate="tanh"</c> in PyTorch.
/// </summary>
public sealed class Gelu(int width, bool approximate = false) : ElementwiseLayer(width)
{
    /// <inheritdoc/>
    public override string Kind => "gelu";

    /// <summary>Whether the layer uses the tanh form.</summary>
    public bool Approximate => approximate;

    /// <inheritdoc/>
    public override void WriteOptions(JsonObject options) => options["approximate"] = approximate ? "tanh" : "none";

    /// <inheritdoc/>
    protected override void Apply(ReadOnlySpan<float> x, Span<float> y)
    {
        if (approximate) ElementwiseLoop.Value<TanhForm>(x, y);
        else ElementwiseLoop.Value<ExactForm>(x, y);
    }

    /// <inheritdoc/>
    protected override void Chain(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> v, Span<float> result)
    {
        if (approximate) ElementwiseLoop.Chain<TanhForm>(x, y, v, result);
        else ElementwiseLoop.Chain<ExactForm>(x, y, v, result);
    }

    /// <inheritdoc/>
    protected override void Curve(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> v, Span<float> result)
    {
        if (approximate) ElementwiseLoop.Curve<TanhForm>(x, y, v, result);
        else ElementwiseLoop.Curve<ExactForm>(x, y, v, result);
    }

    /// <inheritdoc/>
    protected override double Exact(double x, out double slope)
    {
        if (approximate)
        {
            const double inner = 0.044715;
            var scale = Math.Sqrt(2 / Math.PI);
            var t = Math.Tanh(scale * (x + (inner * x * x * x)));
            slope = (0.5 * (1 + t)) + (0.5 * x * (1 - (t * t)) * scale * (1 + (3 * inner * x * x)));
            return 0.5 * x * (1 + t);
        }
        var cumulative = 0.5 * SpecialFunctions.Erfc(-x / Math.Sqrt(2));
        slope = cumulative + (x * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI));
        return x * cumulative;
    }

    [ModuleInitializer]
    internal static void Register() => Register("gelu", static (options, width) => options.Text("approximate", "none") switch
    {
        "none" => new Gelu(width),
        "tanh" => new Gelu(width, approximate: true),
        var other => throw new InvalidInputException($"{options.Place}: \"approximate\" must be \"none\" or \"tanh\", got \"{other}\""),
    }, "approximate");

    private readonly struct ExactForm : IDifferentiableFunction
    {
        public static Vector<float> Value(Vector<float> x) => x * StandardNormal.Cumulative(x, out _);

        // f′ = Φ(x) + x·φ(x)
        public static Vector<float> Derivative(Vector<float> x, Vector<float> y)
        {
            var cumulative = StandardNormal.Cumulative(x, out var density);
            return Vector.FusedMultiplyAdd(x, density, cumulative);
        }

        // f″ = φ(x)·(2 − x²); where x² would overflow φ is 0 already.
        public static Vector<float> SecondDerivative(Vector<float> x, Vector<float> y)
        {
            StandardNormal.Cumulative(x, out var density);
            var clamped = Vector.Min(Vector.Abs(x), new Vector<float>(1e4f));
            return density * Vector.FusedMultiplyAdd(-clamped, clamped, new Vector<float>(2f));
        }
    }

    // ½(1 + tanh z) = σ(2z), so f = x·σ(2z) with 2z = x·(A + B·x²). At |x| = 11 the logistic function is already 0 or 1 in float32:
    // clamping x there keeps the cube from overflowing and changes nothing else.
    private readonly struct TanhForm : IDifferentiableFunction
    {
        private const float A = 1.59576912f; // 2√(2/π)
        private const float B = 0.0713548163f; // 2√(2/π)·0.044715

        public static Vector<float> Value(Vector<float> x) => x * Logistic(Clamp(x), out _);

        // f′ = σ + x·σ(1 − σ)·(A + 3B·x²)
        public static Vector<float> Derivative(Vector<float> x, Vector<float> y)
        {
            var c = Clamp(x);
            var logistic = Logistic(c, out var slope);
            return Vector.FusedMultiplyAdd(c * slope, Vector.FusedMultiplyAdd(c * c, new Vector<float>(3 * B), new Vector<float>(A)), logistic);
        }

        // With u = x·(A + B·x²), σ′ = σ(1 − σ) and σ″ = σ′(1 − 2σ): f″ = 2σ′u′ + x·(σ″u′² + σ′u″), u″ = 6B·x.
        public static Vector<float> SecondDerivative(Vector<float> x, Vector<float> y)
        {
            var c = Clamp(x);
            var logistic = Logistic(c, out var slope);
            var inner = Vector.FusedMultiplyAdd(c * c, new Vector<float>(3 * B), new Vector<float>(A));
            var bend = ((Vector<float>.One - logistic - logistic) * inner * inner) + (c * (6 * B));
            return slope * Vector.FusedMultiplyAdd(c, bend, inner + inner);
        }

        private static Vector<float> Clamp(Vector<float> x) => Vector.Min(Vector.Max(x, new Vector<float>(-11f)), new Vector<float>(11f));

        // σ(2z) and σ(1 − σ) from exp(−|2z|), neither with cancellation.
        private static Vector<float> Logistic(Vector<float> x, out Vector<float> slope)
        {
            var twice = x * Vector.FusedMultiplyAdd(x * x, new Vector<float>(B), new Vector<float>(A));
            var decay = Vector.Exp(-Vector.Abs(twice));
            var larger = Vector<float>.One / (Vector<float>.One + decay);
            var smaller = decay * larger;
            slope = smaller * larger;
            return Vector.ConditionalSelect(Vector.GreaterThan(x, Vector<float>.Zero), larger, smaller);
        }
    }
}
