using LambdaHat.Losses;
using LambdaHat.Numerics;

namespace LambdaHat.Sampling;

/// <summary>
/// Localised SGLD as published (Lau et al. 2023): <see cref="Sgld"/> on a fresh minibatch every step, nothing rejected. The draw is recorded before the
/// move. Every <c>acceptanceEvery</c>-th step a second gradient, on the same minibatch, gives the Metropolis acceptance of the move.
/// </summary>
public sealed class SgldSampler : Sampler
{
    private const int NoisePairs = 16;

    private readonly int _acceptanceEvery;
    private readonly double[] _preconditioner;
    private readonly AlignedMemory _movedGradient;
    private AlignedMemory _moved;
    private Sgld _current;

    /// <summary>The sampler with one value of the diagonal P for every sampled block; 0 for <paramref name="acceptanceEvery"/> stands for never.</summary>
    public SgldSampler(Target target, Evaluator evaluator, IReadOnlyList<double> preconditioner, double stepSize, int acceptanceEvery, ulong seed, int chain)
        : base(target, evaluator, stepSize, seed, chain)
    {
        _preconditioner = [.. preconditioner];
        _current = new Sgld(target, _preconditioner, stepSize);
        _acceptanceEvery = acceptanceEvery;
        var d = acceptanceEvery > 0 ? target.Objective.Dimension : 0;
        (_moved, _movedGradient) = (new AlignedMemory(d), new AlignedMemory(d));
        if (d > 0) target.Objective.Center.CopyTo(_moved.Span);
    }

    /// <inheritdoc/>
    public override Transition Step(long step)
    {
        if (_current.StepSize != StepSize) _current = new Sgld(Target, _preconditioner, StepSize);
        Evaluator.SelectMinibatch(Seed, Chain, step);
        var excess = Evaluate(out var loss);
        if (!double.IsFinite(excess)) return new(excess, double.NaN);
        var acceptance = double.NaN;
        if (_acceptanceEvery > 0 && step % _acceptanceEvery == 0)
        {
            _current.Step(W, Target.Objective.Center, Gradient, _moved.Span, Noise(step));
            Target.Reflect(_moved.Span);
            var newLoss = Evaluator.LossAndGradient(_moved.Span, _movedGradient.Span);
            SampleGradients += Evaluator.BatchSize;
            var ratio = _current.LogMetropolisRatio(Target.Objective.Center, W, loss, Gradient, _moved.Span, newLoss, _movedGradient.Span);
            acceptance = double.IsNaN(ratio) ? 0 : Math.Exp(Math.Min(0, ratio));
            SwapPosition(ref _moved);
        }
        else
        {
            _current.Step(W, Target.Objective.Center, Gradient, W, Noise(step));
            Target.Reflect(W);
        }
        return new(excess, acceptance);
    }

    /// <summary>
    /// ε·(nβ)²/8·Σ_i P_i·Var[∂_iL_B]: in a direction of curvature h the variance σ² of its gradient adds ε·P·nβ·σ²/(4h) to that of w. Flat directions are counted like stiff ones, though there the loss does not
    /// see it; gradients that follow the curvature have little noise in them. From pairs of minibatches at the same point.
    /// </summary>
    public override double GradientNoiseEffect()
    {
        using var other = new AlignedMemory(W.Length);
        var sum = 0.0;
        for (var pair = 0; pair < NoisePairs; pair++)
        {
            // Minibatches of no step of the chain.
            Evaluator.SelectMinibatch(Seed, Chain, long.MaxValue - (2 * pair));
            Evaluator.LossAndGradient(W, Gradient);
            Evaluator.SelectMinibatch(Seed, Chain, long.MaxValue - (2 * pair) - 1);
            Evaluator.LossAndGradient(W, other.Span);
            for (var b = 0; b < _preconditioner.Length; b++)
            {
                var block = Target.Sampled.Blocks[b];
                sum += _preconditioner[b] * WideSum.Squares(block.In(Gradient), -1, block.In(other.Span));
            }
        }
        return StepSize * Target.NBeta * Target.NBeta / 16 * sum / NoisePairs;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _moved.Dispose();
            _movedGradient.Dispose();
        }
        base.Dispose(disposing);
    }
}
