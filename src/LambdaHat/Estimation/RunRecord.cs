namespace LambdaHat.Estimation;

/// <summary>One run as reports and programs see it: what was estimated, on what, and what theory says of it.</summary>
public sealed record RunRecord : CommandRecord
{
    /// <summary>Accuracy at w* over the data set, for classifiers.</summary>
    public double? Accuracy { get; init; }

    /// <summary>What it was computed from; null where that was not looked at.</summary>
    public InputHashes? Inputs { get; init; }

    /// <summary>The estimate.</summary>
    public required LearningCoefficientEstimate Estimate { get; init; }

    /// <summary>What theory says, or null.</summary>
    public KnownCoefficient? Theory { get; init; }
}
