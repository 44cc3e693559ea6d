using LambdaHat.Sampling;

namespace LambdaHat.Estimation;

/// <summary>A chain when its run was over, before it went on for anything else.</summary>
internal readonly record struct ChainEnd(double Distance, double MinibatchVariance, double StepSize, long SampleGradients, long Rollbacks, long DivergedAt)
{
    /// <summary>Whether it diverged.</summary>
    public bool Diverged => DivergedAt >= 0;

    public static ChainEnd Of(Chain chain) => new(chain.Distance, chain.Sampler.MinibatchVariance, chain.Sampler.StepSize, chain.Sampler.SampleGradients, chain.Rollbacks.Count, chain.DivergedAt ?? -1);
}
