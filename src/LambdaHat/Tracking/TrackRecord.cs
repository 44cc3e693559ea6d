using LambdaHat.Estimation;

namespace LambdaHat.Tracking;

/// <summary>One track as reports and programs see it: what was estimated, on what, at which checkpoints.</summary>
public sealed record TrackRecord : CommandRecord
{
    /// <summary>The loss that is reported as that of training, by name.</summary>
    public required string TrainingLoss { get; init; }

    /// <summary>n.</summary>
    public required long SampleCount { get; init; }

    /// <summary>d.</summary>
    public required int Dimension { get; init; }

    /// <summary>The training loss of the first checkpoint, so that a track is not taken up on other data.</summary>
    public required double FirstTrainLoss { get; init; }

    /// <summary>What it was computed from: w* of all checkpoints in order, and the training samples.</summary>
    public required InputHashes Inputs { get; init; }

    /// <summary>The options, resolved.</summary>
    public required TrackOptions Options { get; init; }

    /// <summary>The points so far.</summary>
    public required TrackResult Result { get; init; }
}
