using LambdaHat.Data;
using LambdaHat.Losses;

namespace LambdaHat.Estimation;

/// <summary>
/// λ̂ as a function of the temperature and the localisation: <see cref="LearningCoefficient.Estimate"/> at every point of a grid of nβ and γ. Where the curvature at w* has a gap, λ̂ is flat over
/// the γ that lie in it (λ̂ ≈ ½·#{nβh > γ} on quadratic directions of curvature h); where there is none it is a value at a scale.
/// </summary>
public static class Sweep
{
    /// <summary>
    /// Measures the points of the grid that <paramref name="done"/> lacks, nβ by nβ with γ ascending, one after the other, each with a seed of its own. The result does not depend on the number of threads nor
    /// on how often a sweep was cut and taken up again, unless <see cref="EstimationOptions.MaxMinutes"/> cuts a point.
    /// </summary>
    /// <param name="objective">What is estimated.</param>
    /// <param name="options">The grid and how to estimate.</param>
    /// <param name="done">Points of an earlier sweep with the same options, which are kept.</param>
    /// <param name="measured">Called after every point with everything so far.</param>
    /// <param name="progress">Told how far the sweep has come; called from the threads of the chains, one at a time.</param>
    /// <param name="store">Where the state of the point with these options is kept while it is being measured; null keeps none.</param>
    /// <param name="cancellation">Ends the sweep with a <see cref="RunInterruptedException"/>; without a store the point that is being measured is lost.</param>
    /// <exception cref="InvalidInputException">An option does not fit the objective.</exception>
    public static SweepResult Run(Objective objective, SweepOptions options, IReadOnlyList<SweepPoint>? done = null, Action<SweepResult>? measured = null,
        IProgress<SweepProgress>? progress = null, Func<EstimationOptions, StateStore>? store = null, CancellationToken cancellation = default)
    {
        options = options.Resolve(objective);
        var (nBetas, gammas) = (options.NBetas, options.Gammas);
        var result = new SweepResult(nBetas, gammas, done ?? []);
        for (var i = 0; i < nBetas.Count * gammas.Count; i++)
        {
            var (row, column) = (i / gammas.Count, i % gammas.Count);
            if (result.Rows[row][column] is not null) continue;
            cancellation.ThrowIfCancellationRequested();
            var estimation = options.Estimation with { NBeta = nBetas[row], Gamma = gammas[column], Seed = unchecked(options.Estimation.Seed + (ulong)i) };
            var start = new SweepProgress(result.Points.Count, nBetas.Count * gammas.Count, 0, nBetas[row], gammas[column], null);
            var within = progress is null ? null : new PointShare(estimation.ChainsAt(objective), share => progress.Report(start with { Share = share }));
            var states = store?.Invoke(estimation);
            var point = SweepPoint.Of(LearningCoefficient.Estimate(objective, estimation, within, states, cancellation: cancellation));
            result = new SweepResult(nBetas, gammas, [.. result.Points, point]);
            progress?.Report(new(result.Points.Count, nBetas.Count * gammas.Count, 0, nBetas[row], gammas[column], result.Rows[row][column]));
            measured?.Invoke(result);
            states?.Delete();
        }
        return result;
    }
}

/// <summary>How far a sweep has come: points measured of all, the share of the one at hand (nβ and γ) that is done, and, once when it is, the point.</summary>
public readonly record struct SweepProgress(int Done, int Points, double Share, double NBeta, double Gamma, SweepPoint? Measured);
