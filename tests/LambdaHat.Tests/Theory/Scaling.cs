using LambdaHat.Theory;

namespace LambdaHat.Tests.Theory;

/// <summary>
/// The numerical meaning of (λ, m), computed without any formula for it: Z(t) = ∫exp(−tK(w)) φ(w) dw, multiplied by t^λ, becomes a
/// polynomial of degree m − 1 in T = ln t, up to exp(−gap·T), the gap being the distance to the next pole. So at T, 2T, 3T, …
/// its m-th difference vanishes and the difference before that does not.
/// </summary>
internal static class Scaling
{
    /// <summary>Compares the claimed λ and m with ln Z(T), at multiples of the given T.</summary>
    public static void AssertHolds(ExactCoefficient claimed, Func<double, double> logIntegral, double logT, double gap)
    {
        var lambda = claimed.Lambda.ToDouble();
        var values = Enumerable.Range(1, (int)claimed.Multiplicity + 1)
            .Select(i => Math.Exp(logIntegral(i * logT) + (lambda * i * logT)))
            .ToArray();
        var scale = values.Max();
        var differences = values;
        for (var order = 1; order <= claimed.Multiplicity; order++)
        {
            var last = differences[^1];
            differences = differences.Zip(differences.Skip(1), (x, y) => y - x).ToArray();
            // Before the m-th difference: the polynomial's degree is m − 1, so this one is a fixed part of the values.
            if (order < claimed.Multiplicity)
                Assert.True(differences.All(d => d > 0.1 * scale / values.Length), $"difference {order} of {string.Join(", ", values)} is too small for m = {claimed.Multiplicity}");
        }
        // The remainder's own constant and powers of T: allow 100·T times its exponential, and the quadrature's 1e-6.
        var tolerance = (100 * logT * Math.Exp(-gap * logT)) + 1e-6;
        Assert.True(tolerance < 0.01, "the test would accept anything: take a larger T");
        Assert.All(differences, d => Assert.InRange(Math.Abs(d) / scale, 0, tolerance));
    }

    /// <summary>
    /// ln of Σ over a square lattice of exp(f(u, v)), times the cell: the trapezoidal rule, which for smooth integrands that vanish
    /// at both ends converges exponentially as the step shrinks.
    /// </summary>
    public static double LogQuadrature(Func<double, double, double> f, double low, double high, double low2, double high2, double step)
    {
        var sum = 0.0;
        for (var u = low; u <= high; u += step)
        {
            for (var v = low2; v <= high2; v += step) sum += Math.Exp(f(u, v));
        }
        return Math.Log(sum * step * step);
    }
}
