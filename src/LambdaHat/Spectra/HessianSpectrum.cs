using System.Diagnostics;
using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Spectra;

/// <summary>
/// The spectrum of the curvature at w*, d₁ at a cut-off and the bounds on λ. The curvature is the Gauss–Newton matrix of a loss, or its Hessian; of the behavioural loss (1/n) Σ_s ‖f_w(x_s) − f_w*(x_s)‖², of which w* is a
/// global minimum, they are the same, (2/n)·JᵀJ. Up to <see cref="SpectrumOptions.ExactDimension"/> parameters all eigenvalues are found in float64; above, random probes count them
/// and block Lanczos finds as many pairs from the top as are asked for, or the whole float32 matrix is assembled and counted exactly.
/// </summary>
public static class HessianSpectrum
{
    /// <summary>Float32 products tell eigenvalues below this share of the largest from zero no more.</summary>
    internal const double SingleFloor = 1e-7;

    internal const int PointsPerDecade = 4;

    /// <summary>Finds it.</summary>
    /// <param name="objective">The network, its data and w*; the loss of the projections.</param>
    /// <param name="test">Data that projections are tested on, or null.</param>
    /// <param name="loss">The loss whose curvature it is; null for the behavioural one.</param>
    /// <param name="options">Cut-off, selection, nβ, γ, seed.</param>
    /// <param name="team">Threads.</param>
    /// <param name="progress">Called as the work goes on.</param>
    /// <param name="cancellation">Ends it with an exception.</param>
    /// <exception cref="InvalidInputException">The cut-off does not fit the network or its size, or the matrix does not fit the memory.</exception>
    public static SpectrumResult Find(NetworkObjective objective, DataSet? test, Loss? loss, SpectrumOptions options, WorkTeam? team = null, Action<StageProgress>? progress = null, CancellationToken cancellation = default)
    {
        var clock = Stopwatch.StartNew();
        var selection = ParameterSelection.Matching(objective.Blocks, options.Restrict);
        var (cutoff, d) = (options.Cutoff, selection.Count);
        var method = options.Method != SpectrumMethod.Auto ? options.Method : d <= options.ExactDimension ? SpectrumMethod.Exact : SpectrumMethod.Krylov;
        Check(objective, options, method, d);
        if (cutoff.Kind == CutoffKind.Precision) cutoff = cutoff with { Value = Floor(options, d, method) };
        options = options with
        {
            Cutoff = cutoff,
            NBeta = options.NBeta ?? PosteriorDefaults.NBeta(objective.SampleCount),
            Gamma = options.Gamma ?? PosteriorDefaults.Gamma(selection, objective.Center),
            Pairs = method == SpectrumMethod.Krylov ? Math.Min(options.Pairs, d) : 0,
            Projections = options.Projections != ProjectionMethod.None || !cutoff.Projects ? options.Projections
                : method == SpectrumMethod.Exact || (method == SpectrumMethod.Krylov && options.Pairs > 0) ? ProjectionMethod.Eigenvectors : ProjectionMethod.Filter,
        };
        var flat = d == objective.Dimension
            ? ExactSymmetries.Find(objective.Network, objective.Data, objective.Center, cancellation)
            : new FlatDirections(0, 0, 0, 0, "symmetries are those of all parameters, and only some are selected");
        var point = new SpectrumPoint(objective, test, loss ?? SquaredError.Behavioural, selection, flat, options, team, new(progress, cancellation));
        var result = method switch
        {
            SpectrumMethod.Exact => ExactSpectrum.Find(point),
            SpectrumMethod.Dense => DenseSpectrum.Find(point),
            _ => KrylovSpectrum.Find(point),
        };
        // A Gauss–Newton matrix is positive semidefinite: what rounding puts below zero is none.
        return result with { Sharp = Sharpening.Of(point, result), Negative = options.Matrix == CurvatureMatrix.GaussNewton ? 0 : result.Negative, Seconds = clock.Elapsed.TotalSeconds };
    }

    /// <summary>The share of the largest eigenvalue below which nothing is told from zero: rounding of d² independent numbers turns the eigenvalues of a float32 matrix by about √d·2⁻²⁴. Where all of them are found, what lies below zero measures it instead.</summary>
    internal static double Floor(SpectrumOptions options, int dimension, SpectrumMethod method) => method switch
    {
        SpectrumMethod.Exact when options.Matrix == CurvatureMatrix.GaussNewton => dimension * Math.ScaleB(1, -52),
        SpectrumMethod.Dense => Math.Max(SingleFloor, Math.Sqrt(dimension) * Math.ScaleB(1, -24)),
        _ => SingleFloor,
    };

    /// <summary>τ from the largest eigenvalue down to a share of it, some in each decade.</summary>
    internal static IEnumerable<double> Taus(double largest, double floor, int perDecade = PointsPerDecade)
    {
        for (var i = 0; Math.Pow(10, -(double)i / perDecade) >= floor * 0.999 && largest > 0; i++) yield return largest * Math.Pow(10, -(double)i / perDecade);
    }

    private static void Check(NetworkObjective objective, SpectrumOptions options, SpectrumMethod method, int d)
    {
        if (options.Cutoff.Kind == CutoffKind.Accuracy && objective.Loss is not CrossEntropy) throw new InvalidInputException($"cutoff accuracy goes with the loss cross-entropy, got {objective.Loss.Name}; expected precision, eigenvalue=SHARE or loss=VALUE");
        if (options.Projections == ProjectionMethod.Eigenvectors && (method == SpectrumMethod.Dense || (method == SpectrumMethod.Krylov && options.Pairs == 0)))
            throw new InvalidInputException($"projections on eigenvectors need some, which the method exact finds and krylov for a number of pairs, got {method.ToString().ToLowerInvariant()} on {d} parameters; expected one of these or projections by the filter");
        if (options.AllEigenvalues && method == SpectrumMethod.Krylov) throw new InvalidInputException($"all eigenvalues go with the methods exact and dense, got krylov on {d} parameters");
        if (options.Gamma == 0 && method != SpectrumMethod.Exact) throw new InvalidInputException($"gamma: λ_quad needs a γ above 0 with the method {method.ToString().ToLowerInvariant()}, got 0");
    }
}
