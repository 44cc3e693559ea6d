namespace LambdaHat.Estimation;

/// <summary>One sweep as reports and programs see it: what was estimated, on what, at which points.</summary>
public sealed record SweepRecord
{
    /// <summary>A title for people: the model folder, or the network's widths.</summary>
    public required string Title { get; init; }

    /// <summary>The command line or call that began the sweep.</summary>
    public required string Command { get; init; }

    /// <summary>The library's version.</summary>
    public required string Version { get; init; }

    /// <summary>When the sweep began.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>The network in one line.</summary>
    public required string Network { get; init; }

    /// <summary>The loss by name.</summary>
    public required string Loss { get; init; }

    /// <summary>The data in one line.</summary>
    public required string Data { get; init; }

    /// <summary>n.</summary>
    public required long SampleCount { get; init; }

    /// <summary>d.</summary>
    public required int Dimension { get; init; }

    /// <summary>L_n(w*).</summary>
    public required double BaselineLoss { get; init; }

    /// <summary>What it was computed from, so that a sweep is not taken up at another point or on other data.</summary>
    public required InputHashes Inputs { get; init; }

    /// <summary>What theory says, or null.</summary>
    public KnownCoefficient? Theory { get; init; }

    /// <summary>Grid and options, resolved.</summary>
    public required SweepOptions Options { get; init; }

    /// <summary>The points so far.</summary>
    public required SweepResult Result { get; init; }
}
