using System.Numerics;

namespace LambdaHat.Numerics;

/// <summary>The standard normal distribution, vectorised in float32.</summary>
internal static class StandardNormal
{
    private const float InverseRootTwoPi = 0.398942280f;

    private static ReadOnlySpan<float> Coefficients =>
    [
        0.4720532f, -0.0967034698f, 0.0139995962f, 0.0285999812f, -0.0321972705f, 0.0179402027f,
        -0.00500438269f, -0.000303759967f, 0.000692859292f, -6.05570676e-05f, -7.16115464e-05f,
    ];

    /// <summary>
    /// Φ(x) = ½·erfc(−x/√2), and φ(x) = exp(−x²/2)/√(2π) in <paramref name="density"/>. Both are finite for every finite x. The relative
    /// error is below 1e-6 wherever the value is a normal float32, in the lower tail too, and Φ never leaves [0, 1].
    /// </summary>
    /// <remarks>
    /// With a = |x| and Φ(−a) = exp(−a²/2)·r(a), the function (1 + a)·r(a) is smooth and bounded; as a polynomial of degree 10 in q = (a − 4)/(a + 4)
    /// (minimax by Remez exchange over a ≤ 14.5, where exp(−a²/2) underflows) it is met to a relative 2.2e-8 with the coefficients rounded to float32.
    /// The square a² is carried in two parts, so that the exponential keeps its relative accuracy.
    /// </remarks>
    public static Vector<float> Cumulative(Vector<float> x, out Vector<float> density)
    {
        var a = Vector.Min(Vector.Abs(x), new Vector<float>(1e4f));
        var square = a * a;
        var rest = Vector.FusedMultiplyAdd(a, a, -square);
        var bell = Vector.Exp(square * -0.5f);
        bell = Vector.FusedMultiplyAdd(bell, rest * -0.5f, bell);
        density = bell * InverseRootTwoPi;

        var q = (a - new Vector<float>(4f)) / (a + new Vector<float>(4f));
        var p = new Vector<float>(Coefficients[^1]);
        for (var i = Coefficients.Length - 2; i >= 0; i--) p = Vector.FusedMultiplyAdd(p, q, new Vector<float>(Coefficients[i]));
        var tail = bell * p / (a + Vector<float>.One);
        return Vector.ConditionalSelect(Vector.GreaterThan(x, Vector<float>.Zero), Vector<float>.One - tail, tail);
    }
}
