using LambdaHat.Losses;
using LambdaHat.Numerics;
using LambdaHat.Sampling;

namespace LambdaHat.Estimation;

/// <summary>
/// What float32 leaves open where chains stand: by how much nβ·L rises when every weight moves by its last bit, half way between up and down. Where flat weights have grown large their products hold numbers that only all
/// bits of them keep small, and losses and gradients of float32 are rounding: of the same size as this.
/// </summary>
internal static class RoundingEffect
{
    private const int Samples = 4096;

    /// <summary>The mean over the chains that have not diverged.</summary>
    public static double Of(NetworkObjective objective, Target target, IReadOnlyList<Chain> chains, ulong seed)
    {
        using var evaluator = objective.CreateEvaluator((int)Math.Min(Samples, objective.SampleCount), target.Sampled);
        using var moved = new AlignedMemory(objective.Dimension);
        var bits = new uint[(objective.Dimension + 31) / 32];
        var (sum, count) = (0.0, 0);
        for (var c = 0; c < chains.Count; c++)
        {
            if (chains[c].DivergedAt is not null) continue;
            evaluator.SelectMinibatch(seed, RandomStream.MaxChains - 1, c);
            new RandomStream(seed, RandomPurpose.Decision, RandomStream.MaxChains - 1, c).Fill(bits);
            var here = chains[c].Sampler.Position;
            var loss = evaluator.Loss(here);
            sum += target.NBeta * (((Moved(up: true, chains[c].Sampler.Position) + Moved(up: false, chains[c].Sampler.Position)) / 2) - loss);
            count++;
        }
        return count > 0 ? sum / count : double.NaN;

        double Moved(bool up, ReadOnlySpan<float> from)
        {
            from.CopyTo(moved.Span);
            foreach (var block in target.Sampled)
            {
                var w = moved.Span.Slice(block.Offset, block.Size);
                for (var i = 0; i < w.Length; i++)
                {
                    var place = block.Offset + i;
                    w[i] = ((bits[place / 32] >> (place % 32)) & 1) == 1 == up ? MathF.BitIncrement(w[i]) : MathF.BitDecrement(w[i]);
                }
            }
            return evaluator.Loss(moved.Span);
        }
    }
}
