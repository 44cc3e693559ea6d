using LambdaHat.Estimation;

namespace LambdaHat.Reporting;

/// <summary>One quantity of every chain against the step, decimated to columns, as traces and acceptance are drawn.</summary>
internal sealed class ChainLines
{
    private readonly IReadOnlyList<ChainEstimate> chains;
    private readonly Column[][] columns;

    /// <summary>At most <paramref name="mostColumns"/> columns of each chain's values at the steps 0, spacing, 2·spacing, ….</summary>
    public ChainLines(IReadOnlyList<ChainEstimate> chains, Func<ChainEstimate, double[]> values, int spacing, int mostColumns)
    {
        this.chains = chains;
        Bucket = Envelope.BucketSize(chains.Max(chain => values(chain).Length), mostColumns);
        columns = [.. chains.Select(chain => Envelope.Of(values(chain), spacing, Bucket))];
    }

    /// <summary>How many values a column stands for.</summary>
    public int Bucket { get; }

    /// <summary>Whether no chain has a value.</summary>
    public bool Empty => columns.All(c => c.Length == 0);

    /// <summary>
    /// The extremes by which to choose the range of the y axis: those of the chains that did not diverge; when all did, of the first nine tenths of each,
    /// because the values just before a divergence grow without bound.
    /// </summary>
    public IEnumerable<double> Extremes()
    {
        var someLeft = chains.Any(chain => !chain.Diverged);
        for (var i = 0; i < columns.Length; i++)
        {
            if (someLeft && chains[i].Diverged) continue;
            foreach (var column in someLeft ? columns[i] : columns[i].AsSpan(0, (columns[i].Length * 9 + 9) / 10).ToArray())
            {
                yield return column.Least;
                yield return column.Greatest;
            }
        }
    }

    /// <summary>Draws the shades from least to greatest, the means over them, and a cross where a diverged chain ends.</summary>
    public void Draw(SvgChart chart)
    {
        var shade = chains.Count > 4 ? "spread faint" : "spread";
        if (Bucket > 1)
            for (var i = 0; i < columns.Length; i++)
                chart.Band([.. columns[i].Select(c => (c.X, c.Least, c.Greatest))], $"{shade} {ChainLegend.Colour(i)}");
        for (var i = 0; i < columns.Length; i++)
            chart.Line(columns[i].Select(c => (c.X, c.Mean)), $"series {ChainLegend.Colour(i)}");
        for (var i = 0; i < columns.Length; i++)
            if (chains[i].Diverged && columns[i].Length > 0)
                chart.Cross(columns[i][^1].X, columns[i][^1].Mean, $"series {ChainLegend.Colour(i)}");
    }

    /// <summary>How the values were drawn, and where chains end.</summary>
    public string Explain(string values)
    {
        var drawn = Bucket > 1
            ? $"Each point of a line is the mean of {ReportNumber.Count(Bucket)} consecutive {values}; the shade around it runs from the least to the greatest of them."
            : $"All {values} are drawn.";
        return chains.Any(chain => chain.Diverged)
            ? drawn + " A chain that diverged is drawn until its values stop being finite, to the cross; beyond the frame it is cut off."
            : drawn;
    }
}
