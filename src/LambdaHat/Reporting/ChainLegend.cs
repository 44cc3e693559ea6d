using LambdaHat.Estimation;

namespace LambdaHat.Reporting;

/// <summary>How chains are named and coloured, the same in every figure and table.</summary>
internal static class ChainLegend
{
    private const int Colours = 8;

    /// <summary>The class name that carries the chain's colour.</summary>
    public static string Colour(int chain) => "c" + ReportNumber.Count(chain % Colours + 1);

    /// <summary>The chain's name, counted from 1.</summary>
    public static string Name(int chain) => "chain " + ReportNumber.Count(chain + 1);

    /// <summary>Whether the chain counts, or when it diverged.</summary>
    public static string Status(ChainEstimate chain) =>
        !chain.Diverged ? "used" : chain.DivergedAt is { } step ? $"diverged at step {ReportNumber.Count(step)}" : "diverged";

    /// <summary>One entry per chain; with more chains than colours one entry for all, and one for each that diverged.</summary>
    public static IEnumerable<LegendEntry> Entries(IReadOnlyList<ChainEstimate> chains)
    {
        if (chains.Count > Colours) yield return new LegendEntry("line c1", $"chains 1 to {ReportNumber.Count(chains.Count)} (colours repeat)");
        for (var i = 0; i < chains.Count; i++)
        {
            if (chains[i].Diverged)
                yield return new LegendEntry($"line {Colour(i)}", $"{Name(i)} ({Status(chains[i])})");
            else if (chains.Count <= Colours)
                yield return new LegendEntry($"line {Colour(i)}", Name(i));
        }
    }
}
