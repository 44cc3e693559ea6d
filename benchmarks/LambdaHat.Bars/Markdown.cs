using System.Globalization;

namespace LambdaHat.Bars;

/// <summary>Tables, numbers and thresholds for summaries.</summary>
internal static class Markdown
{
    public static IEnumerable<string> Table(string[] head, IEnumerable<string[]> rows) =>
        [Line(head), Line([.. head.Select((_, i) => i == 0 ? "---" : "---:")]), .. rows.Select(Line), ""];

    public static string Of(double value, string format = "G4") => double.IsNaN(value) ? "–" : value.ToString(format, CultureInfo.InvariantCulture);

    public static string Percent(double value) => double.IsNaN(value) ? "–" : (100 * value).ToString("F2", CultureInfo.InvariantCulture) + " %";

    /// <summary>A row of the thresholds' table: what, value, what it must be, whether it is.</summary>
    public static string[] Held(string what, double value, double threshold, bool atMost, Func<double, string> format) =>
        [what, format(value), (atMost ? "≤ " : "≥ ") + format(threshold), double.IsNaN(value) ? "no results" : (atMost ? value <= threshold : value >= threshold) ? "pass" : "**fail**"];

    public static IEnumerable<string> Thresholds(params IEnumerable<string[]> rows) => Table(["measure", "value", "bar", ""], rows);

    /// <summary>The q-quantile with linear interpolation; a NaN counts as infinite.</summary>
    public static double Quantile(IEnumerable<double> values, double q)
    {
        double[] sorted = [.. values.Select(v => double.IsNaN(v) ? double.PositiveInfinity : v).Order()];
        if (sorted.Length == 0) return double.NaN;
        var place = q * (sorted.Length - 1);
        var (low, high) = (sorted[(int)place], sorted[(int)Math.Ceiling(place)]);
        return low == high ? low : low + ((place - Math.Floor(place)) * (high - low));
    }

    private static string Line(string[] cells) => $"| {string.Join(" | ", cells)} |";
}
