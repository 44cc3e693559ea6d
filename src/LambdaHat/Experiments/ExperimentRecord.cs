namespace LambdaHat.Experiments;

/// <summary>One run of an experiment as reports and programs see it.</summary>
public sealed record ExperimentRecord
{
    /// <summary>The experiment.</summary>
    public required Experiment Experiment { get; init; }

    /// <summary>How much of it was run.</summary>
    public required ExperimentSize Size { get; init; }

    /// <summary>The seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The command line that made it.</summary>
    public required string Command { get; init; }

    /// <summary>The library's version.</summary>
    public required string Version { get; init; }

    /// <summary>The rows.</summary>
    public required ExperimentRows Rows { get; init; }

    /// <summary>What they say.</summary>
    public required ExperimentResult Result { get; init; }

    /// <summary>Whether every job has run.</summary>
    public required bool IsComplete { get; init; }
}
