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
    public static double RankNormalisedRHat(IReadOnlyList<double[]> chains) => RankNormalisedRHat([.. chains.Select(c => (ReadOnlyMemory<double>)c)], new DrawWorkspace());

    /// <summary>The same, worked out in memory that is there.</summary>
    internal static double RankNormalisedRHat(IReadOnlyList<ReadOnlyMemory<double>> chains, DrawWorkspace workspace)
    {
        if (chains.Count == 0 || chains[0].Length < 4) return double.NaN;
        var halves = Halves(chains);
        var length = halves[0].Length;
        var sorted = workspace.Sorted(halves.Length * length);
        for (var h = 0; h < halves.Length; h++) halves[h].Span.CopyTo(sorted[(h * length)..]);
        var location = RHat(NormalScores(sorted, workspace), length);
        var median = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        for (var h = 0; h < halves.Length; h++)
        {
            var half = halves[h].Span;
            for (var i = 0; i < length; i++) sorted[(h * length) + i] = Math.Abs(half[i] - median);
        }
        return Math.Max(location, RHat(NormalScores(sorted, workspace), length));
    }

    /// <summary>The chains' halves; the middle draw of an odd chain is left out.</summary>
    internal static ReadOnlyMemory<double>[] Halves(IReadOnlyList<ReadOnlyMemory<double>> chains)
    {
        var half = chains.Min(c => c.Length) / 2;
        return [.. chains.SelectMany(c => (ReadOnlyMemory<double>[])[c[..half], c[^half..]])];
    }

    /// <summary>The mean of all draws; NaN where there are none.</summary>
    internal static double Mean(IReadOnlyList<ReadOnlyMemory<double>> chains)
    {
        var (sum, count) = (0.0, 0L);
        foreach (var chain in chains)
        {
            foreach (var x in chain.Span) sum += x;
            count += chain.Length;
        }
        return sum / count;
    }

    /// <summary>The mean.</summary>
    internal static double Mean(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var x in values) sum += x;
        return sum / values.Length;
    }

    /// <summary>The sample variance (divisor N − 1).</summary>
    internal static double Variance(ReadOnlySpan<double> values)
    {
        var (mean, sum) = (Mean(values), 0.0);
        foreach (var x in values) sum += (x - mean) * (x - mean);
        return sum / (values.Length - 1);
    }

    // Of chains of one length, one behind the other.
    private static double RHat(ReadOnlySpan<double> draws, int length)
    {
        var means = new double[draws.Length / length];
        var within = 0.0;
        for (var c = 0; c < means.Length; c++)
        {
            var chain = draws.Slice(c * length, length);
            (means[c], within) = (Mean(chain), within + Variance(chain));
        }
        within /= means.Length;
        return Math.Sqrt(((within * (length - 1) / length) + Variance(means)) / within);
    }

    // Φ⁻¹((rank − 3/8)/(S + 1/4)) over all draws, ties sharing their mean rank. Leaves the draws in order.
    private static ReadOnlySpan<double> NormalScores(Span<double> draws, DrawWorkspace workspace)
    {
        var scores = workspace.Values(draws.Length).Span;
        var places = workspace.Places(draws.Length);
        for (var i = 0; i < places.Length; i++) places[i] = i;
        draws.Sort(places);
        for (var first = 0; first < draws.Length;)
        {
            var last = first;
            while (last + 1 < draws.Length && draws[last + 1] == draws[first]) last++;
            var rank = ((first + last) / 2.0) + 1;
            var score = Normal.InvCDF(0, 1, (rank - 0.375) / (draws.Length + 0.25));
            for (var i = first; i <= last; i++) scores[places[i]] = score;
            first = last + 1;
        }
        return scores;
    }
}
