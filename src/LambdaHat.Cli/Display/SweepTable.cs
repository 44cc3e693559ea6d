using LambdaHat.Estimation;
using LambdaHat.Reporting;
using Spectre.Console;

namespace LambdaHat.Cli.Display;

/// <summary>A sweep as a table for people, one row a point, and where it is flat in words.</summary>
internal static class SweepTable
{
    public static void Print(Terminal terminal, SweepRecord sweep)
    {
        var result = sweep.Result;
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var name in (string[])["nβ", "γ", "λ̂ ± standard error", "λ_quad", "slope", "two temperatures"]) table.AddColumn(new TableColumn(name).RightAligned());
        table.AddColumn("verdict");
        foreach (var row in result.Rows)
        {
            foreach (var p in row.OfType<SweepPoint>())
                table.AddRow(
                [
                    new Text(ReportNumber.Significant(p.NBeta, 4)), new Text(ReportNumber.Significant(p.Gamma, 3)), new Text(WithError(p.LambdaHat, p.StandardError)), new Text(ReportNumber.Significant(p.Quadratic, 4)),
                    new Text(ReportNumber.Fixed(-p.Sensitivity, 2)), new Text(double.IsNaN(p.TwoTemperatures) ? "" : WithError(p.TwoTemperatures, p.TwoTemperaturesError)), new Text(p.Verdict.Name()),
                ]);
            if (row != result.Rows[^1]) table.AddEmptyRow();
        }
        terminal.Results.Write(table);
        if (sweep.Theory is { } theory) terminal.Out.WriteLine($"exact λ (global), multiplicity: {theory.Lambda}, {theory.Multiplicity}{(theory.Local is { } local ? $"; at this point {local}" : "")}");
        foreach (var finding in result.Findings) terminal.Out.WriteLine($"• {finding}");
    }

    /// <summary>A value and its error as people read them.</summary>
    public static string WithError(double value, double error)
    {
        var (text, errorText) = ReportNumber.WithError(value, error);
        return $"{text} ± {errorText}";
    }
}
