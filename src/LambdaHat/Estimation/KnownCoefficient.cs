namespace LambdaHat.Estimation;

/// <summary>
/// What theory says of the point that was estimated, for the comparison in reports. λ and the multiplicity are Aoyagi's GLOBAL
/// values; the local ones belong to the point itself. The estimator never sees it.
/// </summary>
public sealed record KnownCoefficient
{
    /// <summary>The global learning coefficient λ.</summary>
    public required double Lambda { get; init; }

    /// <summary>Its multiplicity m.</summary>
    public required int Multiplicity { get; init; }

    /// <summary>λ at the point, where known.</summary>
    public double? Local { get; init; }

    /// <summary>Half the Hessian's rank at the point, a lower bound of the local λ, where computed.</summary>
    public double? LocalLowerBound { get; init; }
}

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

    /// <summary>The estimate.</summary>
    public required LearningCoefficientEstimate Estimate { get; init; }

    /// <summary>What theory says, or null.</summary>
    public KnownCoefficient? Theory { get; init; }
}
