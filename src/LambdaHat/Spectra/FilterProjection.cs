using LambdaHat.Curvature;

namespace LambdaHat.Spectra;

/// <summary>
/// The network at P_{&gt;τ}·w* for thresholds τ, eight a decade, by a spectral filter started at w*: loss and accuracy against the number of eigenvalues above τ, without an eigenvector.
/// </summary>
internal static class FilterProjection
{
    private const int PointsPerDecade = 8, AtOnce = 16, DefaultColumns = 600;

    /// <summary>Draws the curve, and where the cut-off asks for it finds the largest τ that is enough, to the Ritz values of the filter.</summary>
    /// <param name="point">What it is about.</param>
    /// <param name="curvature">The matrix.</param>
    /// <param name="largest">λ₁.</param>
    /// <param name="floor">The share of it below which nothing is told from zero.</param>
    /// <param name="count">How many eigenvalues exceed a τ.</param>
    public static (IReadOnlyList<ProjectionPoint> Points, ProjectionPoint? Least) Find(SpectrumPoint point, SymmetricOperator curvature, double largest, double floor, Func<double, RankPoint> count)
    {
        var d = point.Dimension;
        var columns = Math.Min(d, point.Options.FilterColumns ?? DefaultColumns);
        using var filter = SpectralFilter.Build(point.Watch.Over(curvature, "filter", columns), point.Center, columns, point.Team, cancellation: point.Watch.Cancellation);
        var network = new ProjectedNetwork(point);
        double[] taus = [.. HessianSpectrum.Taus(largest, floor, PointsPerDecade)];
        List<ProjectionPoint> points = [];
        foreach (var part in taus.Chunk(AtOnce)) points.AddRange(Evaluate(part, points.Count));
        if (!point.Options.Cutoff.Projects) return (points, null);
        var enough = point.Enough();
        var passing = points.FindIndex(enough);
        if (passing <= 0) return (points, passing == 0 ? points[0] : null);
        // P changes at Ritz values only; ascending, the last that is enough.
        double[] between = [taus[passing], .. filter.RitzValues.Where(theta => theta > taus[passing] && theta < taus[passing - 1])];
        var (low, high, least) = (0, between.Length, points[passing]);
        while (high - low > 1)
        {
            var middle = low + ((high - low) / 2);
            var found = Evaluate([between[middle]], taus.Length)[0];
            if (enough(found)) (low, least) = (middle, found);
            else high = middle;
        }
        if (least != points[passing]) points.Insert(passing, least);
        return (points, least);

        ProjectionPoint[] Evaluate(double[] thresholds, int done)
        {
            var vectors = new float[thresholds.Length * d];
            filter.Project(thresholds, vectors);
            return [.. thresholds.Select((tau, i) =>
            {
                point.Watch.Report("projections", (double)(done + i) / taus.Length);
                var above = count(tau);
                return network.At<float>(above.Rank, tau, vectors.AsSpan(i * d, d)) with { CountError = above.Error, Change = filter.Change(tau) };
            })];
        }
    }
}
