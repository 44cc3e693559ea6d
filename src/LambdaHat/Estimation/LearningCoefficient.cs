using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;
using LambdaHat.Sampling;

namespace LambdaHat.Estimation;

/// <summary>
/// Estimates the local learning coefficient at w* (Lau, Murfet &amp; Wei 2023; Furman &amp; Lau 2024, Equation 6):
/// <code>
///     λ̂(w*) = nβ·(E[L_n(w)] − L_n(w*)),   w ~ exp(−nβ·L_n(w) − (γ/2)‖w − w*‖²)
/// </code>
/// The expectation is the mean over several chains of the paired difference L_B(w) − L_B(w*) on each step's own samples.
/// </summary>
public static class LearningCoefficient
{
    private const double ColderBy = 1.5;
    private const string Colder = "colder chains";

    /// <summary>
    /// Makes, and leaves with the objective, what an estimate with these options needs of all samples before its first step: the second moments of a linear network's data. <see cref="Estimate"/> does
    /// the same where it has not been done. <paramref name="store"/> keeps what the pass over the data has found.
    /// </summary>
    /// <exception cref="InvalidInputException">An option does not fit the objective.</exception>
    /// <exception cref="OperationCanceledException">The watch ended it.</exception>
    public static void Prepare(Objective objective, EstimationOptions options, WorkTeam? team = null, StageWatch? watch = null, StateStore? store = null) =>
        _ = new SamplerChoice(objective, ParameterSelection.Matching(objective.Blocks, options.Restrict), options.Resolve(objective.SampleCount), team, watch, store);

