using LambdaHat.Losses;
using LambdaHat.Numerics;

namespace LambdaHat.Sampling;

/// <summary>
/// <see cref="GibbsByLayers"/> as a chain's sampler: a step is a sweep over the sampled layers of a linear network, and the draw recorded is the one after it. There is no step size, no rejection
/// and no evaluation of samples. The strengths of localisation are the target's.
/// </summary>
public sealed class GibbsSampler : Sampler
{
    private readonly GibbsByLayers _layers;

    /// <summary>The sampler at w*.</summary>
    /// <exception cref="InvalidInputException">
    /// The target's objective is not a <see cref="LinearNetworkObjective"/>, it has a bounding box, or a conditional distribution is improper.
    /// </exception>
    public GibbsSampler(Target target, ulong seed, int chain) : base(target, null, 1, seed, chain)
    {
        if (target.Objective is not LinearNetworkObjective objective)
            throw new InvalidInputException("the Gibbs sampler needs a linear network under squared error (dense layers without bias, identities), got another objective");
        if (double.IsFinite(target.Box)) throw new InvalidInputException($"the Gibbs sampler has no bounding box, got one of {target.Box}");
        _layers = new GibbsByLayers(objective, target.NBeta, [.. objective.Blocks.Select(b => target.GammaAt(b.Offset))], seed, chain,
            [.. objective.Blocks.Select(b => target.Sampled.Touches(b.Offset, b.Offset + b.Size))]);
    }

    /// <inheritdoc/>
    public override Transition Step(long step)
    {
        var excess = _layers.Sweep(step);
        _layers.CopyTo(W);
        return new(excess, double.NaN);
    }

    /// <inheritdoc/>
    public override double Rounding => _layers.Rounding;

    /// <inheritdoc/>
    public override void MoveTo(ReadOnlySpan<float> w)
    {
        base.MoveTo(w);
        _layers.Restart(w);
    }

    /// <inheritdoc/>
    public override void Transfer(StateTransfer state)
    {
        base.Transfer(state);
        _layers.Transfer(state);
    }
}
