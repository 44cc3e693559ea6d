namespace LambdaHat.Sampling;

/// <summary>What the loop of a chain needs to know beside its sampler.</summary>
public sealed record ChainOptions
{
    /// <summary>Every how many transitions one is recorded.</summary>
    public int Thinning { get; init; } = 1;

    /// <summary>Every how many transitions the sampler's acceptance is recorded; 0 for never.</summary>
    public int AcceptanceEvery { get; init; } = 1;

    /// <summary>The most numbers that are kept of each record, an even number: a longer one has every second, fourth, … of those above, see <see cref="DrawRecord"/>. Null, the default, keeps all.</summary>
    public int? MostRecords { get; init; }

    /// <summary>How often a chain that diverges may be put back to an earlier position with half the step; 0 lets it diverge.</summary>
    public int MostRollbacks { get; init; }

    /// <summary>An excess nβ·ΔL above this, twice in a row, counts as a divergence: no draw of a chain that is near its law has it. Once may be a minibatch of rare samples.</summary>
    public double MostExcess { get; init; } = double.PositiveInfinity;

    /// <summary>Every how many transitions a position to go back to is saved.</summary>
    public int SaveEvery { get; init; } = 100;
}
