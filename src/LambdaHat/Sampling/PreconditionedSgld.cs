using LambdaHat.Losses;
using LambdaHat.Numerics;
using LambdaHat.Preconditioning;

namespace LambdaHat.Sampling;

/// <summary>
/// Localised SGLD in a metric P = L·Lᵀ (Welling &amp; Teh 2011), nothing rejected:
/// <code>
///     w ← w + L·m,   m = −(ε/2)·Lᵀ∇U_B(w) + √ε·ξ
/// </code>
/// on a fresh minibatch B every step; what leaves the bounding box is reflected. With a <see cref="LearnedDiagonal"/> it is RMSprop-SGLD, with a <see cref="KroneckerMetric"/> the Langevin relative of K-FAC. Along a direction of
/// whitened curvature s the stationary variance is 1/(s·(1 − εs/4)).
/// The draw is recorded before the move. Every <c>acceptanceEvery</c>-th step a second gradient on the SAME minibatch gives the Metropolis acceptance of the move (none where it left the
/// box). For a diagonal metric set by hand <see cref="SgldSampler"/> makes the same chain in one pass over the parameters.
/// </summary>
public sealed class PreconditionedSgld : WhitenedSampler
{
    private readonly int _acceptanceEvery;
    private readonly AlignedMemory _movedGradient;
    private AlignedMemory _moved;

    /// <summary>The sampler at w*; 0 for <paramref name="acceptanceEvery"/> stands for never. It owns the evaluator and the metric.</summary>
    public PreconditionedSgld(Target target, Evaluator evaluator, Metric metric, double stepSize, int acceptanceEvery, ulong seed, int chain)
        : base(target, evaluator, metric, stepSize, seed, chain)
    {
        _acceptanceEvery = acceptanceEvery;
        var d = acceptanceEvery > 0 ? target.Objective.Dimension : 0;
        (_moved, _movedGradient) = (new AlignedMemory(d), new AlignedMemory(d));
    }

    /// <inheritdoc/>
    public override Transition Step(long step)
    {
        Evaluator.SelectMinibatch(Seed, Chain, step);
        var excess = Evaluate(out var loss);
        if (!double.IsFinite(excess)) return new(excess, double.NaN);
        Metric.Adapt(W, Gradient, Seed, Chain, step);
        ToWhitened(W, Gradient);
        MakeLangevinMove(Gradient, step);
        if (_acceptanceEvery > 0 && step % _acceptanceEvery == 0) return new(excess, MoveAndTest(loss));
        Metric.AddUnwhitened(Move, W);
        Target.Reflect(W);
        return new(excess, double.NaN);
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

    private double MoveAndTest(double loss)
    {
        W.CopyTo(_moved.Span);
        Metric.AddUnwhitened(Move, _moved.Span);
        var acceptance = double.NaN;
        if (Target.Contains(_moved.Span))
        {
            var newLoss = Evaluator.LossAndGradient(_moved.Span, _movedGradient.Span);
            SampleGradients += Evaluator.BatchSize;
            ToWhitened(_moved.Span, _movedGradient.Span);
            var ratio = LogRatio(Target.Sampled, StepSize, Move, Potential(loss, W), Gradient, Potential(newLoss, _moved.Span), _movedGradient.Span);
            acceptance = double.IsNaN(ratio) ? 0 : Math.Exp(Math.Min(0, ratio));
        }
        else
        {
            Target.Reflect(_moved.Span);
        }
        SwapPosition(ref _moved);
        return acceptance;
    }
}
