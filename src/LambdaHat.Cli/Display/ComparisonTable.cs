using LambdaHat.Estimation;
using LambdaHat.Reporting;
using LambdaHat.Tracking;
using Spectre.Console;

namespace LambdaHat.Cli.Display;

/// <summary>A comparison as a table for people, one column a network, and how to read it.</summary>
internal static class ComparisonTable
{
    public static void Print(Terminal terminal, NetworkComparison comparison)
    {
        var (a, b) = (comparison.A, comparison.B);
        var table = new Table().Border(TableBorder.Rounded).AddColumn("").AddColumn(new TableColumn("A").RightAligned()).AddColumn(new TableColumn("B").RightAligned());
        Row("network", a.Title, b.Title);
        Row("λ̂ ± standard error", SweepTable.WithError(a.LambdaHat, a.StandardError), SweepTable.WithError(b.LambdaHat, b.StandardError));
        Row("λ_quad", ReportNumber.Significant(a.Quadratic, 4), ReportNumber.Significant(b.Quadratic, 4));
        Row("verdict", a.Verdict.Name(), b.Verdict.Name());
        Row("parameters", ReportNumber.Count(a.Dimension), ReportNumber.Count(b.Dimension));
        Row("samples", ReportNumber.Count(a.SampleCount), ReportNumber.Count(b.SampleCount));
        terminal.Results.Write(table);
        terminal.Out.WriteLine($"both at nβ = {ReportNumber.Significant(a.Setting.NBeta, 4)}, γ = {ReportNumber.Significant(a.Setting.Gamma, 3)}{(a.Setting.Localisation == "plain" ? "" : " (relative)")}, loss {a.Setting.Loss}");
        terminal.Out.WriteLine($"λ̂_A − λ̂_B = {SweepTable.WithError(comparison.Difference, comparison.StandardError)}");
        terminal.Out.WriteLine($"probability that λ_A > λ_B: {Probability(comparison.ProbabilityALarger)}");
        foreach (var warning in comparison.Warnings) terminal.Out.WriteLine($"• {warning}");
        terminal.Out.WriteLine($"• {NetworkComparison.Excludes}");

        void Row(string name, string first, string second) => table.AddRow(new Text(name), new Text(first), new Text(second));
    }

    // Never 0 or 1: that far out normality says nothing.
    private static string Probability(double value) => value switch
    {
        < 0.001 => "below 0.001",
        > 0.999 => "above 0.999",
        _ => ReportNumber.Fixed(value, 3),
    };
}
