using LambdaHat.Numerics;

namespace LambdaHat.Sampling;

/// <summary>
/// The mean of correlated draws from one or more chains of equal length with its Monte-Carlo error.
/// </summary>
/// <param name="Mean">The mean of all draws.</param>
/// <param name="StandardError">√(var⁺ / ESS): autocorrelation within the chains and disagreement between them included; NaN when undefined.</param>
/// <param name="EffectiveSampleSize">The number of independent draws that would give the same error; NaN when undefined.</param>
public sealed record MonteCarloMean(double Mean, double StandardError, double EffectiveSampleSize)
{
    /// <summary>
    /// Every chain is split in two halves (so that a trend within a chain counts as disagreement); the autocorrelation is combined over the halves and summed
    /// up to Geyer's initial monotone sequence (Geyer 1992; Vehtari, Gelman, Simpson, Carpenter &amp; Bürkner 2021, Section 3). Chains need at least 4 draws.
    /// Draws without any spread have error 0 and an undefined effective sample size.
    /// </summary>
    public static MonteCarloMean Of(IReadOnlyList<double[]> chains) => Of([.. chains.Select(c => (ReadOnlyMemory<double>)c)], new DrawWorkspace());

    /// <summary>The same, worked out in memory that is there.</summary>
    internal static MonteCarloMean Of(IReadOnlyList<ReadOnlyMemory<double>> chains, DrawWorkspace workspace)
    {
        var mean = SplitChains.Mean(chains);
        if (chains.Count == 0 || chains[0].Length < 4) return new(mean, double.NaN, double.NaN);
        var halves = SplitChains.Halves(chains);
        var length = halves[0].Length;
        var covariance = workspace.Covariance(length);
        covariance.Clear();
        foreach (var half in halves) Autocovariance.Add(half.Span, workspace.Padded(Autocovariance.PaddedLength(length)), covariance);
        foreach (ref var c in covariance) c /= halves.Length;
        var within = covariance[0] * length / (length - 1);
        var between = SplitChains.Variance([.. halves.Select(h => SplitChains.Mean(h.Span))]);
        var total = (within * (length - 1) / length) + between;
        if (!(total > 0)) return new(mean, double.IsFinite(total) ? 0 : double.NaN, double.NaN);

        // Geyer: sums of neighbouring autocorrelations are positive and decreasing for a reversible chain.
        var time = -1.0;
        var previous = double.PositiveInfinity;
        for (var lag = 0; lag + 1 < length; lag += 2)
        {
            var pair = (lag == 0 ? 1 : Correlation(covariance[lag])) + Correlation(covariance[lag + 1]);
            if (pair <= 0) break;
            previous = Math.Min(previous, pair);
            time += 2 * previous;
        }
        double draws = halves.Length * length;
        // Antithetic draws can be better than independent ones, but by no more than the reference allows.
        time = Math.Max(time, 1 / Math.Log10(draws));
        var effective = draws / time;
        return new(mean, Math.Sqrt(total / effective), effective);

        double Correlation(double lagged) => 1 - ((within - lagged) / total);
    }
}
