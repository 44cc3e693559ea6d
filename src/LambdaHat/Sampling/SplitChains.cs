using MathNet.Numerics.Distributions;

namespace LambdaHat.Sampling;

/// <summary>
/// The rank-normalised split R̂ of Vehtari, Gelman, Simpson, Carpenter &amp; Bürkner (2021): near 1 when the halves of all chains look alike.
/// </summary>
public static class SplitChains
{
    /// <summary>
    /// max(R̂ of the rank-normalised draws, R̂ of the rank-normalised distances from the median): sensitive to location and to scale.
    /// NaN for chains of fewer than 4 draws or draws without spread.
    /// </summary>
    public static double RankNormalisedRHat(IReadOnlyList<double[]> chains)
    {
        if (chains.Count == 0 || chains[0].Length < 4) return double.NaN;
        var halves = Halves(chains);
        var sorted = halves.SelectMany(h => h).Order().ToArray();
        var median = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        var folded = halves.Select(h => h.Select(x => Math.Abs(x - median)).ToArray()).ToArray();
        return Math.Max(RHat(NormalScores(halves)), RHat(NormalScores(folded)));
    }

    /// <summary>The chains' halves; the middle draw of an odd chain is left out.</summary>
    internal static double[][] Halves(IReadOnlyList<double[]> chains)
    {
        var half = chains.Min(c => c.Length) / 2;
        return [.. chains.SelectMany(c => (double[][])[c[..half], c[^half..]])];
    }

    /// <summary>The sample variance (divisor N − 1).</summary>
    internal static double Variance(double[] values)
    {
        var mean = values.Average();
        return values.Sum(x => (x - mean) * (x - mean)) / (values.Length - 1);
    }

    private static double RHat(double[][] chains)
    {
        double length = chains[0].Length;
        var within = chains.Average(Variance);
        var between = Variance([.. chains.Select(c => c.Average())]);
        return Math.Sqrt(((within * (length - 1) / length) + between) / within);
    }

    // Φ⁻¹((rank − 3/8)/(S + 1/4)) over all draws, ties sharing their mean rank.
    private static double[][] NormalScores(double[][] chains)
    {
        var all = chains.SelectMany((c, i) => c.Select((x, j) => (Value: x, Chain: i, Draw: j))).OrderBy(d => d.Value).ToArray();
        var scores = chains.Select(c => new double[c.Length]).ToArray();
        for (var first = 0; first < all.Length;)
        {
            var last = first;
            while (last + 1 < all.Length && all[last + 1].Value == all[first].Value) last++;
            var rank = ((first + last) / 2.0) + 1;
            var score = Normal.InvCDF(0, 1, (rank - 0.375) / (all.Length + 0.25));
            for (var i = first; i <= last; i++) scores[all[i].Chain][all[i].Draw] = score;
            first = last + 1;
        }
        return scores;
    }
}
