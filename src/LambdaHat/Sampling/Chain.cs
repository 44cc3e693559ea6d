using System.Diagnostics;
using LambdaHat.Numerics;

namespace LambdaHat.Sampling;

/// <summary>A chain that had diverged, or left for losses it cannot come back from, and was put back: at which step, to which earlier step, and the step size it went on with.</summary>
public sealed record Rollback(long Step, long To, double StepSize);

/// <summary>
/// The loop that runs one chain: transition, record, watch for divergence. It can be run further at any time. Beyond what its sampler holds it keeps the
/// records and, where it may roll back, one earlier position.
/// </summary>
public sealed class Chain : IDisposable
{
    private static readonly TimeSpan s_reportInterval = TimeSpan.FromMilliseconds(100);
    private readonly ChainOptions _options;
    private readonly List<Rollback> _rollbacks = [];
    private readonly AlignedMemory? _saved;
    private long _savedStep;
    private bool _recording = true, _beyond;

    /// <summary>A chain at its sampler's starting point.</summary>
    public Chain(Sampler sampler, ChainOptions options)
    {
        (Sampler, _options) = (sampler, options);
        (Trace, Acceptance) = (new DrawRecord(options.Thinning, options.MostRecords), new DrawRecord(options.AcceptanceEvery, options.MostRecords));
        if (options.MostRollbacks > 0) _saved = new AlignedMemory(sampler.Position.Length);
        Save();
    }

    /// <summary>What moves it.</summary>
    public Sampler Sampler { get; }

    /// <summary>Transitions made.</summary>
    public long Steps { get; private set; }

    /// <summary>The step at which a loss or a parameter was no longer finite, for good; or null.</summary>
    public long? DivergedAt { get; private set; }

    /// <summary>nβ·(L(w_t) − L(w*)) of every thinning-th transition; from a divergence on NaN.</summary>
    public DrawRecord Trace { get; }

    /// <summary>min(1, α) of every acceptance-th transition; from a divergence on NaN.</summary>
    public DrawRecord Acceptance { get; }

    /// <summary>min(1, α) of the last transition made since the chain was made or read; NaN where none was evaluated, or after a divergence.</summary>
    public double LastAcceptance { get; private set; } = double.NaN;

    /// <summary>Where it was put back after diverging.</summary>
    public IReadOnlyList<Rollback> Rollbacks => _rollbacks;

    /// <summary>‖w − w*‖ now.</summary>
    public double Distance => Sampler.Target.Distance(Sampler.Position);

    /// <summary>
    /// Goes on until <paramref name="until"/> transitions have been made in all, or it is cancelled between two of them; the same call then goes on with the same bits. <paramref name="report"/> hears of (step, recent mean of the trace) about ten times
    /// a second, and of NaN when the chain diverges.
    /// </summary>
    public void Run(long until, Action<long, double>? report, CancellationToken cancellation)
    {
        if (DivergedAt is null) Advance(until, report, cancellation);
        if (DivergedAt is null && Steps < until) return;
        if (!_recording) return;
        Trace.Fill(until, double.NaN);
        Acceptance.Fill(until, double.NaN);
    }

    /// <summary>From here on nothing is recorded: whoever goes on looks at positions alone.</summary>
    public void EndRecording() => _recording = false;

    /// <summary>Writes or reads everything that the chain is, its sampler included.</summary>
    public void Transfer(StateTransfer state)
    {
        Steps = state.Value(Steps);
        DivergedAt = state.Value(DivergedAt);
        Trace.Transfer(state);
        Acceptance.Transfer(state);
        _recording = state.Value(_recording);
        var count = state.Value(_rollbacks.Count);
        for (var i = 0; i < count; i++)
        {
            var old = i < _rollbacks.Count ? _rollbacks[i] : new Rollback(0, 0, 0);
            var rollback = new Rollback(state.Value(old.Step), state.Value(old.To), state.Value(old.StepSize));
            if (state.IsReading) _rollbacks.Add(rollback);
        }
        if (_saved is not null) state.Values(_saved.Span);
        (_savedStep, _beyond) = (state.Value(_savedStep), state.Value(_beyond));
        Sampler.Transfer(state);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Sampler.Dispose();
        _saved?.Dispose();
    }

    private void Advance(long until, Action<long, double>? report, CancellationToken cancellation)
    {
        var reported = Steps;
        double recent = 0;
        var clock = Stopwatch.StartNew();
        var lastReport = TimeSpan.Zero;
        while (Steps < until && !cancellation.IsCancellationRequested)
        {
            var step = Steps;
            var transition = Sampler.Step(step);
            // Once may be a minibatch of rare samples; a chain that has left stays there.
            var beyond = transition.Excess > _options.MostExcess;
            if (!double.IsFinite(transition.Excess) || (beyond && _beyond))
            {
                _beyond = false;
                if (RollBack()) continue;
                (DivergedAt, LastAcceptance) = (step, double.NaN);
                break;
            }
            _beyond = beyond;
            LastAcceptance = transition.Acceptance;
            if (_recording)
            {
                Trace.Add(step, transition.Excess);
                Acceptance.Add(step, transition.Acceptance);
            }
            recent += transition.Excess;
            Steps++;
            if (_saved is not null && !beyond && Steps - _savedStep >= _options.SaveEvery && double.IsFinite(Distance)) Save();
            if (report is not null && clock.Elapsed - lastReport >= s_reportInterval)
            {
                report(Steps, recent / (Steps - reported));
                (lastReport, reported, recent) = (clock.Elapsed, Steps, 0);
            }
        }
        // Only at the end that was asked for: where a run was interrupted on the way must not matter.
        if (DivergedAt is null && Steps >= until && !double.IsFinite(Distance) && !RollBack()) DivergedAt = Steps;
        if (DivergedAt is not null) report?.Invoke(Steps, double.NaN);
        else if (Steps > reported) report?.Invoke(Steps, recent / (Steps - reported));
    }

    // Makes the present position the one to go back to.
    private void Save()
    {
        if (_saved is null) return;
        Sampler.Position.CopyTo(_saved.Span);
        _savedStep = Steps;
    }

    // Back to the saved position with half the step. The records stay: whoever reads them knows from the rollback which not to use.
    private bool RollBack()
    {
        if (_saved is null || _rollbacks.Count >= _options.MostRollbacks) return false;
        Sampler.StepSize /= 2;
        Sampler.MoveTo(_saved.Span);
        _rollbacks.Add(new Rollback(Steps, _savedStep, Sampler.StepSize));
        return true;
    }
}
