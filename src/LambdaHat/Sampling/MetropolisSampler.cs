using LambdaHat.Losses;
using LambdaHat.Numerics;
using LambdaHat.Preconditioning;

namespace LambdaHat.Sampling;

/// <summary>
/// A sampler that proposes a point and accepts or rejects it exactly. Losses are over one fixed set of samples: all of them, when the evaluator was made with batch size n.
/// Loss and gradient at w are kept between steps. A proposal outside the bounding box or without a finite loss is rejected. The draw recorded is the one after the decision.
/// </summary>
public abstract class MetropolisSampler : WhitenedSampler
{
    private AlignedMemory _proposal, _proposalGradient, _whitened, _proposalWhitened;
    private double _loss;
    private bool _evaluated;

    /// <summary>A sampler at w*; it owns the evaluator and the metric.</summary>
    protected MetropolisSampler(Target target, Evaluator evaluator, Metric metric, double stepSize, ulong seed, int chain)
        : base(target, evaluator, metric, stepSize, seed, chain)
    {
        var d = target.Objective.Dimension;
        (_proposal, _proposalGradient, _whitened, _proposalWhitened) = (new AlignedMemory(d), new AlignedMemory(d), new AlignedMemory(d), new AlignedMemory(d));
        target.Objective.Center.CopyTo(_proposal.Span);
        evaluator.SelectMinibatch(seed, chain, 0);
    }

    /// <summary>w′.</summary>
    protected Span<float> Proposal => _proposal.Span;

    /// <summary>Lᵀ∇U(w).</summary>
    protected ReadOnlySpan<float> WhitenedGradient => _whitened.Span;

    /// <summary>Lᵀ∇U at w′, as of the last <see cref="EvaluateProposal"/>.</summary>
    protected ReadOnlySpan<float> ProposalGradient => _proposalWhitened.Span;

    /// <inheritdoc/>
    public override Transition Step(long step)
    {
        var fresh = !_evaluated;
        if (fresh)
        {
            var excess = Evaluate(out _loss);
            if (!double.IsFinite(excess)) return new(excess, double.NaN);
            _evaluated = true;
        }
        if (Metric.Adapt(W, Gradient, Seed, Chain, step) || fresh)
        {
            Gradient.CopyTo(_whitened.Span);
            ToWhitened(W, _whitened.Span);
        }
        Span<uint> words = stackalloc uint[2];
        new RandomStream(Seed, RandomPurpose.Decision, Chain, step).Fill(words);
        W.CopyTo(Proposal);
        var newLoss = _loss;
        var ratio = Propose(step, Potential(_loss, W), Uniform(words[1]), ref newLoss);
        var acceptance = double.IsNaN(ratio) ? 0 : Math.Exp(Math.Min(0, ratio));
        if (Uniform(words[0]) < acceptance)
        {
            SwapPosition(ref _proposal);
            SwapGradient(ref _proposalGradient);
            (_whitened, _proposalWhitened, _loss) = (_proposalWhitened, _whitened, newLoss);
        }
        return new(Target.NBeta * (_loss - Evaluator.CenterLoss), acceptance);
    }

    /// <inheritdoc/>
    public override void MoveTo(ReadOnlySpan<float> w)
    {
        base.MoveTo(w);
        _evaluated = false;
    }

    /// <inheritdoc/>
    public override void Transfer(StateTransfer state)
    {
        base.Transfer(state);
        _evaluated = state.Value(_evaluated);
        _loss = state.Value(_loss);
        state.Values(Gradient);
        state.Values(_whitened.Span);
    }

    /// <summary>
    /// Moves <see cref="Proposal"/>, which is w, to w′ and returns log α, with the loss there in <paramref name="newLoss"/> and its gradients as <see cref="EvaluateProposal"/> leaves them;
    /// −∞ where w′ cannot be accepted. <paramref name="uniform"/> is a random number in (0, 1).
    /// </summary>
    protected abstract double Propose(long step, double potential, double uniform, ref double newLoss);

    /// <summary>Loss and gradients at w′; whether the potential there is finite.</summary>
    protected bool EvaluateProposal(out double newLoss, out double newPotential)
    {
        newLoss = Evaluator.LossAndGradient(Proposal, _proposalGradient.Span);
        SampleGradients += Evaluator.BatchSize;
        newPotential = Potential(newLoss, Proposal);
        if (!double.IsFinite(newPotential)) return false;
        _proposalGradient.Span.CopyTo(_proposalWhitened.Span);
        ToWhitened(Proposal, _proposalWhitened.Span);
        return true;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            foreach (var memory in (ReadOnlySpan<AlignedMemory>)[_proposal, _proposalGradient, _whitened, _proposalWhitened]) memory.Dispose();
        base.Dispose(disposing);
    }

    private static double Uniform(uint word) => (word + 0.5) / (1L << 32);
}
