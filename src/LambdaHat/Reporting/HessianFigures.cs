using LambdaHat.Spectra;

namespace LambdaHat.Reporting;

/// <summary>The figures of a spectrum: d₁ against τ, and loss or accuracy of the projected network against k.</summary>
internal static class HessianFigures
{
    /// <summary>d₁(τ) on a logarithmic axis.</summary>
    public static SvgFigure Curve(SpectrumRecord spectrum)
    {
        var result = spectrum.Result;
        (double X, double Y, double Error)[] points = [.. result.Curve.Select(p => (Math.Log10(p.Tau), p.Rank, p.StandardError))];
        var chart = new SvgChart("rank", SvgChart.Around(points.Select(p => p.X)), SvgChart.Around([0, .. points.Select(p => p.Y + (2 * p.Error))]), logarithmic: true) { XLabel = "τ", YLabel = "eigenvalues above τ" };
        if (result.RankError > 0) chart.Band([.. points.Select(p => (p.X, p.Y - (2 * p.Error), p.Y + (2 * p.Error)))], "spread pooled");
        chart.Line(points.Select(p => (p.X, p.Y)), "series pooled");
        if (points.Length == 0) chart.Remark("No eigenvalue is above zero.");
        return new SvgFigure
        {
            Id = "figure-rank",
            Title = "d₁ is a curve",
            Svg = chart.ToSvg($"Line chart of the number of eigenvalues above τ against τ on a logarithmic axis; at the cut-off it is {ReportNumber.Significant(result.Bounds.Rank, 6)} of {ReportNumber.Count(result.Bounds.Dimension)}."),
            Legend = [new LegendEntry("line pooled", "d₁(τ)"), .. result.RankError > 0 ? [new LegendEntry("box pooled", "±2 standard errors")] : Array.Empty<LegendEntry>()],
            Caption = "Where the curve is level, there is a gap in the spectrum and d₁ does not depend on the cut-off; where it slopes, d₁ and the bounds on λ belong to a τ.",
        };
    }

    /// <summary>The projected network against k, or null where nothing was projected.</summary>
    public static SvgFigure? Projections(SpectrumRecord spectrum)
    {
        var points = spectrum.Result.Projections;
        if (points.Count == 0) return null;
        var accuracy = points.Any(p => double.IsFinite(p.Accuracy));
        double Value(ProjectionPoint p) => accuracy ? p.Accuracy : p.Loss;
        var tested = accuracy && points.Any(p => double.IsFinite(p.TestAccuracy));
        var chart = new SvgChart("projection", (0, points[^1].Count), SvgChart.Around([.. points.Select(Value), .. tested ? points.Select(p => p.TestAccuracy) : []])) { XLabel = "eigenvectors k", YLabel = accuracy ? "accuracy" : "loss" };
        chart.Line(points.Select(p => ((double)p.Count, Value(p))), "series c1");
        if (tested) chart.Line(points.Select(p => ((double)p.Count, p.TestAccuracy)), "dashed c2");
        return new SvgFigure
        {
            Id = "figure-projection",
            Title = "w* projected on the top k eigenvectors",
            Svg = chart.ToSvg($"Line chart of the {(accuracy ? "accuracy" : "loss")} of the network projected on the top k eigenvectors against k; it ends at {ReportNumber.Significant(Value(points[^1]), 4)} with all of them."),
            Legend = [new LegendEntry("line c1", accuracy ? "training accuracy" : "training loss"), .. tested ? [new LegendEntry("line dashed c2", "test accuracy")] : Array.Empty<LegendEntry>()],
            Caption = "What of w* lies outside the span is set to zero. The k at which the network works again depends on where the origin of the parameters lies (initialisation, weight decay): it is no rank.",
        };
    }
}
