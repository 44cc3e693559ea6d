using System.Numerics.Tensors;
using LambdaHat.Losses;
using LambdaHat.Numerics;
using LambdaHat.Preconditioning;

namespace LambdaHat.Sampling;

/// <summary>
/// Hamiltonian Monte Carlo (Duane, Kennedy, Pendleton &amp; Roweth 1987; Neal 2011) in a metric P = L·Lᵀ: the reference sampler. From a fresh velocity p ~ N(0, 1) a few
/// leapfrog steps of H(z, p) = U(L·z) + ‖p‖²/2,
/// <code>
///     p ← p − (h/2)·Lᵀ∇U(w),   w ← w + h·L·p,   p ← p − (h/2)·Lᵀ∇U(w),
/// </code>
/// and the end is accepted with probability min(1, exp(H − H′)). The step size is h itself (ε of Langevin samplers is h²), multiplied every time by a random number from [0.8, 1.2], so that no
/// direction's period stays a divisor of the trajectory (Neal 2011, Section 3.2). The evaluator is to be made with batch size n. The acceptance to aim at is 0.65 (Beskos et al. 2013).
/// </summary>
public sealed class Hmc : MetropolisSampler
{
    private const double Jitter = 0.2;
    private readonly int _leaps;
    private readonly AlignedMemory _shift;

    /// <summary>The sampler at w* with <paramref name="leaps"/> leapfrog steps a transition, as many gradients; it owns the evaluator and the metric.</summary>
    /// <exception cref="InvalidInputException">There are no leapfrog steps.</exception>
    public Hmc(Target target, Evaluator evaluator, Metric metric, double stepSize, ulong seed, int chain, int leaps = 8)
        : base(target, evaluator, metric, stepSize, seed, chain)
    {
        if (leaps < 1) throw new InvalidInputException($"leapfrog steps must be ≥ 1, got {leaps}");
        _leaps = leaps;
        _shift = new AlignedMemory(target.Objective.Dimension);
    }

    /// <inheritdoc/>
    protected override double Propose(long step, double potential, double uniform, ref double newLoss)
    {
        var h = StepSize * (1 - Jitter + (2 * Jitter * uniform));
        foreach (var block in Target.Sampled) GaussianNoise.Fill(Noise(step), block.In(Move), block.Offset);
        var before = potential + Kinetic();
        var after = potential;
        Kick(WhitenedGradient, h / 2);
        for (var leap = 1; leap <= _leaps; leap++)
        {
            foreach (var block in Target.Sampled) TensorPrimitives.Multiply(block.In((ReadOnlySpan<float>)Move), (float)h, block.In(_shift.Span));
            Metric.AddUnwhitened(_shift.Span, Proposal);
            // The box matters at the end only: on the way the dynamics are those of the potential without walls, which are as reversible.
            if (leap == _leaps && !Target.Contains(Proposal)) return double.NegativeInfinity;
            if (!EvaluateProposal(out newLoss, out after)) return double.NegativeInfinity;
            Kick(ProposalGradient, leap == _leaps ? h / 2 : h);
        }
        return before - after - Kinetic();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _shift.Dispose();
        base.Dispose(disposing);
    }

    private double Kinetic()
    {
        var sum = 0.0;
        foreach (var block in Target.Sampled) sum += WideSum.Squares(block.In((ReadOnlySpan<float>)Move));
        return sum / 2;
    }

    // p ← p − time·g.
    private void Kick(ReadOnlySpan<float> gradient, double time)
    {
        foreach (var block in Target.Sampled) TensorPrimitives.FusedMultiplyAdd(block.In(gradient), (float)-time, block.In((ReadOnlySpan<float>)Move), block.In(Move));
    }
}
