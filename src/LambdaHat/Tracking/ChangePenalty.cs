namespace LambdaHat.Tracking;

/// <summary>
/// What a change or a slope must gain in χ² to be kept. On a flat curve of m points with normal errors of known size, a fit with k changes and s sloped segments gains at most a χ² variable of k + s degrees of
/// freedom, and it is taken only where that exceeds (k + s)·C. The chance that any of them is, is at most the sum
/// <code>
///     Σ_k Σ_s (m−1 choose k)·(k+1 choose s)·P(χ²_{k+s} &gt; (k + s)·C),   k + s ≥ 1,
/// </code>
/// and C is the number that makes this sum the rate of false alarms that was asked for. It grows like 2 ln m, as the criteria that are built on BIC do (Zhang &amp; Siegmund 2007).
/// </summary>
public static class ChangePenalty
{
    /// <summary>C for so many <paramref name="points"/>, so that a flat curve shows a change or a slope with at most the probability <paramref name="falseAlarms"/>.</summary>
    public static double Of(int points, double falseAlarms)
    {
        if (points < 2) return 0;
        double low = 0, high = 1;
        while (Bound(points, high, falseAlarms) > falseAlarms) (low, high) = (high, 2 * high);
        while (high - low > 1e-9 * high)
        {
            var middle = (low + high) / 2;
            if (Bound(points, middle, falseAlarms) > falseAlarms) low = middle;
            else high = middle;
        }
        return high;
    }

    // The sum, ended where it is above the rate already or the rest cannot count.
    private static double Bound(int points, double penalty, double enough)
    {
        double sum = 0, splits = 1;
        for (var k = 0; k < points && sum <= enough; k++)
        {
            if (k > 0) splits *= (double)(points - k) / k;
            double part = 0, choices = 1;
            for (var s = 0; s <= k + 1; s++)
            {
                if (k + s > 0) part += splits * choices * TailProbability.ChiSquaredAbove(k + s, (k + s) * penalty);
                choices *= (double)(k + 1 - s) / (s + 1);
            }
            sum += part;
            if (k > 0 && part < 1e-9 * sum) break;
        }
        return sum;
    }
}
