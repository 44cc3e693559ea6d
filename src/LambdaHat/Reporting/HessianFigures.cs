using LambdaHat.Spectra;

namespace LambdaHat.Reporting;

/// <summary>The figures of a spectrum: d₁ against τ, and loss or accuracy of the projected network against k.</summary>
internal static class HessianFigures
{
    /// <summary>d₁(τ) on a logarithmic axis.</summary>
    public static SvgFigure Curve(SpectrumRecord spectrum)
    {
        var result = spectrum.Result;
        (double X, double Y, RankRange Range)[] points = [.. result.Curve.Select(p => (Math.Log10(p.Tau), p.Rank, p.Range))];
        var effective = result.Curve.Where(p => double.IsFinite(p.EffectiveDimension)).Select(p => (X: Math.Log10(p.Tau), Y: p.EffectiveDimension)).ToArray();
        var chart = new SvgChart("rank", SvgChart.Around(points.Select(p => p.X)), SvgChart.Around([0, .. points.Select(p => p.Range.Most), .. effective.Select(p => p.Y)]), logarithmic: true) { XLabel = "τ", YLabel = "eigenvalues above τ" };
        var estimated = points.Any(p => !p.Range.IsExact);
        if (estimated) chart.Band([.. points.Select(p => (p.X, p.Range.Least, p.Range.Most))], "spread pooled");
        chart.Line(effective, "dashed c2");
        chart.Line(points.Select(p => (p.X, p.Y)), "series pooled");
        if (points.Length == 0) chart.Remark("No eigenvalue is above zero.");
        return new SvgFigure
        {
            Id = "figure-rank",
            Title = "d₁ is a curve",
            Svg = chart.ToSvg($"Line chart of the number of eigenvalues above τ against τ on a logarithmic axis; at the cut-off it is {ReportNumber.Significant(result.Bounds.Rank, 6)} of {ReportNumber.Count(result.Bounds.Dimension)}."),
            Legend = [new LegendEntry("line pooled", "d₁(τ)"), new LegendEntry("line dashed c2", "tr[G(G + τI)⁻¹]"), .. estimated ? [new LegendEntry("box pooled", "what d₁ lies in")] : Array.Empty<LegendEntry>()],
            Caption = "Where the curve is level, there is a gap in the spectrum and d₁ does not depend on the cut-off; where it slopes, d₁ and the bounds on λ belong to a τ. The effective dimension counts with a smooth step at τ.",
        };
    }

    /// <summary>d₁(τ) of every parameter block by itself, both axes logarithmic; null where blocks were not looked at.</summary>
    public static SvgFigure? Blocks(SpectrumRecord spectrum)
    {
        // The colours there are.
        const int Most = 8;
        var all = spectrum.Result.Blocks;
        var largest = all.OrderByDescending(b => b.Curve.Select(p => p.Rank).DefaultIfEmpty(0).Max()).Take(Most).ToHashSet();
        BlockSpectrum[] shown = [.. all.Where(largest.Contains)];
        if (shown.All(b => b.Curve.Count == 0)) return null;
        (double X, double Y)[][] lines = [.. shown.Select(b => b.Curve.Where(p => p.Rank > 0).Select(p => (Math.Log10(p.Tau), Math.Log10(p.Rank))).ToArray())];
        var chart = new SvgChart("blocks", SvgChart.Around(lines.SelectMany(l => l).Select(p => p.X)), SvgChart.Around([0, .. lines.SelectMany(l => l).Select(p => p.Y)]), logarithmic: true, logarithmicY: true) { XLabel = "τ", YLabel = "eigenvalues above τ" };
        for (var i = 0; i < lines.Length; i++) chart.Line(lines[i], $"series c{i + 1}");
        return new SvgFigure
        {
            Id = "figure-blocks",
            Title = "Each parameter block by itself",
            Svg = chart.ToSvg($"Line chart of the number of eigenvalues above τ of {shown.Length} parameter blocks, each restricted to itself, against τ on logarithmic axes."),
            Legend = [.. shown.Select((b, i) => new LegendEntry($"line c{i + 1}", b.Name))],
            Caption = $"The matrix restricted to one block at a time: which layers the steep directions are of. The counts do not add up to that of the whole, whose eigenvectors join blocks.{(shown.Length < all.Count ? $" The {Most} blocks with the most eigenvalues of {all.Count}; all are in the table." : "")}",
        };
    }

    /// <summary>The projected network against k, or null where nothing was projected.</summary>
    public static SvgFigure? Projections(SpectrumRecord spectrum)
    {
        var points = spectrum.Result.Projections;
        if (points.Count == 0) return null;
        var accuracy = points.Any(p => double.IsFinite(p.Accuracy));
        double Value(ProjectionPoint p) => accuracy ? p.Accuracy : p.Loss;
        double Test(ProjectionPoint p) => accuracy ? p.TestAccuracy : p.TestLoss;
        var tested = points.Any(p => double.IsFinite(Test(p)));
        var chart = new SvgChart("projection", (0, Math.Max(1, points.Max(p => p.Count))), SvgChart.Around([.. points.Select(Value), .. tested ? points.Select(Test) : []])) { XLabel = "eigenvectors k", YLabel = accuracy ? "accuracy" : "loss" };
        chart.Line(points.Select(p => (p.Count, Value(p))), "series c1");
        if (tested) chart.Line(points.Select(p => (p.Count, Test(p))), "dashed c2");
        return new SvgFigure
        {
            Id = "figure-projection",
            Title = "w* projected on the top k eigenvectors",
            Svg = chart.ToSvg($"Line chart of the {(accuracy ? "accuracy" : "loss")} of the network projected on the top k eigenvectors against k; it ends at {ReportNumber.Significant(Value(points[^1]), 4)} with {ReportNumber.Significant(points[^1].Count, 6)} of them."),
            Legend = [new LegendEntry("line c1", accuracy ? "training accuracy" : "training loss"), .. tested ? [new LegendEntry("line dashed c2", accuracy ? "test accuracy" : "test loss")] : Array.Empty<LegendEntry>()],
            Caption = "What of w* lies outside the span is set to zero. The k at which the network works again depends on where the origin of the parameters lies (initialisation, weight decay): it is no rank.",
        };
    }
}
