using LambdaHat.Sampling;

namespace LambdaHat.Estimation;

/// <summary>What the kept draws of all sound chains say together.</summary>
internal sealed record TraceStatistics(MonteCarloMean Mean, double RHat, double Drift, double DriftError, double Variance, double VarianceError, double Nugget)
{
    /// <summary>
    /// Drift: the least-squares slope of the draws against time, one slope and a level for every chain, times the length. Its error is that of independent draws times √τ, τ the autocorrelation time
    /// of what is left without slope and levels.
    /// Variance: within the chains and between them, with the error of its own mean of squares. Nugget: the autocovariance at lag 0 less that at lag 1, which is what noise drawn anew at every step
    /// adds to the variance of a chain that moves slowly from one draw to the next.
    /// </summary>
    public static TraceStatistics Of(IReadOnlyList<ReadOnlyMemory<double>> draws, DrawWorkspace workspace)
    {
        var mean = MonteCarloMean.Of(draws, workspace);
        if (draws.Count == 0 || draws[0].Length < 8) return new(mean, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);
        double length = draws[0].Length, count = draws.Count * length;
        double moment = 0, residual = 0, nugget = 0;
        var middle = (length - 1) / 2;
        var spread = length * ((length * length) - 1) / 12 * draws.Count;
        foreach (var memory in draws)
        {
            var chain = memory.Span;
            var level = SplitChains.Mean(chain);
            for (var t = 0; t < chain.Length; t++)
            {
                moment += (t - middle) * chain[t];
                residual += (chain[t] - level) * (chain[t] - level);
                nugget += (chain[t] - level) * (chain[t] - (t > 0 ? chain[t - 1] : level));
            }
        }
        var slope = moment / spread;
        residual = Math.Max(residual - (slope * moment), 0);
        // The autocorrelation of what is left: a trend would count as correlation.
        var effective = MonteCarloMean.Of(Detrended(draws, slope, workspace), workspace).EffectiveSampleSize;
        var time = double.IsNaN(effective) ? 1 : Math.Max(count / effective, 1);
        var error = Math.Sqrt(residual / count * time / spread);
        var squares = MonteCarloMean.Of(Squares(draws, mean.Mean, workspace), workspace);
        return new(mean, SplitChains.RankNormalisedRHat(draws, workspace), slope * length, error * length, squares.Mean, squares.StandardError, Math.Max(nugget / count, 0));
    }

    /// <summary>Whether the trace has stopped rising or falling: no drift beyond three standard errors, or one below a share of the mean.</summary>
    public bool IsFlat(double share) => Math.Abs(Drift) <= Math.Max(3 * DriftError, share * Math.Abs(Mean.Mean));

    /// <summary>Whether the error is small enough to stop, and known well enough: the smaller it is, the less it matters how well. Of N effective draws it is known to a share of 1/√(2N).</summary>
    public bool Suffices(double tolerance)
    {
        var share = Mean.StandardError / Math.Abs(Mean.Mean);
        return share <= tolerance && Mean.EffectiveSampleSize >= (share <= 0.002 ? 50 : share <= 0.01 ? 100 : 400);
    }

    private static ReadOnlyMemory<double>[] Detrended(IReadOnlyList<ReadOnlyMemory<double>> draws, double slope, DrawWorkspace workspace) => Each(draws, workspace, (chain, result) =>
    {
        var (level, middle) = (SplitChains.Mean(chain), (chain.Length - 1) / 2.0);
        for (var t = 0; t < chain.Length; t++) result[t] = chain[t] - level - (slope * (t - middle));
    });

    private static ReadOnlyMemory<double>[] Squares(IReadOnlyList<ReadOnlyMemory<double>> draws, double center, DrawWorkspace workspace) => Each(draws, workspace, (chain, result) =>
    {
        for (var t = 0; t < chain.Length; t++) result[t] = (chain[t] - center) * (chain[t] - center);
    });

    private static ReadOnlyMemory<double>[] Each(IReadOnlyList<ReadOnlyMemory<double>> draws, DrawWorkspace workspace, Make make)
    {
        var result = new ReadOnlyMemory<double>[draws.Count];
        var left = workspace.Values(draws.Sum(d => d.Length));
        for (var c = 0; c < result.Length; c++)
        {
            var mine = left[..draws[c].Length];
            make(draws[c].Span, mine.Span);
            (result[c], left) = (mine, left[mine.Length..]);
        }
        return result;
    }

    private delegate void Make(ReadOnlySpan<double> chain, Span<double> result);
}
