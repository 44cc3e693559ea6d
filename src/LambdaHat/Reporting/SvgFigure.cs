namespace LambdaHat.Reporting;

/// <summary>One entry of a legend: the class names of its swatch and what it stands for.</summary>
internal sealed record LegendEntry(string Swatch, string Text);

/// <summary>A chart with its title, legend and caption, as it stands on a page.</summary>
internal sealed record SvgFigure
{
    /// <summary>The figure's id on the page.</summary>
    public required string Id { get; init; }

    /// <summary>The title above the chart.</summary>
    public required string Title { get; init; }

    /// <summary>The chart, see <see cref="SvgChart.ToSvg"/>.</summary>
    public required string Svg { get; init; }

    /// <summary>What the lines and shades are; empty when nothing could be drawn.</summary>
    public required IReadOnlyList<LegendEntry> Legend { get; init; }

    /// <summary>What to see in the chart and how it was drawn.</summary>
    public required string Caption { get; init; }

    /// <summary>Writes the figure element.</summary>
    public void Write(TextWriter writer)
    {
        writer.Write($"<figure id=\"{Id}\" aria-labelledby=\"{Id}-title\">\n<h3 id=\"{Id}-title\">{Markup.Escape(Title)}</h3>\n");
        if (Legend.Count > 0)
        {
            writer.Write("<ul class=\"legend\">\n");
            foreach (var entry in Legend)
                writer.Write($"<li><span class=\"swatch {entry.Swatch}\"></span>{Markup.Escape(entry.Text)}</li>\n");
            writer.Write("</ul>\n");
        }
        writer.Write($"{Svg}\n<figcaption>{Markup.Escape(Caption)}</figcaption>\n</figure>\n");
    }
}
