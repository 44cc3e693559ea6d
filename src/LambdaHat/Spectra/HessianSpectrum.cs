using System.Diagnostics;
using LambdaHat.Curvature;
using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Spectra;

/// <summary>
/// The spectrum of the curvature at w*, d₁ at a cut-off and the bounds on λ. The curvature is the Gauss–Newton matrix of a loss; of the behavioural loss (1/n) Σ_s ‖f_w(x_s) − f_w*(x_s)‖², of which w* is a
/// global minimum, it is the Hessian itself, (2/n)·JᵀJ. Up to <see cref="SpectrumOptions.ExactDimension"/> parameters all eigenvalues are found in float64; above, stochastic Lanczos quadrature counts them,
/// and block Lanczos finds as many pairs from the top as are asked for.
/// </summary>
public static class HessianSpectrum
{
    /// <summary>Float32 products tell eigenvalues below this share of the largest from zero no more.</summary>
    internal const double SingleFloor = 1e-7;

    private const int PointsPerDecade = 4;

    /// <summary>Finds it.</summary>
    /// <param name="objective">The network, its data and w*; the loss of the projections.</param>
    /// <param name="test">Data that projections are tested on, or null.</param>
    /// <param name="loss">The loss whose curvature it is; null for the behavioural one.</param>
    /// <param name="options">Cut-off, selection, nβ, γ, seed.</param>
    /// <param name="team">Threads.</param>
    /// <param name="progress">Called after every block of the search for pairs.</param>
    /// <param name="cancellation">Ends it with an exception.</param>
    /// <exception cref="InvalidInputException">The cut-off does not fit the network or its size.</exception>
    public static SpectrumResult Find(NetworkObjective objective, DataSet? test, Loss? loss, SpectrumOptions options, WorkTeam? team = null, Action<BlockLanczosProgress>? progress = null, CancellationToken cancellation = default)
    {
        var clock = Stopwatch.StartNew();
        var selection = ParameterSelection.Matching(objective.Blocks, options.Restrict);
        var (cutoff, d) = (options.Cutoff, selection.Count);
        var nBeta = options.NBeta ?? PosteriorDefaults.NBeta(objective.SampleCount);
        var gamma = options.Gamma ?? PosteriorDefaults.Gamma(selection, objective.Center);
        var exact = d <= options.ExactDimension;
        if (cutoff.Kind == CutoffKind.Accuracy && objective.Loss is not CrossEntropy) throw new InvalidInputException($"cutoff accuracy goes with the loss cross-entropy, got {objective.Loss.Name}; expected precision, eigenvalue=SHARE or loss=VALUE");
        if ((cutoff.Projects || options.Projections) && !exact && options.Pairs == 0)
            throw new InvalidInputException($"projections need eigenvectors, which are found without asking for up to {options.ExactDimension} parameters, got {d}; expected a number of pairs");
        if (gamma == 0 && !exact) throw new InvalidInputException($"gamma: above {options.ExactDimension} parameters λ_quad needs a γ above 0, got 0");
        if (cutoff.Kind == CutoffKind.Precision) cutoff = cutoff with { Value = exact ? d * Math.ScaleB(1, -52) : SingleFloor };
        var point = new SpectrumPoint(objective, test, loss ?? SquaredError.Behavioural, selection, options with { Cutoff = cutoff, NBeta = nBeta, Gamma = gamma, Pairs = Math.Min(options.Pairs, d) }, team, cancellation);
        var result = exact ? ExactSpectrum.Find(point) : KrylovSpectrum.Find(point, progress);
        return result with { Seconds = clock.Elapsed.TotalSeconds };
    }

    /// <summary>τ from the largest eigenvalue down to a share of it, some in each decade.</summary>
    internal static IEnumerable<double> Taus(double largest, double floor)
    {
        for (var i = 0; Math.Pow(10, -(double)i / PointsPerDecade) >= floor * 0.999 && largest > 0; i++) yield return largest * Math.Pow(10, -(double)i / PointsPerDecade);
    }
}

/// <summary>What a spectrum is about, with options resolved.</summary>
internal sealed record SpectrumPoint(NetworkObjective Objective, DataSet? Test, Loss Loss, ParameterSelection Selection, SpectrumOptions Options, WorkTeam? Team, CancellationToken Cancellation)
{
    public int Dimension => Selection.Count;

    /// <summary>Projects w* on the vectors there are; where the cut-off asks for it, d₁ is the least number of them that suffices.</summary>
    public (IReadOnlyList<ProjectionPoint> Points, int? Least) Project(int count, Eigenvector vector)
    {
        var cutoff = Options.Cutoff;
        var projection = new Projection(this, count, vector);
        projection.Sweep();
        if (!cutoff.Projects) return (projection.Points, null);
        var accuracy = cutoff.Kind == CutoffKind.Accuracy ? FullPass.Accuracy(Objective.Network, Objective.Data, Objective.Center, Team) : 0;
        var least = projection.Least(p => cutoff.Kind == CutoffKind.Accuracy ? p.Accuracy >= cutoff.Value * accuracy : p.Loss <= cutoff.Value);
        return (projection.Points, least);
    }
}
