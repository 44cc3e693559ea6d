using LambdaHat.Losses;
using LambdaHat.Preconditioning;

namespace LambdaHat.Sampling;

/// <summary>
/// The Metropolis-adjusted Langevin algorithm (Roberts &amp; Tweedie 1996) in a metric P = L·Lᵀ:
/// <code>
///     w′ = w + L·m,   m = −(ε/2)·Lᵀ∇U(w) + √ε·ξ,   accepted with probability min(1, α)
/// </code>
/// with α from whitened gradients at both ends (<see cref="WhitenedSampler"/>): its stationary law is the target's, whatever ε. The evaluator is to be made with batch size n.
/// The acceptance to aim at is 0.574 in many dimensions (Roberts &amp; Rosenthal 1998).
/// </summary>
public sealed class Mala : MetropolisSampler
{
    /// <summary>The sampler at w*; it owns the evaluator and the metric.</summary>
    public Mala(Target target, Evaluator evaluator, Metric metric, double stepSize, ulong seed, int chain)
        : base(target, evaluator, metric, stepSize, seed, chain) { }

    /// <inheritdoc/>
    protected override double Propose(long step, double potential, double uniform, ref double newLoss)
    {
        MakeLangevinMove(WhitenedGradient, step);
        Metric.AddUnwhitened(Move, Proposal);
        if (!Target.Contains(Proposal) || !EvaluateProposal(out newLoss, out var newPotential)) return double.NegativeInfinity;
        return LogRatio(Target.Sampled, StepSize, Move, potential, WhitenedGradient, newPotential, ProposalGradient);
    }
}
