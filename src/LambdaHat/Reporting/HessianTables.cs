using LambdaHat.Spectra;

namespace LambdaHat.Reporting;

/// <summary>The tables on the page of a spectrum: the curve, the ways to a cut-off by projection, the parameter blocks.</summary>
internal static class HessianTables
{
    public static void Write(SpectrumResult result, TextWriter writer)
    {
        if (result.CutoffRanks.Count > 0)
        {
            Table(writer, "cutoffs", "d₁ at the cut-off, by every way to it", ["way", "d₁", "lower bound", "upper bound", "reached"], result.CutoffRanks.Select(way =>
                (Markup.Escape(way.Way), (string[])[Number(way.Bounds.Rank, 6), Number(way.Bounds.Lower, 7), Number(way.Bounds.Upper, 7), way.Reached ? "yes" : "no"])));
        }
        Table(writer, "curve", "d₁(τ) and its bounds", ["τ", "τ/λ₁", "d₁", "standard error", "quadrature error", "lower bound", "upper bound", "effective dimension", "its error"], result.Curve.Select(p =>
        {
            var bounds = result.BoundsAt(p);
            return (Number(p.Tau, 3), (string[])
            [
                Number(p.Tau / result.LargestEigenvalue, 3), Number(p.Rank, 6), Number(p.StandardError, 2), Number(p.QuadratureError, 2), Number(bounds.Lower, 7), Number(bounds.Upper, 7), Number(p.EffectiveDimension, 6),
                Number(p.EffectiveError, 2),
            ]);
        }));
        if (result.Blocks.Count > 0)
        {
            Table(writer, "blocks", "Each parameter block by itself", ["block", "parameters", "d₁", "its error", "largest eigenvalues"], result.Blocks.Select(block =>
                (Markup.Escape(block.Name), (string[])[Number(block.Dimension, 9), Number(block.Rank, 6), Number(block.RankError, 2), string.Join("; ", block.Eigenvalues.Select(v => ReportNumber.Significant(v, 3)))])));
        }
    }

    private static string Number(double value, int digits) => ReportSummary.Data(value, ReportNumber.Significant(value, digits));

    /// <summary>One table with a heading and a column of heads.</summary>
    public static void Table(TextWriter writer, string id, string title, string[] columns, IEnumerable<(string Head, string[] Cells)> rows)
    {
        writer.Write($"<section id=\"{id}\" aria-labelledby=\"{id}-title\">\n<h2 id=\"{id}-title\">{Markup.Escape(title)}</h2>\n"
            + $"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"{id}-title\">\n<table>\n<thead><tr>{string.Concat(columns.Select(c => $"<th scope=\"col\">{Markup.Escape(c)}</th>"))}</tr></thead>\n<tbody>\n");
        foreach (var (head, cells) in rows) writer.Write($"<tr><th scope=\"row\">{head}</th>{string.Concat(cells.Select(cell => $"<td>{cell}</td>"))}</tr>\n");
        writer.Write("</tbody>\n</table>\n</div>\n</section>\n");
    }
}
