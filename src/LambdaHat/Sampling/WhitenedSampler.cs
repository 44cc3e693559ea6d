using System.Numerics.Tensors;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;
using LambdaHat.Preconditioning;

namespace LambdaHat.Sampling;

/// <summary>A sampler that steps in the coordinates z of a <see cref="Preconditioning.Metric"/>, w = L·z, where the potential U has the gradient Lᵀ∇U.</summary>
public abstract class WhitenedSampler : Sampler
{
    private readonly AlignedMemory _move;

    /// <summary>A sampler at w*; it owns <paramref name="metric"/> and <paramref name="evaluator"/>.</summary>
    protected WhitenedSampler(Target target, Evaluator evaluator, Metric metric, double stepSize, ulong seed, int chain)
        : base(target, evaluator, stepSize, seed, chain)
    {
        if (metric.Dimension != target.Objective.Dimension) throw new ArgumentException($"expected a metric over {target.Objective.Dimension} parameters, got {metric.Dimension}");
        Metric = metric;
        _move = new AlignedMemory(target.Objective.Dimension);
    }

    /// <summary>The metric.</summary>
    public Metric Metric { get; }

    /// <inheritdoc/>
    public override double Slowness => Metric.Slowness;

    /// <summary>A vector of coordinates: a move, or velocities.</summary>
    protected Span<float> Move => _move.Span;

    /// <summary>
    /// The logarithm of the Metropolis ratio of the Langevin move z → z + m, m = −(ε/2)·g + √ε·ξ, from potentials and whitened gradients at both ends:
    /// <code>
    ///     log α = U(w) − U(w′) + ‖m + (ε/2)·g‖²/(2ε) − ‖−m + (ε/2)·g′‖²/(2ε)
    /// </code>
    /// (Roberts &amp; Tweedie 1996). Sums are float64.
    /// </summary>
    internal static double LogRatio(ParameterSelection sampled, double stepSize, ReadOnlySpan<float> move,
        double potential, ReadOnlySpan<float> gradient, double newPotential, ReadOnlySpan<float> newGradient)
    {
        double forward = 0, backward = 0;
        foreach (var block in sampled)
        {
            forward += WideSum.Squares(block.In(move), stepSize / 2, block.In(gradient));
            backward += WideSum.Squares(block.In(move), -stepSize / 2, block.In(newGradient));
        }
        return potential - newPotential + ((forward - backward) / (2 * stepSize));
    }

    /// <summary><see cref="Move"/> ← −(ε/2)·g + √ε·ξ from a whitened gradient, ξ the noise of <paramref name="step"/>.</summary>
    protected void MakeLangevinMove(ReadOnlySpan<float> gradient, long step)
    {
        var (drift, spread) = ((float)(-StepSize / 2), (float)Math.Sqrt(StepSize));
        foreach (var block in Target.Sampled)
        {
            var move = block.In(Move);
            GaussianNoise.Fill(Noise(step), move, block.Offset);
            TensorPrimitives.Multiply(move, spread, move);
            TensorPrimitives.FusedMultiplyAdd(block.In(gradient), drift, move, move);
        }
    }

    /// <summary>nβ·(L − L(w*)) + Σ_b (γ_b/2)‖w_b − w*_b‖², which is U(w) up to a constant.</summary>
    protected double Potential(double loss, ReadOnlySpan<float> w) => (Target.NBeta * (loss - Evaluator.CenterLoss)) + Target.PriorPotential(w);

    /// <summary>gradient ← Lᵀ∇U(w), from ∇L(w) in the same place.</summary>
    protected void ToWhitened(ReadOnlySpan<float> w, Span<float> gradient)
    {
        Target.ToPotentialGradient(w, gradient);
        Metric.Whiten(gradient, gradient);
    }

    /// <inheritdoc/>
    public override void Transfer(StateTransfer state)
    {
        base.Transfer(state);
        Metric.Transfer(state);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _move.Dispose();
            Metric.Dispose();
        }
        base.Dispose(disposing);
    }
}
