namespace LambdaHat.Tracking;

/// <summary>
/// What a change and a slope must gain in χ² to be kept. On a flat curve of m points with normal errors of known size, a fit with k changes and s sloped segments gains at most a χ² variable of k + s degrees of
/// freedom, and it is taken only where that exceeds k·<see cref="Change"/> + s·<see cref="Slope"/>. The chance that any of them is, is at most the sum
/// <code>
///     Σ_k Σ_s (m−1 choose k)·(k+1 choose s)·P(χ²_{k+s} &gt; k·Change + s·Slope),
/// </code>
/// and Change is the number that makes this sum the rate of false alarms that was asked for. It grows like 2 ln m, as the criteria that are built on BIC do (Zhang &amp; Siegmund 2007).
/// </summary>
public sealed record ChangePenalty(double Change, double Slope)
{
    // P(χ²_1 > 3.84) = 5 %: a slope on a flat curve is as rare, however few the points.
    private const double LeastSlope = 3.8414588206941254;

    /// <summary>The penalties for <paramref name="points"/> points, so that a flat curve shows a change with at most the probability <paramref name="falseAlarms"/>; a slope costs ln m as in BIC, at least 3.84.</summary>
    public static ChangePenalty Of(int points, double falseAlarms)
    {
        var slope = Math.Max(Math.Log(Math.Max(points, 1)), LeastSlope);
        if (points < 2) return new(0, slope);
        double low = 0, high = 1;
        while (Bound(points, high, slope, falseAlarms) > falseAlarms) (low, high) = (high, 2 * high);
        while (high - low > 1e-9 * high)
        {
            var middle = (low + high) / 2;
            if (Bound(points, middle, slope, falseAlarms) > falseAlarms) low = middle;
            else high = middle;
        }
        return new(high, slope);
    }

    // The sum over k and s, ended where it is above the rate already or the rest cannot count.
    internal static double Bound(int points, double change, double slope, double enough)
    {
        double sum = 0, splits = 1;
        for (var k = 1; k < points && sum <= enough; k++)
        {
            splits *= (double)(points - k) / k;
            double part = 0, choices = 1;
            for (var s = 0; s <= k + 1; s++)
            {
                part += splits * choices * TailProbability.ChiSquaredAbove(k + s, (k * change) + (s * slope));
                choices *= (double)(k + 1 - s) / (s + 1);
            }
            sum += part;
            if (part < 1e-9 * sum) break;
        }
        return sum;
    }
}
