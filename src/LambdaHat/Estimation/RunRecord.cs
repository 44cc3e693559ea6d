namespace LambdaHat.Estimation;

/// <summary>One run as reports and programs see it: what was estimated, on what, and what theory says of it.</summary>
public sealed record RunRecord
{
    /// <summary>A title for people: the model folder, or the network's widths.</summary>
    public required string Title { get; init; }

    /// <summary>The command line or call that made the run.</summary>
    public required string Command { get; init; }

    /// <summary>The library's version.</summary>
    public required string Version { get; init; }

    /// <summary>When the run started.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>The network in one line: its layers and widths.</summary>
    public required string Network { get; init; }

    /// <summary>The loss by name.</summary>
    public required string Loss { get; init; }

    /// <summary>The data in one line.</summary>
    public required string Data { get; init; }

    /// <summary>Accuracy at w* over the data set, for classifiers.</summary>
    public double? Accuracy { get; init; }

    /// <summary>What it was computed from; null where that was not looked at.</summary>
    public InputHashes? Inputs { get; init; }

    /// <summary>The estimate.</summary>
    public required LearningCoefficientEstimate Estimate { get; init; }

    /// <summary>What theory says, or null.</summary>
    public KnownCoefficient? Theory { get; init; }
}
