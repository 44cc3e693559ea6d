using System.Diagnostics;
using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Sampling;

namespace LambdaHat.Estimation;

/// <summary>
/// Runs the chains of an estimate: a warm-up in which metric and step size settle, then draws. With a number of steps given it makes those; without one it goes on by half as much again until the
/// later half of the draws is flat, the chains agree and the error is small enough, then looks whether half the step size gives the same (where the sampler's law depends on it), or until the budget is spent.
/// It is a machine of stages: in each the chains go on to a target, then it is decided what comes next. Whatever a decision needs is a field, so that the state can be saved wherever the chains stand, and a run that goes on
/// from it makes the same decisions.
/// </summary>
internal sealed partial class ChainRun : IDisposable
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
    private readonly StateStore? _store;
    private readonly ChainSet _set;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly DualAveraging[] _averaging;
    private readonly double[] _stepSizes;
    private readonly List<MonteCarloMean> _halved = [];
    private readonly List<ChainEnd> _ends = [];
    private Stage _stage;
    private int _target, _planned, _start, _length, _done, _rollbacks;
    private double _secondsBefore;

    /// <summary>Chains at the beginning. With a <paramref name="store"/> the run saves its state as the store says: <see cref="Sections"/>, or what <see cref="Saved"/> has been set to.</summary>
    public ChainRun(SamplerChoice choice, IProgress<SamplingProgress>? progress, StateStore? store, CancellationToken cancellation)
    {
        (_choice, _options, _progress, _store, _cancellation) = (choice, choice.Options, progress, store, cancellation);
        var chainOptions = new ChainOptions
        {
            Thinning = _options.Thinning,
            MostRecords = _options.Steps is null ? _options.MostRecords : null,
            AcceptanceEvery = choice.AcceptanceEvery,
            MostRollbacks = _options.IsPlain ? 0 : MostRollbacks,
            // On homogeneous minima the mean is at most d/2, the standard deviation its root.
            MostExcess = _options.IsPlain || _options.Sampler == "gibbs" ? double.PositiveInfinity : (MostExcessOfDimension * choice.Target.Sampled.Count) + 100,
        };
        _set = new ChainSet(choice.Create, chainOptions, _options.Chains!.Value, _options.Threads);
        _averaging = choice.AcceptanceTarget is { } target ? [.. Chains.Select(c => new DualAveraging(c.Sampler.StepSize, target))] : [];
        _stepSizes = new double[Chains.Count];
        Saved = () => Sections("chains");
        Begin();
    }

    private enum Stage
    {
        WarmUp,
        Draws,
        HalfStep,
        Done,
    }

    /// <summary>Every how many steps there is a number in the traces. Where all chains have made as many steps, as at every decision and at the end, it is the same in all.</summary>
    public int Thinning => Chains.Max(c => c.Trace.Stride);

    /// <summary>Every how many steps there is an acceptance, likewise.</summary>
    public int AcceptanceEvery => Chains.Max(c => c.Acceptance.Stride);

    public IReadOnlyList<Chain> Chains => _set.Chains;

    /// <summary>The first step whose draw is kept.</summary>
    public int FirstKept { get; private set; }

    /// <summary>Steps made by every chain.</summary>
    public int Steps => _done;

    /// <summary>Whether the run ended for want of time or steps.</summary>
    public bool BudgetSpent { get; private set; }

    /// <summary>What the step size still does to λ̂, where the sampler's law depends on it.</summary>
    public StepSizeEffect StepSizeEffect { get; private set; } = StepSizeEffect.Unknown;

    /// <summary>What the last bits of the weights did to nβ·L when the run was over; NaN where the sampler is float64.</summary>
    public double Rounding { get; private set; } = double.NaN;

    /// <summary>What the noise of minibatch gradients added to λ̂ when the run was over; NaN where the sampler does not leave it to be measured.</summary>
    public double GradientNoise { get; private set; } = double.NaN;

    /// <summary>Whether the sampler keeps weights in float64.</summary>
    public bool IsDouble => _choice.IsDouble;

    /// <summary>The chains when the run was over: they may have gone on since.</summary>
    public IReadOnlyList<ChainEnd> Ends => _ends;

    /// <summary>The step size of the sound chains, or of all of them; at the end of the run.</summary>
    public double StepSize => _ends.Where(e => !e.Diverged).DefaultIfEmpty(_ends[0]).Min(e => e.StepSize);

    /// <summary>Seconds of work, those before an interruption included.</summary>
    public double Seconds => _secondsBefore + _clock.Elapsed.TotalSeconds;

    /// <summary>What statistics of the draws are worked out in.</summary>
    public DrawWorkspace Workspace { get; } = new();

    /// <summary>The draws of every sound chain from step <paramref name="from"/> to <see cref="Steps"/>, where the chains have them.</summary>
    public ReadOnlyMemory<double>[] Draws(int from) => [.. Chains.Where(c => c.DivergedAt is null).Select(c => c.Trace.Between(from, _done))];

    /// <summary>What is in a record, without what was looked at afterwards.</summary>
    public double[] Recorded(DrawRecord record) => record.Between(0, _done).ToArray();

    /// <summary>Makes the run, or what is left of it.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled; with a store the state has been saved.</exception>
    public void Run()
    {
        while (_stage != Stage.Done)
        {
            switch (_stage)
            {
                case Stage.WarmUp:
                    ForEach(_averaging.Length > 0 ? WarmUp : Advance);
                    EndWarmUp();
                    break;
                case Stage.Draws:
                    ForEach(Advance);
                    _done = Math.Max(_done, _target);
                    if (_options.Steps is null) Decide();
                    else EndFixedLength();
                    break;
                case Stage.HalfStep:
                    ForEach(Advance);
                    EndHalfStep();
                    break;
            }
        }
    }

    public void Dispose() => _set.Dispose();

    private void Begin()
    {
        _length = _choice.FirstLength;
        var steps = _options.Steps is null ? _choice.WarmUp : Math.Min(_choice.WarmUp, _options.BurnInSteps);
        _planned = _options.Steps ?? (_choice.WarmUp + _choice.FirstLength);
        // Adaptation is not cut short.
        if (_averaging.Length > 0) _target = steps;
        else Aim(steps);
    }

    private void WarmUp(int i, CancellationToken pause)
    {
        var (chain, averaging) = (Chains[i], _averaging[i]);
        while (chain.Steps < _target && chain.DivergedAt is null)
        {
            if (pause.IsCancellationRequested) return;
            chain.Sampler.StepSize = averaging.StepSize;
            var rollbacks = chain.Rollbacks.Count;
            // As a whole: what is made of the acceptance belongs to it.
            chain.Run(chain.Steps + 1, Report(i), CancellationToken.None);
            averaging.Update(chain.Rollbacks.Count > rollbacks ? 0 : chain.LastAcceptance);
        }
        chain.Sampler.StepSize = averaging.AveragedStepSize;
    }

    private void Advance(int i, CancellationToken pause) => Chains[i].Run(_target, Report(i), pause);

    private void EndWarmUp()
    {
        _done = Math.Max(_done, _target);
        Synchronise();
        if (_options.Steps is { } steps)
        {
            StartRecording();
            Aim(steps);
            _stage = Stage.Draws;
        }
        else BeginDraws();
    }

    // From here on until the later half of the draws suffices.
    private void BeginDraws()
    {
        StartRecording();
        _start = _done;
        _stage = Stage.Draws;
        Aim(_start + _length);
        _planned = _target;
    }

    // Whether the later half of the draws suffices; otherwise how much further.
    private void Decide()
    {
        // Everything before a chain was put back is warm-up.
        if (Synchronise()) _start = _done - 1;
        else
        {
            var statistics = Later();
            if (AllDiverged || (_length >= LeastLength && statistics.IsFlat(FlatShare) && statistics.RHat <= LargestRHat && statistics.Suffices(_options.Tolerance)))
            {
                EndDraws(statistics);
                return;
            }
        }
        var more = Affordable(Math.Max(_choice.More(_length), LeastLength - _length));
        if (more == 0 || AllDiverged)
        {
            BudgetSpent = true;
            EndDraws(Later());
            return;
        }
        _length = _done - _start + more;
        Aim(_start + _length);
        _planned = _target;
    }

    // Directions that move rarely do not show in a short trace: neither that they have not settled, nor in its error.
    private int LeastLength => (int)Math.Min(_choice.FirstLength * Chains.Max(c => c.Sampler.Slowness), int.MaxValue / 2);

    private TraceStatistics Later()
    {
        FirstKept = _start + ((_done - _start) / 2);
        var draws = Draws(FirstKept);
        // As the records, so the workspace: for the later half of full ones.
        if (draws.Length > 0 && Chains.Max(c => c.Trace.Count) > DrawRecord.LongFrom) Workspace.Reserve(draws.Length, _options.MostRecords / 2);
        return TraceStatistics.Of(draws, Workspace);
    }

    // The draws suffice at this step size, or there will be no more: whether to look at half of it.
    private void EndDraws(TraceStatistics statistics)
    {
        _halved.Add(statistics.Mean);
        StepSizeEffect = StepSizeEffect.AtLast(_halved);
        if (BudgetSpent || !_choice.HasStepBias || AllDiverged
            || (_halved.Count > 1 && (StepSizeEffect.DoesNotMatter(_halved[^1].Mean, _options.Tolerance) || _halved.Count > MostHalvings))
            || (BudgetSpent = (_length = Affordable(_choice.LengthAtHalfTheStep(_length))) == 0))
        {
            End();
            return;
        }
        foreach (var chain in Chains) chain.Sampler.StepSize /= 2;
        BeginDraws();
    }

    private void EndFixedLength()
    {
        FirstKept = Math.Max(_options.BurnInSteps, (int)Chains.SelectMany(c => c.Rollbacks).Select(r => r.Step).DefaultIfEmpty(0).Max());
        if (!_choice.HasStepBias || _options.IsPlain || AllDiverged)
        {
            End();
            return;
        }
        // Half as many steps again as were kept, at half the step, of which the later half counts. They enter nothing else.
        for (var i = 0; i < _stepSizes.Length; i++)
        {
            _stepSizes[i] = Chains[i].Sampler.StepSize;
            Chains[i].Sampler.StepSize = Chains[i].Sampler.UsedStepSize / 2;
        }
        _target = _done + MoreAtHalfTheStep;
        _stage = Stage.HalfStep;
    }

    private int MoreAtHalfTheStep => Math.Max((_done - FirstKept) / 2, 16);

    private void EndHalfStep()
    {
        var from = (long)_done + (MoreAtHalfTheStep / 2);
        var smaller = MonteCarloMean.Of([.. Chains.Where(c => c.DivergedAt is null).Select(c => c.Trace.Between(from))], Workspace);
        StepSizeEffect = StepSizeEffect.AtLarger(MonteCarloMean.Of(Draws(FirstKept), Workspace), smaller);
        for (var i = 0; i < _stepSizes.Length; i++) Chains[i].Sampler.StepSize = _stepSizes[i];
        End();
    }

    private void End()
    {
        _ends.AddRange(Chains.Select(ChainEnd.Of));
        foreach (var chain in Chains) chain.EndRecording();
        // Now, for the chains go on. Gibbs sampling and the layerwise sampler work in float64.
        var objective = _choice.Target.Objective as NetworkObjective ?? (_choice.Target.Objective as LinearNetworkObjective)?.Equivalent;
        if (_choice.IsDouble) Rounding = Chains.Where(c => c.DivergedAt is null).Select(c => c.Sampler.Rounding).DefaultIfEmpty(double.NaN).Average();
        else if (objective is not null) Rounding = RoundingEffect.Of(objective, _choice.Target, Chains, _options.Seed);
        GradientNoise = Chains.Where(c => c.DivergedAt is null).Select(c => c.Sampler.GradientNoiseEffect()).DefaultIfEmpty(double.NaN).Average();
        _stage = Stage.Done;
    }

    private bool AllDiverged => Chains.All(c => c.DivergedAt is not null);

    private void StartRecording()
    {
        foreach (var chain in Chains) chain.Sampler.StartRecording();
    }

    private void Aim(int steps) => _target = Math.Max(Math.Min(steps, Math.Max(_options.MaxSteps, _options.Steps ?? 0)), 1);

    // As many of the steps wanted as the budget leaves; none if that is too few to change anything.
    private int Affordable(int wanted)
    {
        var minutes = Seconds / 60;
        var left = Math.Min(_options.MaxSteps - _done, (_options.MaxMinutes - minutes) / minutes * _done);
        return left >= wanted ? wanted : left >= Math.Max(wanted / 4, 1) ? (int)left : 0;
    }

    private Action<long, double>? Report(int chain) => _progress is null || _stage == Stage.HalfStep ? null : (step, recent) => _progress.Report(new(chain, step, _planned, recent));

    // All chains get the smallest step of any. Whether one was put back since the last time.
    private bool Synchronise()
    {
        var rollbacks = Chains.Sum(c => c.Rollbacks.Count);
        var smallest = Chains.Where(c => c.DivergedAt is null).DefaultIfEmpty(Chains[0]).Min(c => c.Sampler.StepSize);
        if (!_options.IsPlain)
            foreach (var chain in Chains) chain.Sampler.StepSize = smallest;
        var more = rollbacks > _rollbacks;
        _rollbacks = rollbacks;
        return more;
    }
}
