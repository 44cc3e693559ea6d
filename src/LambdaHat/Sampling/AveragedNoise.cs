using System.Numerics;
using LambdaHat.Numerics;

namespace LambdaHat.Sampling;

/// <summary>
/// The Langevin step of Leimkuhler &amp; Matthews (2013) in whitened coordinates z with potential gradient g: SGLD's step with the noise averaged over two neighbouring steps,
/// <code>
///     z ← z − (ε/2)·g + √ε·(ξ + ξ′)/2
/// </code>
/// ξ the noise of the step before, ξ′ new. On a quadratic of any curvature h &lt; 4/ε its stationary law is exact, where SGLD's variance is too large by 1/(1 − εh/4).
/// Gradient noise of variance σ²·p heats the chain; the noise put in is smaller by that: with a = ε/2, b = ε/4 and curvature 1, exactly
/// <code>
///     Var ξ = 1 − σ²p·a/(2 − a),     of the first step of a series, half as long:   z ← z − (ε/4)·g + √ε·(ξ₀ + ξ′)/2,   Var ξ₀ = 1 − b + σ²p·b²/(1 − b)
/// </code>
/// keep Var z = 1 from the first step on.
/// </summary>
public readonly record struct AveragedNoise(double StepSize, double GradientNoise)
{
    /// <summary>The most of its own noise that a step may owe to the gradient's.</summary>
    public const double LargestShare = 0.5;

    /// <summary>Steps below this are stable in directions of curvature 1.</summary>
    public const double Stable = 4;

    /// <summary>The largest step not above <paramref name="stepSize"/> at which gradient noise of variance <paramref name="gradientNoise"/> can be made up for.</summary>
    public static double Limit(double stepSize, double gradientNoise) =>
        // σ²·a/(2 − a) ≤ share, a = ε/2.
        gradientNoise > 0 ? Math.Min(stepSize, Stable * LargestShare / (gradientNoise + LargestShare)) : stepSize;

    /// <summary>
    /// Replaces the gradient by the move, <paramref name="noise"/> = ξ by ξ′. <paramref name="scale"/> holds R of every coordinate, p = 1 − γR². The stream's numbers have the coordinates'
    /// positions; the first step of a series takes ξ₀ from <paramref name="before"/>.
    /// </summary>
    public void Apply(Span<float> noise, Span<float> gradientThenMove, ReadOnlySpan<float> scale, float gamma, bool first, in RandomStream stream, in RandomStream before, Span<float> scratch)
    {
        var (a, b) = (StepSize / 2, StepSize / 4);
        if (first)
        {
            GaussianNoise.Fill(before, noise);
            Scale(noise, scale, gamma, 1 - b, GradientNoise * b * b / (1 - b));
        }
        var fresh = scratch[..noise.Length];
        GaussianNoise.Fill(stream, fresh);
        Scale(fresh, scale, gamma, 1, -GradientNoise * a / (2 - a));
        var (drift, spread) = ((float)-(first ? b : a), (float)(Math.Sqrt(StepSize) / 2));
        var i = 0;
        for (; i <= noise.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var xi = new Vector<float>(fresh[i..]);
            var move = (new Vector<float>(noise[i..]) + xi) * spread;
            Vector.FusedMultiplyAdd(new Vector<float>(drift), new Vector<float>(gradientThenMove[i..]), move).CopyTo(gradientThenMove[i..]);
            xi.CopyTo(noise[i..]);
        }
        for (; i < noise.Length; i++)
        {
            gradientThenMove[i] = MathF.FusedMultiplyAdd(drift, gradientThenMove[i], (noise[i] + fresh[i]) * spread);
            noise[i] = fresh[i];
        }
    }

    // ξ ← ξ·√(constant + slope·p), p = 1 − γR².
    private static void Scale(Span<float> xi, ReadOnlySpan<float> scale, float gamma, double constant, double slope)
    {
        if (constant == 1 && slope == 0) return;
        var (level, fall) = ((float)(constant + slope), (float)(-slope * gamma));
        var i = 0;
        for (; i <= xi.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var r = new Vector<float>(scale[i..]);
            var variance = Vector.FusedMultiplyAdd(r * r, new Vector<float>(fall), new Vector<float>(level));
            (new Vector<float>(xi[i..]) * Vector.SquareRoot(Vector.Max(variance, Vector<float>.Zero))).CopyTo(xi[i..]);
        }
        for (; i < xi.Length; i++) xi[i] *= MathF.Sqrt(MathF.Max(MathF.FusedMultiplyAdd(scale[i] * scale[i], fall, level), 0));
    }
}
