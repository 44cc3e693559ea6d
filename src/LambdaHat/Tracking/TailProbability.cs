namespace LambdaHat.Tracking;

/// <summary>Tails of the normal and the χ² distribution in float64, to a relative 1e-12 where they are normal numbers.</summary>
public static class TailProbability
{
    // Enough terms of either expansion where it is used: the series up to x = 2, the fraction from there on.
    private const double SeriesUpTo = 2;
    private const int FractionTerms = 200;

    /// <summary>Φ(z), the probability that a standard normal number is below <paramref name="z"/>; NaN for NaN.</summary>
    public static double NormalBelow(double z) => z <= 0 ? ErrorComplement(-z / Math.Sqrt(2)) / 2 : 1 - (ErrorComplement(z / Math.Sqrt(2)) / 2);

    /// <summary>
    /// The probability that χ² with so many degrees of freedom (≥ 1) is above <paramref name="value"/> (≥ 0), from erfc(√(x/2)) or exp(−x/2) by
    /// Q(d + 2, x) = Q(d, x) + (x/2)^(d/2)·exp(−x/2)/Γ(d/2 + 1) (Abramowitz &amp; Stegun 26.4.8).
    /// </summary>
    public static double ChiSquaredAbove(int degrees, double value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degrees, 1);
        var half = value / 2;
        var odd = degrees % 2 == 1;
        var sum = odd ? ErrorComplement(Math.Sqrt(half)) : Math.Exp(-half);
        var term = odd ? 2 * Math.Sqrt(half / Math.PI) * Math.Exp(-half) : half * Math.Exp(-half);
        for (var d = odd ? 1 : 2; d < degrees; d += 2)
        {
            sum += term;
            term *= half / ((d / 2.0) + 1);
        }
        return Math.Min(sum, 1);
    }

    // erfc(x) for x ≥ 0: 1 − erf by its series of positive terms (Abramowitz & Stegun 7.1.6), further out the continued fraction 7.1.14.
    private static double ErrorComplement(double x)
    {
        if (!(x > SeriesUpTo))
        {
            double term = x, sum = x;
            for (var n = 1; term > 1e-17 * sum; n++) sum += term *= 2 * x * x / ((2 * n) + 1);
            return 1 - (2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum);
        }
        var fraction = x;
        for (var k = FractionTerms; k > 0; k--) fraction = x + (k / 2.0 / fraction);
        return Math.Exp(-x * x) / (Math.Sqrt(Math.PI) * fraction);
    }
}
