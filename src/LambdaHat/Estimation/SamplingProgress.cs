namespace LambdaHat.Estimation;

/// <summary>How far a chain has come: steps done of all, and the mean of nβ·ΔL over its latest steps (NaN once the chain has diverged).</summary>
public readonly record struct SamplingProgress(int Chain, long Step, long Steps, double RecentLambda);
