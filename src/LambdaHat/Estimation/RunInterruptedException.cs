using LambdaHat.Sampling;

namespace LambdaHat.Estimation;

/// <summary>A cancelled estimate, with what its chains say so far.</summary>
public sealed class RunInterruptedException : OperationCanceledException
{
    internal RunInterruptedException(long steps, MonteCarloMean soFar, bool saved) : base("the run was interrupted") => (Steps, SoFar, IsSaved) = (steps, soFar, saved);

    /// <summary>Steps that every chain has made.</summary>
    public long Steps { get; }

    /// <summary>λ̂ from the later half of the draws so far, with its error; NaN where there are too few.</summary>
    public MonteCarloMean SoFar { get; }

    /// <summary>Whether the state of the run has been saved.</summary>
    public bool IsSaved { get; }
}
