using LambdaHat.Data;
using LambdaHat.Numerics;
using LambdaHat.Sampling;

namespace LambdaHat.Estimation;

/// <summary>What is saved of a run, and when.</summary>
internal sealed partial class ChainRun
{
    /// <summary>What is saved.</summary>
    public Func<IEnumerable<StateSection>> Saved { get; set; }

    /// <summary>The parts of the state, their names beginning with <paramref name="name"/>.</summary>
    public IEnumerable<StateSection> Sections(string name) => [new(name, Transfer), .. Chains.Select((chain, i) => new StateSection($"{name}/{i}", chain.Transfer))];

    /// <summary>Does work for every chain, side by side, whose token asks it to come back when the state is to be saved: it is then called again, and has to go on.</summary>
    public void ForEach(Action<int, CancellationToken> work)
    {
        while (true)
        {
            using var pause = CancellationTokenSource.CreateLinkedTokenSource(_cancellation);
            if (_store is not null) pause.CancelAfter(_store.Left);
            _set.ForEach(i => work(i, pause.Token));
            if (!pause.IsCancellationRequested) return;
            Save();
            _cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Saves the state, where there is a store.</summary>
    public void Save() => _store?.Save(Saved());

    /// <summary>What the later half of the draws says that all sound chains have made.</summary>
    public MonteCarloMean SoFar()
    {
        // A chain that is further on may have a larger stride: of the steps that every trace has.
        var thinning = Thinning;
        double[][] traces = [.. Chains.Where(c => c.DivergedAt is null).Select(c => c.Trace.Where((_, i) => i % (thinning / c.Trace.Stride) == 0).ToArray())];
        var count = traces.Select(t => t.Length).DefaultIfEmpty(0).Min();
        return count < 4 ? new(double.NaN, double.NaN, double.NaN) : MonteCarloMean.Of([.. traces.Select(t => t[(count / 2)..count])]);
    }

    private void Transfer(StateTransfer state)
    {
        _stage = state.Value(_stage);
        (_target, _planned, _start, _length) = (state.Value(_target), state.Value(_planned), state.Value(_start), state.Value(_length));
        (_done, _rollbacks, FirstKept, BudgetSpent) = (state.Value(_done), state.Value(_rollbacks), state.Value(FirstKept), state.Value(BudgetSpent));
        StepSizeEffect = state.Value(StepSizeEffect);
        (Rounding, GradientNoise) = (state.Value(Rounding), state.Value(GradientNoise));
        var seconds = state.Value(Seconds);
        if (state.IsReading) _secondsBefore = seconds;
        state.Values(_stepSizes.AsSpan());
        state.Values(_ends);
        foreach (var averaging in _averaging) averaging.Transfer(state);
        var count = state.Value(_halved.Count);
        for (var i = 0; i < count; i++)
        {
            var old = i < _halved.Count ? _halved[i] : new MonteCarloMean(0, 0, 0);
            var mean = new MonteCarloMean(state.Value(old.Mean), state.Value(old.StandardError), state.Value(old.EffectiveSampleSize));
            if (state.IsReading) _halved.Add(mean);
        }
    }
}
