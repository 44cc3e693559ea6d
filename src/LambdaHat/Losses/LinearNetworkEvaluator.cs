namespace LambdaHat.Losses;

/// <summary>One chain's view of a <see cref="LinearNetworkObjective"/>: the network on its pseudo-samples, and the constant.</summary>
internal sealed class LinearNetworkEvaluator(LinearNetworkObjective objective, Evaluator pseudo) : Evaluator
{
    public override int BatchSize => (int)objective.SampleCount;

    public override double CenterLoss => objective.CenterLoss;

    // The batch is always all samples.
    public override void SelectMinibatch(ulong seed, int chain, long step) { }

    public override double Loss(ReadOnlySpan<float> w) => objective.MinimumLoss + pseudo.Loss(w);

    public override double LossAndGradient(ReadOnlySpan<float> w, Span<float> gradient) => objective.MinimumLoss + pseudo.LossAndGradient(w, gradient);

    protected override void Dispose(bool disposing)
    {
        if (disposing) pseudo.Dispose();
        base.Dispose(disposing);
    }
}
