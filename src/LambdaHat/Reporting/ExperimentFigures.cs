using System.Text;
using LambdaHat.Experiments;

namespace LambdaHat.Reporting;

/// <summary>The figures of an experiment: on its page, and as files of their own.</summary>
internal static class ExperimentFigures
{
    private const int Colours = 8, Width = 460, ChartHeight = 290, Row = 20;

    /// <summary>A chart as it stands on a page.</summary>
    public static SvgFigure Create(Chart chart)
    {
        var shown = Shown(chart);
        var (x, y) = (SvgChart.Around(shown.SelectMany(s => s.Points).Where(p => double.IsFinite(p.Y)).Select(p => p.X)), SvgChart.Around(shown.SelectMany(s => s.Points).SelectMany(Extent)));
        var drawn = new SvgChart(chart.Id, x, y, chart.LogX, chart.LogY, wholeX: x.Greatest - x.Least > 10) { XLabel = chart.XLabel, YLabel = chart.YLabel };
        List<LegendEntry> legend = [];
        for (var i = 0; i < shown.Length; i++)
        {
            var (colour, style) = (Colour(i), shown[i].Style);
            if (style == SeriesStyle.Points)
            {
                foreach (var p in shown[i].Points)
                {
                    drawn.ErrorBar(p.X, p.Y, p.Error, $"series {colour}");
                    drawn.Mark(p.X, p.Y, "m-3 -3h6v6h-6z", $"mark converged {colour}");
                }
            }
            else drawn.Line(shown[i].Points.Select(p => (p.X, p.Y)), $"{(style == SeriesStyle.Exact ? "dashed" : "series")} {colour}");
            legend.Add(new($"{(style == SeriesStyle.Points ? "box" : style == SeriesStyle.Exact ? "dashed" : "line")} {colour}", shown[i].Name));
        }
        if (shown.All(s => s.Points.Count == 0)) drawn.Remark("Nothing was measured.");
        return new SvgFigure
        {
            Id = $"figure-{chart.Id}",
            Title = chart.Title,
            Svg = drawn.ToSvg($"{chart.Title}: {chart.YLabel} against {chart.XLabel}, {shown.Length} series."),
            Legend = legend,
            Caption = chart.Caption,
        };
    }

    /// <summary>A chart with title, legend and colours as one SVG file.</summary>
    public static string File(Chart chart)
    {
        var figure = Create(chart);
        var height = Row + 10 + ChartHeight + (Row * figure.Legend.Count) + 6;
        var text = new StringBuilder($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{2 * Width}\" viewBox=\"0 0 {Width} {height}\">\n<title>{Markup.Escape(chart.Title)}</title>\n<style>\n{ReportStyle.Sheet}.chart {{ overflow: visible; }} .heading {{ font: 600 15px system-ui, sans-serif; fill: var(--ink); }} .entry {{ font: 13px system-ui, sans-serif; fill: var(--ink); }}\n</style>\n"
            + $"<rect width=\"{Width}\" height=\"{height}\" style=\"fill: var(--paper)\"/>\n<text class=\"heading\" x=\"4\" y=\"{Row}\">{Markup.Escape(chart.Title)}</text>\n");
        text.Append(figure.Svg.Replace("<svg ", $"<svg x=\"0\" y=\"{Row + 8}\" width=\"{Width}\" height=\"{ChartHeight}\" ", StringComparison.Ordinal)).Append('\n');
        var shown = Shown(chart);
        for (var i = 0; i < shown.Length; i++)
        {
            var y = Row + 14 + ChartHeight + (Row * i) + 8;
            text.Append(shown[i].Style == SeriesStyle.Points
                ? $"<rect class=\"{Colour(i)}\" x=\"9\" y=\"{y - 5}\" width=\"8\" height=\"8\" style=\"fill: var(--c)\"/>"
                : $"<path class=\"{Colour(i)}\" d=\"M4 {y}h20\" style=\"stroke: var(--c); stroke-width: 2{(shown[i].Style == SeriesStyle.Exact ? "; stroke-dasharray: 5 4" : "")}\"/>");
            text.Append($"<text class=\"entry\" x=\"30\" y=\"{y + 4}\">{Markup.Escape(shown[i].Name)}</text>\n");
        }
        return text.Append("</svg>\n").ToString();
    }

    private static string Colour(int series) => $"c{(series % Colours) + 1}";

    private static IEnumerable<double> Extent(SeriesPoint p) => double.IsFinite(p.Error) ? [p.Y - p.Error, p.Y + p.Error] : [p.Y];

    // In the coordinates of the axes: logarithms where they are logarithmic, without what has none. An error bar that would reach zero is left out there.
    private static Series[] Shown(Chart chart) => [.. chart.Series.Select(s => s with
    {
        Points = [.. s.Points.Where(p => (!chart.LogX || p.X > 0 || double.IsNaN(p.X)) && (!chart.LogY || p.Y > 0 || double.IsNaN(p.Y))).Select(p => new SeriesPoint(chart.LogX ? Math.Log10(p.X) : p.X, chart.LogY ? Math.Log10(p.Y) : p.Y,
            !chart.LogY ? p.Error : p.Error < p.Y ? p.Error / p.Y / Math.Log(10) : double.NaN))],
    })];
}
