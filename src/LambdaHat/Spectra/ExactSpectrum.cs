using LambdaHat.Losses;
using LambdaHat.Numerics;

namespace LambdaHat.Spectra;

/// <summary>All eigenvalues of the assembled matrix, in float64.</summary>
internal static class ExactSpectrum
{
    // The matrix itself and the workspace of its decomposition.
    private const double Matrices = 6;

    public static SpectrumResult Find(SpectrumPoint point)
    {
        var (options, d) = (point.Options, point.Dimension);
        SpectrumMemory.Check("exact", d, Matrices * sizeof(double) * d * d, options);
        var matrix = Assemble(point);
        var blocks = point.Selection.Blocks.Count > 1 ? BlockSpectra.Of(point, matrix) : [];
        var projects = options.Projections == ProjectionMethod.Eigenvectors;
        point.Watch.Report("eigenvalues", 0);
        var values = point.Watch.Wait(() =>
        {
            var values = new double[d];
            if (projects) new SymmetricEigen().Decompose(matrix, d, values);
            else new SymmetricEigen().Values(matrix, d, values);
            return values;
        });
        Array.Reverse(values);
        var floor = HessianSpectrum.Floor(options, d, SpectrumMethod.Exact);
        var largest = Math.Max(values[0], 0);
        var counted = new CountedSpectrum(values);
        var (rank, reached, points, ways) = (counted.Above(options.Cutoff.Value * largest), true, (IReadOnlyList<ProjectionPoint>)[], new List<CutoffRank>());
        if (projects)
        {
            // Rows of the matrix are eigenvectors by ascending eigenvalue.
            var projection = new Projection(point, values, (i, vector) => matrix.AsSpan((d - 1 - i) * d, d).CopyTo(vector));
            projection.Sweep();
            if (options.Cutoff.Projects)
            {
                var enough = point.Enough();
                foreach (var (way, least) in ((string, int?)[])[("projection", projection.Least(enough)), ("ablation", projection.Ablate(enough))])
                    ways.Add(new(way, new(d, least ?? d), least is not null));
            }
            points = projection.Points;
        }
        else if (options.Projections == ProjectionMethod.Filter)
        {
            using var curvature = point.Operator();
            (points, var least) = FilterProjection.Find(point, curvature, largest, Math.Max(floor, HessianSpectrum.SingleFloor), counted.At);
            if (options.Cutoff.Projects) ways.Add(new("filter", new(d, least?.Count ?? points.Select(p => p.Count).DefaultIfEmpty(d).Last()), least is not null));
        }
        if (ways.Count > 0) (rank, reached) = ((int)ways[0].Bounds.Rank, ways[0].Reached);
        var (nBeta, gamma) = (options.NBeta!.Value, options.Gamma!.Value);
        return new SpectrumResult
        {
            Bounds = new(d, rank),
            RankError = 0,
            Cutoff = options.Cutoff,
            CutoffRanks = ways,
            Reached = reached,
            Matrix = options.Matrix,
            Method = "exact",
            Floor = floor,
            Negative = counted.Below(-floor * largest),
            Trace = values.Sum(),
            TraceError = 0,
            LargestEigenvalue = largest,
            Eigenvalues = values,
            PairsWanted = 0,
            LargestResidual = 0,
            Curve = [.. HessianSpectrum.Taus(largest, floor).Select(counted.At)],
            Projections = points,
            Blocks = blocks,
            NBeta = nBeta,
            Gamma = gamma,
            QuadraticCoefficient = (gamma > 0 ? counted.EffectiveDimension(gamma / nBeta) : counted.Above(floor * largest)) / 2,
            QuadraticError = 0,
            QuadraticAt = counted.QuadraticCoefficient,
            Seconds = 0,
        };
    }

    // The Hessian has float32 products only.
    private static double[] Assemble(SpectrumPoint point)
    {
        const string stage = "assembling";
        if (point.Options.Matrix == CurvatureMatrix.Hessian)
        {
            using var curvature = point.Operator();
            return point.Watch.Over(curvature, stage, point.Dimension).Assemble();
        }
        var objective = point.Objective;
        return new ExactJacobian(objective.Network, objective.Data, objective.Center, point.Selection, team: point.Team).GaussNewton(point.Loss, share => point.Watch.Report(stage, share));
    }
}
