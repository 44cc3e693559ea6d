using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Numerics;

namespace LambdaHat.Estimation;

/// <summary>
/// The variance of a sample's loss over the weights that the chains draw, averaged over samples: V/n of WAIC's functional variance V = Σ_s Var_w[ℓ_s] (Watanabe 2010), of which ν = βV/2 is the
/// singular fluctuation. From positions that the chains of a finished run reach as they go on, a quarter as far in all as the draws kept, or less where those are few.
/// </summary>
internal sealed class SampleLossVariance
{
    private const int MostSamples = 2048, FewestPositions = 4, MostPositions = 16;

    private readonly NetworkObjective _network;
    private readonly ChainRun _run;
    private readonly int _samples;
    private readonly double[][] _sums, _squares;
    private readonly int[] _seen;

    /// <summary>Nothing seen yet.</summary>
    public SampleLossVariance(NetworkObjective network, ChainRun run)
    {
        (_network, _run, _samples) = (network, run, (int)Math.Min(network.SampleCount, MostSamples));
        (_sums, _squares, _seen) = ([.. run.Chains.Select(_ => new double[_samples])], [.. run.Chains.Select(_ => new double[_samples])], new int[run.Chains.Count]);
    }

    /// <summary>What has been seen so far, to be saved with the run.</summary>
    public StateSection Section => new("sample losses", state =>
    {
        state.Values(_seen.AsSpan());
        foreach (var values in (double[][])[.. _sums, .. _squares]) state.Values(values.AsSpan());
    });

    /// <summary>(1/m) Σ_s Var_w[ℓ_s] over the first m samples.</summary>
    public double Mean()
    {
        var kept = _run.Steps - _run.FirstKept;
        var positions = Math.Clamp(kept / 8, FewestPositions, MostPositions);
        var gap = Math.Max(kept / (4 * MostPositions), 1);
        var losses = _run.Chains.Select(_ => new double[_samples]).ToArray();
        _run.ForEach((i, pause) =>
        {
            var chain = _run.Chains[i];
            while (_seen[i] < positions && chain.DivergedAt is null)
            {
                var target = _run.Steps + (gap * (long)(_seen[i] + 1));
                chain.Run(target, null, pause);
                if (chain.DivergedAt is null && chain.Steps < target) return;
                Look(i, losses[i]);
                _seen[i]++;
            }
        });
        var count = _run.Chains.Count(c => c.DivergedAt is null) * positions;
        var total = 0.0;
        for (var s = 0; s < _samples; s++)
        {
            var mean = _sums.Sum(c => c[s]) / count;
            total += (_squares.Sum(c => c[s]) - (count * mean * mean)) / (count - 1);
        }
        return total / _samples;
    }

    private void Look(int i, double[] losses)
    {
        FullPass.SampleLosses(_network.Network, _network.Loss, _network.Data, _run.Chains[i].Sampler.Position, losses);
        for (var s = 0; s < _samples; s++)
        {
            // From the loss at w*, so that squares do not cancel.
            var apart = losses[s] - _network.CenterLosses[s];
            _sums[i][s] += apart;
            _squares[i][s] += apart * apart;
        }
    }
}
