using LambdaHat.Losses;

namespace LambdaHat.Estimation;

/// <summary>
/// The variance of a sample's loss over the weights that the chains draw, averaged over samples: V/n of WAIC's functional variance V = Σ_s Var_w[ℓ_s] (Watanabe 2010), of which ν = βV/2 is the
/// singular fluctuation.
/// </summary>
internal static class SampleLossVariance
{
    private const int MostSamples = 2048, Positions = 16;

    /// <summary>(1/m) Σ_s Var_w[ℓ_s] over the first m samples, from positions that the chains reach as they go on, half as far in all as the draws kept.</summary>
    public static double Mean(NetworkObjective network, ChainRun run, EstimationOptions options)
    {
        var samples = (int)Math.Min(network.SampleCount, MostSamples);
        var gap = Math.Max((run.Steps - run.FirstKept) / (2 * Positions), 1);
        var sums = run.Chains.Select(_ => (Losses: new double[samples], Sum: new double[samples], Squares: new double[samples])).ToArray();
        for (var position = 0; position < Positions; position++)
        {
            run.Continue(gap, i =>
            {
                var (losses, sum, squares) = sums[i];
                FullPass.SampleLosses(network.Network, network.Loss, network.Data, run.Chains[i].Sampler.Position, losses);
                for (var s = 0; s < samples; s++)
                {
                    // From the loss at w*, so that squares do not cancel.
                    var apart = losses[s] - network.CenterLosses[s];
                    sum[s] += apart;
                    squares[s] += apart * apart;
                }
            });
        }
        var count = run.Chains.Count(c => c.DivergedAt is null) * Positions;
        var total = 0.0;
        for (var s = 0; s < samples; s++)
        {
            var mean = sums.Sum(c => c.Sum[s]) / count;
            total += (sums.Sum(c => c.Squares[s]) - (count * mean * mean)) / (count - 1);
        }
        return total / samples;
    }
}
