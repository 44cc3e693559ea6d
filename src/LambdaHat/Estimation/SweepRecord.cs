namespace LambdaHat.Estimation;

/// <summary>One sweep as reports and programs see it: what was estimated, on what, at which points.</summary>
public sealed record SweepRecord : CommandRecord
{
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
