using LambdaHat.Losses;
using LambdaHat.Numerics;

namespace LambdaHat.Spectra;

/// <summary>All eigenvalues of the assembled matrix, in float64.</summary>
internal static class ExactSpectrum
{
    public static SpectrumResult Find(SpectrumPoint point)
    {
        var (objective, options, d) = (point.Objective, point.Options, point.Dimension);
        var matrix = new ExactJacobian(objective.Network, objective.Data, objective.Center, point.Selection, team: point.Team).GaussNewton(point.Loss);
        point.Cancellation.ThrowIfCancellationRequested();
        var values = new double[d];
        var projects = options.Cutoff.Projects || options.Projections;
        if (projects) new SymmetricEigen().Decompose(matrix, d, values);
        else new SymmetricEigen().Values(matrix, d, values);
        Array.Reverse(values);
        var largest = Math.Max(values[0], 0);
        int Count(double tau) => values.Count(v => v > tau);
        int? rank = Count(options.Cutoff.Value * largest);
        IReadOnlyList<ProjectionPoint> points = [];
        if (projects)
        {
            // Rows of the matrix are eigenvectors by ascending eigenvalue.
            (points, var least) = point.Project(d, (i, vector) => matrix.AsSpan((d - 1 - i) * d, d).CopyTo(vector));
            if (options.Cutoff.Projects) rank = least;
        }
        var (nBeta, gamma) = (options.NBeta!.Value, options.Gamma!.Value);
        return new SpectrumResult
        {
            Bounds = new(d, rank ?? d),
            RankError = 0,
            Cutoff = options.Cutoff,
            Reached = rank is not null,
            Method = "exact",
            LargestEigenvalue = largest,
            Eigenvalues = values,
            PairsWanted = 0,
            LargestResidual = 0,
            Curve = [.. HessianSpectrum.Taus(largest, d * Math.ScaleB(1, -52)).Select(tau => new RankPoint(tau, Count(tau), 0))],
            Projections = points,
            NBeta = nBeta,
            Gamma = gamma,
            QuadraticCoefficient = (gamma > 0 ? values.Sum(h => nBeta * h / (Math.Abs(nBeta * h) + gamma)) : Count(d * Math.ScaleB(largest, -52))) / 2,
            QuadraticError = 0,
            Seconds = 0,
        };
    }
}
