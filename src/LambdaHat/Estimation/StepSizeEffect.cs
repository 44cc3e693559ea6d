using LambdaHat.Sampling;

namespace LambdaHat.Estimation;

/// <summary>
/// What is left of the step size's effect on λ̂, λ̂(ε) − λ̂(0), from values at steps that were halved one after the other. An effect proportional to ε loses as much in all further halvings as in
/// the last one; where successive differences e shrink by less, r = e_k/e_{k−1} &gt; ½ (directions that have not relaxed), the rest of the geometric series is e_k·r/(1 − r).
/// </summary>
/// <param name="Value">λ̂(ε) − λ̂(0); NaN where only one step size was looked at.</param>
/// <param name="StandardError">Its standard error.</param>
internal readonly record struct StepSizeEffect(double Value, double StandardError)
{
    private const double LargestRatio = 0.95;

    /// <summary>No second step size was looked at.</summary>
    public static StepSizeEffect Unknown => new(double.NaN, double.NaN);

    /// <summary>At the last of two or more step sizes, each half the one before.</summary>
    public static StepSizeEffect AtLast(IReadOnlyList<MonteCarloMean> halved)
    {
        if (halved.Count < 2) return Unknown;
        var (last, error) = Difference(halved[^2], halved[^1]);
        var ratio = 0.5;
        if (halved.Count > 2)
        {
            var (before, beforeError) = Difference(halved[^3], halved[^2]);
            // Only differences that stand out of their errors tell a ratio.
            if (Math.Abs(before) > 2 * beforeError && Math.Abs(last) > 2 * error && before * last > 0) ratio = Math.Clamp(last / before, 0.5, LargestRatio);
        }
        return new(last * ratio / (1 - ratio), error * ratio / (1 - ratio));
    }

    /// <summary>At the larger of two step sizes, one half the other.</summary>
    public static StepSizeEffect AtLarger(MonteCarloMean larger, MonteCarloMean smaller)
    {
        var (value, error) = Difference(larger, smaller);
        return new(2 * value, 2 * error);
    }

    /// <summary>Whether it lies within two standard errors or half the <paramref name="tolerance"/> of <paramref name="lambda"/>.</summary>
    public bool DoesNotMatter(double lambda, double tolerance) => !(Math.Abs(Value) > Math.Max(2 * StandardError, tolerance / 2 * Math.Abs(lambda)));

    private static (double Value, double Error) Difference(MonteCarloMean larger, MonteCarloMean smaller) =>
        (larger.Mean - smaller.Mean, Math.Sqrt((larger.StandardError * larger.StandardError) + (smaller.StandardError * smaller.StandardError)));
}
