using LambdaHat.Estimation;

namespace LambdaHat.Reporting;

/// <summary>The exact values as horizontal lines of a chart.</summary>
internal static class KnownLevels
{
    /// <summary>The values that are known and finite, with their style and legend text.</summary>
    public static IReadOnlyList<(double Value, string Style, string Text)> Of(KnownCoefficient? theory)
    {
        var levels = new List<(double, string, string)>();
        if (theory is null) return levels;
        if (double.IsFinite(theory.Lambda))
            levels.Add((theory.Lambda, "exact", $"exact λ = {ReportNumber.Trimmed(theory.Lambda)} (global)"));
        if (theory.Local is { } local && double.IsFinite(local))
            levels.Add((local, "exact local", $"exact λ = {ReportNumber.Trimmed(local)} (at w*)"));
        return levels;
    }

    /// <summary>Draws the values over the chart.</summary>
    public static void Draw(SvgChart chart, KnownCoefficient? theory)
    {
        foreach (var (value, style, _) in Of(theory)) chart.Level(value, style);
    }

    /// <summary>The legend entries of the values.</summary>
    public static IEnumerable<LegendEntry> Entries(KnownCoefficient? theory) =>
        Of(theory).Select(level => new LegendEntry("line " + level.Style, level.Text));
}
