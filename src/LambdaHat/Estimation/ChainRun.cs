using System.Diagnostics;
using LambdaHat.Sampling;

namespace LambdaHat.Estimation;

/// <summary>
/// Runs the chains of an estimate: a warm-up in which metric and step size settle, then draws. With a number of steps given it makes those; without one it goes on by half as much again until the
/// later half of the draws is flat, the chains agree and the error is small enough, then looks whether half the step size gives the same (where the sampler's law depends on it), or until the budget is spent.
/// </summary>
internal sealed class ChainRun : IDisposable
{
    /// <summary>A chain that was put back more often than this has diverged.</summary>
    private const int MostRollbacks = 12;
    private const int MostHalvings = 6;
    private const double MostExcessOfDimension = 4;

    /// <summary>A drift below this share of λ̂ does not matter.</summary>
    internal const double FlatShare = 0.01;

    /// <summary>R̂ above this: the chains tell different stories (Gelman and Rubin's 1.1 is too lax, 1.01 needs long runs).</summary>
    internal const double LargestRHat = 1.05;

    private readonly SamplerChoice _choice;
    private readonly EstimationOptions _options;
    private readonly IProgress<SamplingProgress>? _progress;
    private readonly CancellationToken _cancellation;
    private readonly ChainSet _set;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private int _done, _rollbacks;

    public ChainRun(SamplerChoice choice, IProgress<SamplingProgress>? progress, CancellationToken cancellation)
    {
        (_choice, _options, _progress, _cancellation) = (choice, choice.Options, progress, cancellation);
        var chainOptions = new ChainOptions
        {
            Thinning = _options.Thinning,
            AcceptanceEvery = choice.AcceptanceTarget is not null ? 1 : _options.Sampler is "sgld" or "rmsprop-sgld" ? _options.AcceptanceEvery : _options.Sampler is "mala" or "hmc" ? 1 : 0,
            MostRollbacks = _options.IsPlain ? 0 : MostRollbacks,
            // On homogeneous minima the mean is at most d/2, the standard deviation its root.
            MostExcess = _options.IsPlain || _options.Sampler == "gibbs" ? double.PositiveInfinity : (MostExcessOfDimension * choice.Target.Sampled.Count) + 100,
        };
        AcceptanceEvery = chainOptions.AcceptanceEvery;
        _set = new ChainSet(choice.Create, chainOptions, _options.Chains, _options.Threads);
    }

    /// <summary>Every how many steps an acceptance was recorded.</summary>
    public int AcceptanceEvery { get; }

    public IReadOnlyList<Chain> Chains => _set.Chains;

    /// <summary>The first step whose draw is kept.</summary>
    public int FirstKept { get; private set; }

    /// <summary>Steps made by every chain.</summary>
    public int Steps => _done;

    /// <summary>Whether the run ended for want of time or steps.</summary>
    public bool BudgetSpent { get; private set; }

    /// <summary>What the step size still does to λ̂, where the sampler's law depends on it.</summary>
    public StepSizeEffect StepSizeEffect { get; private set; } = StepSizeEffect.Unknown;

    /// <summary>The step size of the sound chains, or of all of them.</summary>
    public double StepSize => Chains.Where(c => c.DivergedAt is null).DefaultIfEmpty(Chains[0]).Min(c => c.Sampler.StepSize);

    /// <summary>The draws of every sound chain from step <paramref name="from"/> to <see cref="Steps"/>.</summary>
    public double[][] Draws(int from) => [.. Chains.Where(c => c.DivergedAt is null).Select(c => Recorded(c.Trace, _options.Thinning).Skip((int)(((long)from + _options.Thinning - 1) / _options.Thinning)).ToArray())];

    /// <summary>What was recorded every <paramref name="every"/> steps, without what was looked at afterwards.</summary>
    public IEnumerable<double> Recorded(IReadOnlyList<double> values, int every) => _options.Steps is null || every == 0 ? values : values.Take((int)(((long)_done + every - 1) / every));

    /// <summary>Makes the run.</summary>
    public void Run()
    {
        if (_options.Steps is { } steps)
        {
            WarmUp(Math.Min(_choice.WarmUp, _options.BurnInSteps), steps);
            foreach (var chain in Chains) chain.Sampler.StartRecording();
            Advance(steps, steps);
            FirstKept = Math.Max(_options.BurnInSteps, LastRollback());
            if (_choice.HasStepBias && !_options.IsPlain) LookAtHalfTheStep(steps);
            return;
        }
        WarmUp(_choice.WarmUp, _choice.WarmUp + _choice.FirstLength);
        var length = _choice.FirstLength;
        List<MonteCarloMean> halved = [];
        while (true)
        {
            halved.Add(RunStage(ref length).Mean);
            StepSizeEffect = StepSizeEffect.AtLast(halved);
            if (_cancellation.IsCancellationRequested || BudgetSpent || !_choice.HasStepBias || Chains.All(c => c.DivergedAt is not null)) return;
            if (halved.Count > 1 && (StepSizeEffect.DoesNotMatter(halved[^1].Mean, _options.Tolerance) || halved.Count > MostHalvings)) return;
            length = Affordable(length);
            if (BudgetSpent = length == 0) return;
            foreach (var chain in Chains) chain.Sampler.StepSize /= 2;
        }
    }

