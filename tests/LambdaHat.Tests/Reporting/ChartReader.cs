using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace LambdaHat.Tests.Reporting;

/// <summary>Reads a chart back: the scales from two ticks of each axis, the values from the paths.</summary>
internal sealed partial class ChartReader
{
    private readonly XElement svg;
    private readonly Func<double, double> x, y;

    public ChartReader(XElement svg)
    {
        this.svg = svg;
        x = Scale("x", "x", 0);
        y = Scale("y", "y", -4.5);
    }

    /// <summary>How much one unit of the last printed decimal of a coordinate is worth.</summary>
    public double YResolution => Math.Abs(y(1) - y(0)) * 0.02;

    public double XResolution => Math.Abs(x(1) - x(0)) * 0.02;

    /// <summary>The points of every path of that class.</summary>
    public (double X, double Y)[][] Paths(string name) =>
        [.. Page.OfClass(svg, name).Where(e => e.Name == Page.Svg + "path").Select(e => Points((string)e.Attribute("d")!))];

    private (double X, double Y)[] Points(string path) =>
        [.. Coordinates().Matches(path).Select(m => (x(Number(m.Groups[1].Value)), y(Number(m.Groups[2].Value))))];

    private Func<double, double> Scale(string axis, string attribute, double offset)
    {
        var ticks = Page.OfClass(svg, "tick").Where(e => ((string)e.Attribute("class")!).EndsWith(axis, StringComparison.Ordinal))
            .Select(e => (At: (double)e.Attribute(attribute)! + offset, Value: Number(e.Value.Replace(",", "").Replace('−', '-')))).ToArray();
        var (first, last) = (ticks[0], ticks[^1]);
        return at => first.Value + (at - first.At) * (last.Value - first.Value) / (last.At - first.At);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"[ML](-?[\d.]+) (-?[\d.]+)")]
    private static partial Regex Coordinates();
}
