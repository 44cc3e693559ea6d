using System.Globalization;
using System.Text;

namespace LambdaHat.Reporting;

/// <summary>
/// A line chart as SVG text: axes with round ticks, lines, bands and marks added one after the other, the first at the bottom. Colours come from the
/// page's style sheet through class names; coordinates are in units of the view box, so that the chart fills the width it is given.
/// </summary>
internal sealed class SvgChart
{
    private const double Width = 460, Height = 290, Top = 30, Bottom = 48, DigitWidth = 7.9;
    private readonly (double Least, double Greatest) x, y;
    private readonly (double Value, string Label)[] xTicks, yTicks;
    private readonly double left, right;
    private readonly StringBuilder shapes = new();

    /// <summary>A chart over the ranges; <paramref name="id"/> makes its inner ids unique on a page. With <paramref name="logarithmic"/> every x is the log₁₀ of a value, with <paramref name="logarithmicY"/> every y.</summary>
    public SvgChart(string id, (double Least, double Greatest) x, (double Least, double Greatest) y, bool logarithmic = false, bool logarithmicY = false, bool wholeX = true)
    {
        Id = id;
        this.x = x;
        this.y = y;
        xTicks = logarithmic ? AxisTicks.Powers(x.Least, x.Greatest, 6) : AxisTicks.Within(x.Least, x.Greatest, x.Greatest < 1e5 ? 5 : 4, whole: wholeX);
        yTicks = logarithmicY ? AxisTicks.Powers(y.Least, y.Greatest, 6) : AxisTicks.Within(y.Least, y.Greatest, 5, whole: false);
        left = 10 + DigitWidth * yTicks.Max(t => t.Label.Length);
        right = Width - 6 - DigitWidth / 2 * xTicks.Max(t => t.Label.Length);
    }

    /// <summary>The prefix of the chart's inner ids.</summary>
    public string Id { get; }

    /// <summary>What stands below the x axis.</summary>
    public required string XLabel { get; init; }

    /// <summary>What stands above the y axis.</summary>
    public required string YLabel { get; init; }

    /// <summary>Shades the x values between two bounds over the whole height.</summary>
    public void ShadeX(double from, double to, string style) => Rectangle(X(from), Top, X(to), Height - Bottom, style);

    /// <summary>Shades the y values between two bounds over the whole width.</summary>
    public void ShadeY(double from, double to, string style) => Rectangle(left, Y(to), right, Y(from), style);

    /// <summary>Draws a horizontal line over the whole width.</summary>
    public void Level(double value, string style)
    {
        if (double.IsFinite(value)) shapes.Append(Invariant($"<path class=\"{style}\" d=\"M{left:0.##} {Y(value):0.##}H{right:0.##}\"/>\n"));
    }

    /// <summary>Draws an upright line over the whole height.</summary>
    public void Upright(double value, string style) => shapes.Append(Invariant($"<path class=\"{style}\" d=\"M{X(value):0.##} {Top}V{Height - Bottom}\"/>\n"));

    /// <summary>Draws a line through the points; one that is not finite interrupts it.</summary>
    public void Line(IEnumerable<(double X, double Y)> points, string style)
    {
        var path = new StringBuilder();
        var command = 'M';
        foreach (var point in points)
        {
            if (!double.IsFinite(point.Y)) { command = 'M'; continue; }
            path.Append(Invariant($"{command}{X(point.X):0.##} {Y(point.Y):0.##}"));
            command = 'L';
        }
        if (path.Length > 0) shapes.Append(Invariant($"<path class=\"{style}\" d=\"{path}\"/>\n"));
    }

    /// <summary>Fills the area between a lower and an upper line; every bound is finite.</summary>
    public void Band(IReadOnlyList<(double X, double Lower, double Upper)> points, string style)
    {
        if (points.Count < 2) return;
        var path = new StringBuilder();
        foreach (var point in points)
            path.Append(Invariant($"{(path.Length == 0 ? 'M' : 'L')}{X(point.X):0.##} {Y(point.Upper):0.##}"));
        foreach (var point in points.Reverse())
            path.Append(Invariant($"L{X(point.X):0.##} {Y(point.Lower):0.##}"));
        shapes.Append(Invariant($"<path class=\"{style}\" d=\"{path}Z\"/>\n"));
    }

    /// <summary>Draws a cross, moved to the edge of the plot where the point lies outside.</summary>
    public void Cross(double atX, double atY, string style)
    {
        var (cx, cy) = (Math.Clamp(X(atX), left, right), Math.Clamp(Y(atY), Top + 5, Height - Bottom - 5));
        shapes.Append(Invariant($"<path class=\"{style}\" d=\"M{cx - 5:0.##} {cy - 5:0.##}l10 10m0 -10l-10 10\"/>\n"));
    }

