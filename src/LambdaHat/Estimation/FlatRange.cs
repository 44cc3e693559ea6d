namespace LambdaHat.Estimation;

/// <summary>A range of γ over which λ̂ does not depend on it, at one nβ.</summary>
public sealed record FlatRange
{
    /// <summary>Neighbours that differ by less than this part of their mean are the same, whatever their errors.</summary>
    public const double SameWithin = 0.05;

    /// <summary>nβ.</summary>
    public required double NBeta { get; init; }

    /// <summary>The smallest γ of the range.</summary>
    public required double GammaFrom { get; init; }

    /// <summary>The largest γ of the range.</summary>
    public required double GammaTo { get; init; }

    /// <summary>λ̂ over the range: the mean of its points, weighted with 1/standard error².</summary>
    public required double LambdaHat { get; init; }

    /// <summary>
    /// The standard error of <see cref="LambdaHat"/>: (Σ 1/s²)^(−½), times √(χ²/(points − 1)) where the points scatter more than their errors say, so that a drift within the range is in it.
    /// </summary>
    public required double StandardError { get; init; }

    /// <summary>The number of points in the range, at least 2.</summary>
    public required int Points { get; init; }

    /// <summary>The relative change of λ̂ from the smallest to the largest γ: many small steps can make a large one.</summary>
    public required double Change { get; init; }

    /// <summary>
    /// The range of most decades in which every point has converged and neighbours differ by less than max(2 combined standard errors, 5 % of their mean); null where no two neighbours do.
    /// <paramref name="points"/> are those of one nβ, γ ascending; a missing one ends a range.
    /// </summary>
    public static FlatRange? Of(IReadOnlyList<SweepPoint?> points)
    {
        var (bestFrom, bestTo) = (0, 0);
        for (int from = 0, to = 0; to < points.Count; to++)
        {
            if (to > from && !AreTheSame(points[to - 1], points[to])) from = to;
            if (to > from && (bestTo == bestFrom || Decades(from, to) > Decades(bestFrom, bestTo))) (bestFrom, bestTo) = (from, to);
        }
        return bestTo == bestFrom ? null : Over([.. points.Skip(bestFrom).Take(bestTo - bestFrom + 1).Select(p => p!)]);

        double Decades(int from, int to) => Math.Log10(points[to]!.Gamma / points[from]!.Gamma);
    }

    /// <summary>Whether both points have converged and their values are the same.</summary>
    public static bool AreTheSame(SweepPoint? a, SweepPoint? b) => a is { Verdict: Verdict.Converged } && b is { Verdict: Verdict.Converged }
        && Math.Abs(a.LambdaHat - b.LambdaHat) < Math.Max(2 * Math.Sqrt((a.StandardError * a.StandardError) + (b.StandardError * b.StandardError)), SameWithin * Math.Abs(a.LambdaHat + b.LambdaHat) / 2);

    private static FlatRange Over(SweepPoint[] points)
    {
        // A point without an error cannot be weighted by it.
        var weighted = points.All(p => p.StandardError > 0);
        double Weight(SweepPoint p) => weighted ? 1 / (p.StandardError * p.StandardError) : 1;
        var total = points.Sum(Weight);
        var mean = points.Sum(p => Weight(p) * p.LambdaHat) / total;
        var scatter = points.Sum(p => Weight(p) * (p.LambdaHat - mean) * (p.LambdaHat - mean)) / (points.Length - 1);
        return new FlatRange
        {
            NBeta = points[0].NBeta,
            GammaFrom = points[0].Gamma,
            GammaTo = points[^1].Gamma,
            LambdaHat = mean,
            StandardError = Math.Sqrt((weighted ? Math.Max(scatter, 1) : scatter) / total),
            Points = points.Length,
            Change = (points[^1].LambdaHat / points[0].LambdaHat) - 1,
        };
    }
}
