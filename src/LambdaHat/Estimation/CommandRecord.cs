namespace LambdaHat.Estimation;

/// <summary>What the record of every command on a network begins with: what was measured, on what, by which call.</summary>
public abstract record CommandRecord
{
    /// <summary>A title for people: the folder, or the network's widths.</summary>
    public required string Title { get; init; }

    /// <summary>The command line or call that began it.</summary>
    public required string Command { get; init; }

    /// <summary>The library's version.</summary>
    public required string Version { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>The network in one line: its layers and widths.</summary>
    public required string Network { get; init; }

    /// <summary>The loss by name.</summary>
    public required string Loss { get; init; }

    /// <summary>The data in one line.</summary>
    public required string Data { get; init; }
}