    /// <summary>Lets every sound chain go on by <paramref name="steps"/> more and then be looked at, by its number.</summary>
    public void Continue(int steps, Action<int> look)
    {
        _set.ForEach(i =>
        {
            if (Chains[i].DivergedAt is not null) return;
            Chains[i].Run(Chains[i].Steps + steps, null, _cancellation);
            look(i);
        });
        _cancellation.ThrowIfCancellationRequested();
    }

    public void Dispose() => _set.Dispose();

    // After a run of given length: half as many steps again as were kept, at half the step, of which the later half counts. They enter nothing else.
    private void LookAtHalfTheStep(int steps)
    {
        if (_cancellation.IsCancellationRequested || Chains.All(c => c.DivergedAt is not null)) return;
        var more = Math.Max((steps - FirstKept) / 2, 16);
        var before = Chains.Select(c => c.Sampler.StepSize).ToArray();
        foreach (var chain in Chains) chain.Sampler.StepSize /= 2;
        _set.ForEach(i => Chains[i].Run(steps + more, null, _cancellation));
        var smaller = MonteCarloMean.Of([.. Chains.Where(c => c.DivergedAt is null).Select(c => c.Trace.Skip((int)(((long)steps + (more / 2) + _options.Thinning - 1) / _options.Thinning)).ToArray())]);
        StepSizeEffect = StepSizeEffect.AtLarger(MonteCarloMean.Of(Draws(FirstKept)), smaller);
        for (var i = 0; i < before.Length; i++) Chains[i].Sampler.StepSize = before[i];
    }

    // From here on until the later half of the draws suffices. length is what it took.
    private TraceStatistics RunStage(ref int length)
    {
        var start = _done;
        foreach (var chain in Chains) chain.Sampler.StartRecording();
        while (true)
        {
            Advance(start + length, start + length);
            // Everything before a chain was put back is warm-up.
            if (Synchronise()) start = _done - 1;
            else
            {
                FirstKept = start + ((_done - start) / 2);
                var statistics = TraceStatistics.Of(Draws(FirstKept));
                if (_cancellation.IsCancellationRequested || Chains.All(c => c.DivergedAt is not null)) return statistics;
                if (statistics.IsFlat(FlatShare) && statistics.RHat <= LargestRHat && statistics.Suffices(_options.Tolerance)) return statistics;
            }
            var more = Affordable(Math.Max(length / 2, 1));
            if (more == 0 || Chains.All(c => c.DivergedAt is not null))
            {
                (BudgetSpent, FirstKept) = (true, start + ((_done - start) / 2));
                return TraceStatistics.Of(Draws(FirstKept));
            }
            length = _done - start + more;
        }
    }

    // As many of the steps wanted as the budget leaves; none if that is too few to change anything.
    private int Affordable(int wanted)
    {
        var left = Math.Min(_options.MaxSteps - _done, (_options.MaxMinutes - _clock.Elapsed.TotalMinutes) / _clock.Elapsed.TotalMinutes * _done);
        return left >= wanted ? wanted : left >= Math.Max(wanted / 4, 1) ? (int)left : 0;
    }

    private void WarmUp(int steps, int planned)
    {
        if (_choice.AcceptanceTarget is not { } target)
        {
            Advance(steps, planned);
            Synchronise();
            return;
        }
        _set.ForEach(i =>
        {
            var chain = Chains[i];
            var averaging = new DualAveraging(chain.Sampler.StepSize, target);
            for (var t = 0; t < steps && chain.DivergedAt is null && !_cancellation.IsCancellationRequested; t++)
            {
                chain.Sampler.StepSize = averaging.StepSize;
                var rollbacks = chain.Rollbacks.Count;
                chain.Run(t + 1, Report(i, planned), _cancellation);
                averaging.Update(chain.Rollbacks.Count > rollbacks ? 0 : chain.Acceptance.Count > 0 ? chain.Acceptance[^1] : double.NaN);
            }
            chain.Sampler.StepSize = averaging.AveragedStepSize;
        });
        _done = steps;
        Synchronise();
    }

    private void Advance(int until, int planned)
    {
        until = Math.Max(Math.Min(until, Math.Max(_options.MaxSteps, _options.Steps ?? 0)), 1);
        if (until <= _done) return;
        _set.ForEach(i => Chains[i].Run(until, Report(i, planned), _cancellation));
        _done = until;
    }

    private Action<long, double>? Report(int chain, int planned) => _progress is null ? null : (step, recent) => _progress.Report(new(chain, step, planned, recent));

    // All chains get the smallest step of any. Whether one was put back since the last time.
    private bool Synchronise()
    {
        var rollbacks = Chains.Sum(c => c.Rollbacks.Count);
        var smallest = StepSize;
        if (!_options.IsPlain)
            foreach (var chain in Chains) chain.Sampler.StepSize = smallest;
        var more = rollbacks > _rollbacks;
        _rollbacks = rollbacks;
        return more;
    }

    private int LastRollback() => (int)Chains.SelectMany(c => c.Rollbacks).Select(r => r.Step).DefaultIfEmpty(0).Max();
}
