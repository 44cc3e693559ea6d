using System.Diagnostics;
using LambdaHat.Curvature;
using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Spectra;

/// <summary>
/// The spectrum of the curvature at w*, d₁ at a cut-off and the bounds on λ. The curvature is the Gauss–Newton matrix of a loss; of the behavioural loss (1/n) Σ_s ‖f_w(x_s) − f_w*(x_s)‖², of which w* is a
/// global minimum, it is the Hessian itself, (2/n)·JᵀJ. Up to <see cref="SpectrumOptions.ExactDimension"/> parameters all eigenvalues are found in float64; above, stochastic Lanczos quadrature counts them.
/// </summary>
public static class HessianSpectrum
{
    /// <summary>Float32 products tell eigenvalues below this share of the largest from zero no more.</summary>
    private const double SingleFloor = 1e-7;
    private const int Probes = 10, Depth = 250, PointsPerDecade = 4;

    /// <summary>Finds it.</summary>
    /// <param name="objective">The network, its data and w*; the loss of the projections.</param>
    /// <param name="test">Data that projections are tested on, or null.</param>
    /// <param name="loss">The loss whose curvature it is; null for the behavioural one.</param>
    /// <param name="options">Cut-off, selection, nβ, γ, seed.</param>
    /// <param name="team">Threads.</param>
    /// <param name="cancellation">Ends it with an exception.</param>
    /// <exception cref="InvalidInputException">The cut-off does not fit the network or its size.</exception>
    public static SpectrumResult Find(NetworkObjective objective, DataSet? test, Loss? loss, SpectrumOptions options, WorkTeam? team = null, CancellationToken cancellation = default)
    {
        var clock = Stopwatch.StartNew();
        var selection = ParameterSelection.Matching(objective.Blocks, options.Restrict);
        var (cutoff, d) = (options.Cutoff, selection.Count);
        var nBeta = options.NBeta ?? (objective.SampleCount >= 2 ? objective.SampleCount / Math.Log(objective.SampleCount) : throw new InvalidInputException("nbeta: the default n/ln n needs n ≥ 2 samples, got 1"));
        var norm = selection.Blocks.Sum(b => WideSum.Squares(b.In(objective.Center)));
        var gamma = options.Gamma ?? (norm > 0 ? 10 * d / norm : 1);
        if (cutoff.Kind == CutoffKind.Accuracy && objective.Loss is not CrossEntropy) throw new InvalidInputException($"cutoff accuracy goes with the loss cross-entropy, got {objective.Loss.Name}; expected precision, eigenvalue=SHARE or loss=VALUE");
        if (cutoff.Projects && d > options.ExactDimension) throw new InvalidInputException($"cutoff {cutoff.Name} needs all eigenvectors, which are found for up to {options.ExactDimension} parameters, got {d}; expected precision or eigenvalue=SHARE");
        loss ??= SquaredError.Behavioural;
        return d <= options.ExactDimension ? Exact() : Stochastic();

        SpectrumResult Exact()
        {
            var matrix = new ExactJacobian(objective.Network, objective.Data, objective.Center, selection, team: team).GaussNewton(loss);
            cancellation.ThrowIfCancellationRequested();
            var values = new double[d];
            var projects = cutoff.Projects || options.Projections;
            if (projects) new SymmetricEigen().Decompose(matrix, d, values);
            else new SymmetricEigen().Values(matrix, d, values);
            Array.Reverse(values);
            var largest = Math.Max(values[0], 0);
            if (cutoff.Kind == CutoffKind.Precision) cutoff = cutoff with { Value = d * Math.ScaleB(1, -52) };
            int Count(double tau) => values.Count(v => v > tau);
            var rank = Count(cutoff.Value * largest);
            var reached = true;
            IReadOnlyList<ProjectionPoint> points = [];
            if (projects)
            {
                var projection = new Projection(objective, test, selection, matrix, team);
                projection.Sweep(cancellation);
                if (cutoff.Projects)
                {
                    var accuracy = cutoff.Kind == CutoffKind.Accuracy ? FullPass.Accuracy(objective.Network, objective.Data, objective.Center, team) : 0;
                    var least = projection.Least(p => cutoff.Kind == CutoffKind.Accuracy ? p.Accuracy >= cutoff.Value * accuracy : p.Loss <= cutoff.Value, cancellation);
                    (rank, reached) = (least ?? d, least is not null);
                }
                points = projection.Points;
            }
            return new SpectrumResult
            {
                Bounds = new(d, rank),
                RankError = 0,
                Cutoff = cutoff,
                Reached = reached,
                Method = "exact",
                LargestEigenvalue = largest,
                Eigenvalues = values,
                Curve = [.. Taus(largest, d * Math.ScaleB(1, -52)).Select(tau => new RankPoint(tau, Count(tau), 0))],
                Projections = points,
                NBeta = nBeta,
                Gamma = gamma,
                QuadraticCoefficient = (gamma > 0 ? values.Sum(h => nBeta * h / (Math.Abs(nBeta * h) + gamma)) : rank) / 2,
                QuadraticError = 0,
                Seconds = clock.Elapsed.TotalSeconds,
            };
        }

        SpectrumResult Stochastic()
        {
            if (gamma == 0) throw new InvalidInputException($"gamma: above {options.ExactDimension} parameters λ_quad needs a γ above 0, got 0");
            using var curvature = new GaussNewtonOperator(objective.Network, loss, objective.Data, objective.Center, selection, team: team);
            if (cutoff.Kind == CutoffKind.Precision) cutoff = cutoff with { Value = SingleFloor };
            // Lanczos goes on until h/(h + τ) at the cut-off is resolved as well, which parts what lies above it from zero.
            var scale = LargestEigenvalue.Find(curvature, options.Seed);
            var quadrature = QuadraticCoefficient.Stochastic(curvature, [gamma / nBeta, Math.Max(cutoff.Value, SingleFloor) * Math.Max(scale, double.Epsilon)], new QuadratureOptions
            {
                MaximumProbes = Probes,
                MaximumDepth = Math.Min(Depth, d),
                RelativeStandardError = 0.001,
                RelativeQuadratureError = 1e-4,
                Seed = options.Seed,
            });
            cancellation.ThrowIfCancellationRequested();
            var largest = quadrature.Quadrature!.LargestNode;
            RankPoint Count(double tau)
            {
                var trace = quadrature.Quadrature!.Trace(h => h > tau ? 1 : 0);
                return new(tau, Math.Clamp(trace.Value, 0, d), trace.StandardError + trace.QuadratureError);
            }
            var rank = Count(cutoff.Value * largest);
            var value = quadrature.At(nBeta, gamma);
            return new SpectrumResult
            {
                Bounds = new(d, rank.Rank),
                RankError = rank.StandardError,
                Cutoff = cutoff,
                Reached = true,
                Method = "stochastic-lanczos",
                LargestEigenvalue = largest,
                Eigenvalues = [],
                Curve = [.. Taus(largest, SingleFloor).Select(Count)],
                Projections = [],
                NBeta = nBeta,
                Gamma = gamma,
                QuadraticCoefficient = value.Value,
                QuadraticError = value.StandardError + value.QuadratureError,
                Seconds = clock.Elapsed.TotalSeconds,
            };
        }
    }

    // From the largest down to the floor, some in each decade.
    private static IEnumerable<double> Taus(double largest, double floor)
    {
        for (var i = 0; Math.Pow(10, -(double)i / PointsPerDecade) >= floor * 0.999 && largest > 0; i++) yield return largest * Math.Pow(10, -(double)i / PointsPerDecade);
    }
}
