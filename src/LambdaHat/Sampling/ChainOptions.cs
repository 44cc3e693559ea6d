namespace LambdaHat.Sampling;

/// <summary>What one chain of localised SGLD needs to know, everything resolved.</summary>
public sealed record ChainOptions
{
    /// <summary>ε, the step size.</summary>
    public required double StepSize { get; init; }

    /// <summary>γ, the strength of the localisation.</summary>
    public required double Gamma { get; init; }

    /// <summary>nβ, the data set's size times the inverse temperature.</summary>
    public required double NBeta { get; init; }

    /// <summary>Steps in all.</summary>
    public required int Steps { get; init; }

    /// <summary>Every how many steps a draw is recorded.</summary>
    public required int Thinning { get; init; }

    /// <summary>Every how many steps the Metropolis acceptance is evaluated; 0 for never.</summary>
    public required int AcceptanceEvery { get; init; }

    /// <summary>The seed of the random streams.</summary>
    public required ulong Seed { get; init; }
}