    /// <summary>
    /// Runs the chains side by side on the cores, pools them, and says what to believe. The result is the same bit for bit for any number of threads, unless <see cref="EstimationOptions.MaxMinutes"/>
    /// cuts the run.
    /// </summary>
    /// <param name="objective">The loss and w*.</param>
    /// <param name="options">How to estimate.</param>
    /// <param name="progress">Hears how far the chains are.</param>
    /// <param name="store">Keeps the state of the run, from which it goes on, with the same bits, where there is one; null keeps none. The caller deletes it once the result is safe.</param>
    /// <param name="stages">Hears of the work before the first step and after the last, as that of a second opinion, from the calling thread.</param>
    /// <param name="cancellation">Ends the run between two steps.</param>
    /// <exception cref="InvalidInputException">An option does not fit the objective, the chains do not fit into memory, or the state is another run's.</exception>
    /// <exception cref="RunInterruptedException">The run was cancelled; it carries the estimate so far. With a store the state has been saved.</exception>
    public static LearningCoefficientEstimate Estimate(Objective objective, EstimationOptions options,
        IProgress<SamplingProgress>? progress = null, StateStore? store = null, Action<StageProgress>? stages = null, CancellationToken cancellation = default)
    {
        var asked = options = options.Resolve(objective.SampleCount);
        using var team = options.Threads > 1 ? new WorkTeam(options.Threads) : null;
        var sampled = ParameterSelection.Matching(objective.Blocks, options.Restrict);
        var watch = new StageWatch(stages, cancellation);
        SamplerChoice choice;
        try
        {
            choice = new SamplerChoice(objective, sampled, options, team, watch);
        }
        catch (OperationCanceledException)
        {
            throw new RunInterruptedException(0, new(double.NaN, double.NaN, double.NaN), store?.IsSaved == true);
        }
        MemoryNeed.Check(objective, choice.Options, choice.IsLayerwise, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        using var run = new ChainRun(choice, progress, store, cancellation);
        var losses = objective is NetworkObjective network && options.Steps is null ? new SampleLossVariance(network, run) : null;
        ChainRun? colder = null;
        run.Saved = () => [.. run.Sections("chains"), .. losses is null ? [] : new[] { losses.Section }, .. colder?.Sections(Colder) ?? []];
        try
        {
            if (store?.Load() is { } saved)
            {
                if (saved.Has(Colder)) colder = ColderRun();
                saved.Read(run.Saved());
            }
            run.Run();
            options = choice.Options with
            {
                Steps = run.Steps,
                BurnIn = run.FirstKept,
                StepSize = run.StepSize,
                Thinning = run.Thinning,
                AcceptanceEvery = run.AcceptanceEvery,
            };
            var estimate = Pool(objective, choice, options, run, losses, team, watch);
            if (!options.TwoTemperatures) return estimate;
            colder ??= ColderRun();
            colder.Run();
            return WithTwoTemperatures(estimate, colder);
        }
        catch (OperationCanceledException)
        {
            throw new RunInterruptedException(run.Chains.Min(c => c.Steps), run.SoFar(), store?.IsSaved == true);
        }
        finally
        {
            colder?.Dispose();
        }

        ChainRun ColderRun()
        {
            var second = asked with { Gamma = choice.Options.Gamma, NBeta = ColderBy * asked.NBeta!.Value };
            return new ChainRun(new SamplerChoice(objective, sampled, second, team), progress, store, cancellation) { Saved = run.Saved };
        }
    }

    private static LearningCoefficientEstimate WithTwoTemperatures(LearningCoefficientEstimate estimate, ChainRun colder)
    {
        var first = estimate.Options.NBeta!.Value;
        var other = MonteCarloMean.Of(colder.Draws(colder.FirstKept), colder.Workspace);
        var (value, error) = TwoTemperatures.Of(first, estimate.LambdaHat, estimate.StandardError, ColderBy * first, other.Mean, other.StandardError);
        return estimate with { Evidence = estimate.Evidence with { TwoTemperatures = value, TwoTemperaturesError = error } };
    }

    private static LearningCoefficientEstimate Pool(Objective objective, SamplerChoice choice, EstimationOptions options, ChainRun run, SampleLossVariance? losses, WorkTeam? team, StageWatch watch)
    {
        var seconds = run.Seconds;
        var chains = run.Chains.Select((c, i) => Summarise(c, run.Ends[i], run, options)).ToArray();
        var sound = chains.Where(c => !c.Diverged).ToArray();
        var statistics = TraceStatistics.Of([.. sound.Select(c => Kept(c.Trace, options))], run.Workspace);
        var mean = statistics.Mean;
        var minibatch = run.Ends.Where(e => !e.Diverged).Select(e => e.MinibatchVariance).DefaultIfEmpty(double.NaN).Average();
        // Where the sampler does not measure it, the part of the variance that the next draw does not share.
        if (double.IsNaN(minibatch)) minibatch = statistics.Nugget;
        var evidence = Opinion() with
        {
            Drift = statistics.Drift,
            DriftError = statistics.DriftError,
            Variance = statistics.Variance - minibatch,
            VarianceError = statistics.VarianceError,
            MinibatchVariance = minibatch,
            Wbic = objective.SampleCount * (objective.CenterLoss + (mean.Mean / options.NBeta!.Value)),
            StepSizeEffect = run.StepSizeEffect.Value,
            StepSizeEffectError = run.StepSizeEffect.StandardError,
            SampleGradients = run.Ends.Sum(e => e.SampleGradients),
            GradientNoise = run.GradientNoise,
            Rounding = run.Rounding,
            IsDouble = run.IsDouble,
            Rollbacks = (int)run.Ends.Sum(e => e.Rollbacks),
        };
        if (losses is not null && sound.Length > 0)
        {
            var variance = losses.Mean();
            evidence = evidence with { FunctionalVariance = objective.SampleCount * variance, SingularFluctuation = options.NBeta.Value * variance / 2 };
        }
        var estimate = new LearningCoefficientEstimate
        {
            LambdaHat = mean.Mean,
            StandardError = mean.StandardError,
            Chains = chains,
            RHat = statistics.RHat,
            EffectiveSampleSize = mean.EffectiveSampleSize,
            Acceptance = Mean(sound.Select(c => c.Acceptance)),
            SampleCount = objective.SampleCount,
            Dimension = objective.Dimension,
            SampledDimension = choice.Target.Sampled.Count,
            BaselineLoss = objective.CenterLoss,
            Seconds = seconds,
            Verdict = Verdict.Converged,
            Reasons = [],
            Evidence = evidence,
            Options = options,
        };
        var (verdict, reasons) = Assessment.Of(estimate, run.BudgetSpent);
        return estimate with { Verdict = verdict, Reasons = reasons };

        Evidence Opinion()
        {
            try
            {
                return SecondOpinion.Of(objective, choice.Target, options, team, watch);
            }
            catch (OperationCanceledException)
            {
                run.Save();
                throw;
            }
        }
    }

    private static ChainEstimate Summarise(Chain chain, ChainEnd end, ChainRun run, EstimationOptions options)
    {
        var diverged = end.Diverged;
        double[] trace = run.Recorded(chain.Trace), acceptance = run.Recorded(chain.Acceptance);
        var mean = diverged ? new(double.NaN, double.NaN, double.NaN) : MonteCarloMean.Of([Kept(trace, options)], run.Workspace);
        var firstCheck = options.AcceptanceEvery == 0 ? 0 : (int)(((long)options.BurnInSteps + options.AcceptanceEvery - 1) / options.AcceptanceEvery);
        return new ChainEstimate
        {
            LambdaHat = mean.Mean,
            StandardError = mean.StandardError,
            EffectiveSampleSize = mean.EffectiveSampleSize,
            Diverged = diverged,
            DivergedAt = diverged ? end.DivergedAt : null,
            Acceptance = Mean(acceptance.Skip(firstCheck)),
            Distance = end.Distance,
            Trace = trace,
            AcceptanceTrace = acceptance,
        };
    }

    private static ReadOnlyMemory<double> Kept(double[] trace, EstimationOptions options) => trace.AsMemory(Math.Min(options.FirstKeptDraw(), trace.Length));

    private static double Mean(IEnumerable<double> values) => values.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();
}
