using System.Diagnostics;
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
/// The expectation is the mean over several chains of localised SGLD of the paired difference L_B(w) − L_B(w*) on each step's own minibatch.
/// </summary>
public static class LearningCoefficient
{
    /// <summary>
    /// Runs the chains side by side on the cores and pools them. The result is the same bit for bit for any number of threads. A cancelled
    /// run throws <see cref="OperationCanceledException"/>.
    /// </summary>
    /// <exception cref="InvalidInputException">An option does not fit the objective.</exception>
    public static LearningCoefficientEstimate Estimate(Objective objective, EstimationOptions options,
        IProgress<SamplingProgress>? progress = null, CancellationToken cancellation = default)
    {
        options = options.Resolve(objective.SampleCount);
        var sampled = ParameterSelection.Matching(objective.Blocks, options.Restrict);
        var target = new Target(objective, sampled, options.NBeta!.Value, options.Gamma);
        var diagonal = Diagonal(objective.Blocks, sampled, options.Preconditioner);
        var chainOptions = new ChainOptions { Thinning = options.Thinning, AcceptanceEvery = options.AcceptanceEvery };
        Sampler Create(int chain, WorkTeam? team) =>
            new SgldSampler(target, objective.CreateEvaluator(options.BatchSize, sampled, team), diagonal, options.StepSize, options.AcceptanceEvery, options.Seed, chain);

        var clock = Stopwatch.StartNew();
        var results = RunChains(Create, chainOptions, options, progress, cancellation);
        cancellation.ThrowIfCancellationRequested();
        return Pool(objective, sampled, options, results, clock.Elapsed.TotalSeconds);
    }

    private static ChainResult[] RunChains(Func<int, WorkTeam?, Sampler> create, ChainOptions chainOptions, EstimationOptions options,
        IProgress<SamplingProgress>? progress, CancellationToken cancellation)
    {
        var results = new ChainResult[options.Chains];
        var workers = Math.Min(options.Threads, options.Chains);
        var next = -1;
        Exception? failure = null;
        void Work(int worker)
        {
            try
            {
                // Threads that are left over share the products of a chain.
                var share = (options.Threads / workers) + (worker < options.Threads % workers ? 1 : 0);
                using var team = share > 1 ? new WorkTeam(share) : null;
                for (var index = Interlocked.Increment(ref next); index < options.Chains && failure is null; index = Interlocked.Increment(ref next))
                {
                    var i = index;
                    using var chain = new Chain(create(i, team), chainOptions);
                    chain.Run(options.Steps, progress is null ? null : (step, recent) => progress.Report(new(i, step, options.Steps, recent)), cancellation);
                    results[i] = new ChainResult([.. chain.Trace], [.. chain.Acceptance], chain.DivergedAt, chain.Distance);
                }
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref failure, e, null);
            }
        }
        var threads = Enumerable.Range(1, workers - 1).Select(worker => new Thread(() => Work(worker)) { IsBackground = true, Name = $"chain worker {worker}" }).ToArray();
        foreach (var thread in threads) thread.Start();
        Work(0);
        foreach (var thread in threads) thread.Join();
        if (failure is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        return results;
    }

    private static LearningCoefficientEstimate Pool(Objective objective, ParameterSelection sampled, EstimationOptions options, ChainResult[] results, double seconds)
    {
        var chains = results.Select(r => Summarise(r, options)).ToArray();
        var sound = chains.Where(c => !c.Diverged).ToArray();
        var draws = sound.Select(c => options.KeptDraws(c.Trace)).ToArray();
        var pooled = MonteCarloMean.Of(draws);
        var diverged = chains.Length - sound.Length;
        List<string> reasons = [];
        if (diverged > 0)
            reasons.Add($"{diverged} of {chains.Length} chains diverged (first at step {chains.Min(c => c.DivergedAt ?? long.MaxValue)}) and {(diverged == 1 ? "is" : "are")} left out of every mean; a smaller step size than {options.StepSize:G3} is needed");
        reasons.Add("no convergence test has been applied: compare the chains, R̂, the effective sample size and the trace before believing the value");
        return new LearningCoefficientEstimate
        {
            LambdaHat = pooled.Mean,
            StandardError = pooled.StandardError,
            Chains = chains,
            RHat = SplitChains.RankNormalisedRHat(draws),
            EffectiveSampleSize = pooled.EffectiveSampleSize,
            Acceptance = Mean(sound.Select(c => c.Acceptance)),
            SampleCount = objective.SampleCount,
            Dimension = objective.Dimension,
            SampledDimension = sampled.Count,
            BaselineLoss = objective.CenterLoss,
            Seconds = seconds,
            Verdict = sound.Length == 0 ? "diverged" : "not-assessed",
            Reasons = reasons,
            Options = options,
        };
    }

    private static ChainEstimate Summarise(ChainResult result, EstimationOptions options)
    {
        var diverged = result.DivergedAt is not null;
        var mean = diverged ? new(double.NaN, double.NaN, double.NaN) : MonteCarloMean.Of([options.KeptDraws(result.Trace)]);
        var firstCheck = options.AcceptanceEvery == 0 ? 0 : (int)(((long)options.BurnInSteps + options.AcceptanceEvery - 1) / options.AcceptanceEvery);
        return new ChainEstimate
        {
            LambdaHat = mean.Mean,
            StandardError = mean.StandardError,
            EffectiveSampleSize = mean.EffectiveSampleSize,
            Diverged = diverged,
            DivergedAt = result.DivergedAt,
            Acceptance = Mean(result.Acceptance.Skip(firstCheck)),
            Distance = result.Distance,
            Trace = result.Trace,
            AcceptanceTrace = result.Acceptance,
        };
    }

    private static double[] Diagonal(IReadOnlyList<ParameterBlock> blocks, ParameterSelection sampled, IReadOnlyList<BlockScale> scales)
    {
        if (scales.FirstOrDefault(s => !blocks.Any(b => BlockPattern.Matches(s.Pattern, b.Name))) is { } unmatched)
            throw new InvalidInputException($"preconditioner: no parameter block matches \"{unmatched.Pattern}\"; the blocks are {string.Join(", ", blocks.Select(b => b.Name))}");
        if (scales.FirstOrDefault(s => !(s.Value > 0 && double.IsFinite(s.Value))) is { } wrong)
            throw new InvalidInputException($"preconditioner value of \"{wrong.Pattern}\" must be a finite number > 0, got {wrong.Value}");
        return [.. sampled.Blocks.Select(b => scales.FirstOrDefault(s => BlockPattern.Matches(s.Pattern, b.Name))?.Value ?? 1)];
    }

    private static double Mean(IEnumerable<double> values) => values.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();
}

/// <summary>What a chain left behind. Traces hold NaN from a divergence on.</summary>
internal sealed record ChainResult(double[] Trace, double[] Acceptance, long? DivergedAt, double Distance);
