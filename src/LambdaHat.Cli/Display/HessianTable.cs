using LambdaHat.Estimation;
using LambdaHat.Reporting;
using LambdaHat.Spectra;
using Spectre.Console;

namespace LambdaHat.Cli.Display;

/// <summary>A spectrum for people: the bounds in words and the curve d₁(τ), a row a decade.</summary>
internal static class HessianTable
{
    public static void Print(Terminal terminal, SpectrumRecord spectrum, KnownCoefficient? theory)
    {
        var result = spectrum.Result;
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var name in (string[])["τ/λ₁", "d₁(τ)", "lower bound", "upper bound"]) table.AddColumn(new TableColumn(name).RightAligned());
        for (var i = 0; i < result.Curve.Count; i += 4)
        {
            var p = result.Curve[i];
            var bounds = SharpBounds.SecondOrder(new RankBounds(result.Bounds.Dimension, p.Rank), result.Sharp.Flat);
            table.AddRow(
            [
                new Text(ReportNumber.Significant(p.Tau / result.LargestEigenvalue, 2)), new Text(p.StandardError > 0 ? SweepTable.WithError(p.Rank, p.StandardError) : ReportNumber.Count((long)p.Rank)),
                new Text(ReportNumber.Significant(bounds.Lower, 6)), new Text(ReportNumber.Significant(bounds.Upper, 6)),
            ]);
        }
        terminal.Results.Write(table);
        foreach (var line in HessianReport.Summary(result)) terminal.Out.WriteLine($"• {line}");
        if (theory is not null) terminal.Out.WriteLine($"exact λ (global), multiplicity: {theory.Lambda}, {theory.Multiplicity}{(theory.Local is { } local ? $"; at this point {local}" : "")}");
    }
}