    /// <summary>Draws an error bar from y − <paramref name="half"/> to y + <paramref name="half"/>; nothing where a bound is not finite.</summary>
    public void ErrorBar(double atX, double atY, double half, string style)
    {
        if (!double.IsFinite(atY) || !double.IsFinite(half)) return;
        var (cx, top, bottom) = (X(atX), Y(atY + half), Y(atY - half));
        shapes.Append(Invariant($"<path class=\"{style}\" d=\"M{cx:0.##} {top:0.##}V{bottom:0.##}M{cx - 3:0.##} {top:0.##}h6M{cx - 3:0.##} {bottom:0.##}h6\"/>\n"));
    }

    /// <summary>Draws a mark around the point, <paramref name="outline"/> being a relative path that begins there, such as "m-3 -3h6v6h-6z".</summary>
    public void Mark(double atX, double atY, string outline, string style)
    {
        if (double.IsFinite(atY)) shapes.Append(Invariant($"<path class=\"{style}\" d=\"M{X(atX):0.##} {Y(atY):0.##}{outline}\"/>\n"));
    }

    /// <summary>Writes a remark into the middle of the plot.</summary>
    public void Remark(string text) => shapes.Append(Invariant(
        $"<text class=\"remark\" x=\"{(left + right) / 2:0.##}\" y=\"{(Top + Height - Bottom) / 2:0.##}\">{Markup.Escape(text)}</text>\n"));

    /// <summary>The chart with the description for those who do not see it.</summary>
    public string ToSvg(string description)
    {
        var svg = new StringBuilder();
        svg.Append(Invariant($"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Markup.Escape(description)}\">\n"));
        svg.Append(Invariant($"<clipPath id=\"{Id}-plot\"><rect x=\"{left:0.##}\" y=\"{Top}\" width=\"{right - left:0.##}\" height=\"{Height - Top - Bottom}\"/></clipPath>\n"));
        foreach (var (value, label) in yTicks)
        {
            svg.Append(Invariant($"<path class=\"grid\" d=\"M{left:0.##} {Y(value):0.##}H{right:0.##}\"/>"));
            svg.Append(Invariant($"<text class=\"tick y\" x=\"{left - 6:0.##}\" y=\"{Y(value) + 4.5:0.##}\">{label}</text>\n"));
        }
        foreach (var (value, label) in xTicks)
        {
            svg.Append(Invariant($"<path class=\"axis\" d=\"M{X(value):0.##} {Height - Bottom}v5\"/>"));
            svg.Append(Invariant($"<text class=\"tick x\" x=\"{X(value):0.##}\" y=\"{Height - Bottom + 19}\">{label}</text>\n"));
        }
        svg.Append(Invariant($"<path class=\"axis\" d=\"M{left:0.##} {Height - Bottom}H{right:0.##}\"/>\n"));
        svg.Append(Invariant($"<text class=\"label y\" x=\"0\" y=\"14\">{Markup.Escape(YLabel)}</text>\n"));
        svg.Append(Invariant($"<text class=\"label x\" x=\"{(left + right) / 2:0.##}\" y=\"{Height - 8}\">{Markup.Escape(XLabel)}</text>\n"));
        svg.Append(Invariant($"<g clip-path=\"url(#{Id}-plot)\">\n")).Append(shapes).Append("</g>\n</svg>");
        return svg.ToString();
    }

    /// <summary>
    /// A range around the values that are finite, with a margin of a twentieth on both sides; 0 to 1 when there are none,
    /// one unit or a tenth of the value to each side when they are all the same.
    /// </summary>
    public static (double Least, double Greatest) Around(IEnumerable<double> values)
    {
        double least = double.PositiveInfinity, greatest = double.NegativeInfinity;
        foreach (var value in values)
        {
            if (!double.IsFinite(value)) continue;
            var bounded = Math.Clamp(value, -1e300, 1e300);
            least = Math.Min(least, bounded);
            greatest = Math.Max(greatest, bounded);
        }
        if (least > greatest) return (0, 1);
        var margin = (greatest - least) / 20;
        var size = Math.Max(Math.Abs(least), Math.Abs(greatest));
        if (margin < 1e-9 * size || margin == 0) margin = size == 0 ? 1 : size / 10;
        return (least - margin, greatest + margin);
    }

    private void Rectangle(double x0, double y0, double x1, double y1, string style)
    {
        if (x1 > x0 && y1 > y0)
            shapes.Append(Invariant($"<rect class=\"{style}\" x=\"{x0:0.##}\" y=\"{y0:0.##}\" width=\"{x1 - x0:0.##}\" height=\"{y1 - y0:0.##}\"/>\n"));
    }

    private double X(double value) => left + (right - left) * Math.Clamp((value - x.Least) / (x.Greatest - x.Least), 0, 1);

    /// <summary>Far outside the plot is as good as any other place outside it, and keeps coordinates short.</summary>
    private double Y(double value) =>
        Height - Bottom - (Height - Bottom - Top) * Math.Clamp((value - y.Least) / (y.Greatest - y.Least), -4, 5);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
