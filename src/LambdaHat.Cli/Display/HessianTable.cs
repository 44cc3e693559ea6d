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
        var table = Columns("τ/λ₁", "d₁(τ)", "lower bound", "upper bound", "tr[G(G+τI)⁻¹]");
        foreach (var p in result.Curve.Where(p => IsWhole(Math.Log10(p.Tau / result.LargestEigenvalue))))
        {
            var bounds = result.BoundsAt(p);
            table.AddRow(
            [
                new Text(ReportNumber.Significant(p.Tau / result.LargestEigenvalue, 2)), new Text(p.Error > 0 ? SweepTable.WithError(p.Rank, p.Error) : ReportNumber.Count((long)p.Rank)),
                new Text(ReportNumber.Significant(bounds.Lower, 6)), new Text(ReportNumber.Significant(bounds.Upper, 6)),
                new Text(p.EffectiveError > 0 ? SweepTable.WithError(p.EffectiveDimension, p.EffectiveError) : ReportNumber.Significant(p.EffectiveDimension, 5)),
            ]);
        }
        terminal.Results.Write(table);
        if (result.CutoffRanks.Count > 0)
        {
            var ways = Columns("way", "d₁ at the cut-off", "lower bound", "upper bound");
            foreach (var way in result.CutoffRanks)
                ways.AddRow([new Text(way.Way), new Text(way.Reached ? ReportNumber.Significant(way.Bounds.Rank, 6) : "not reached"), new Text(ReportNumber.Significant(way.Bounds.Lower, 6)), new Text(ReportNumber.Significant(way.Bounds.Upper, 6))]);
            terminal.Results.Write(ways);
        }
        if (result.Blocks.Count > 0)
        {
            var blocks = Columns("block", "parameters", "d₁", "largest eigenvalues");
            foreach (var block in result.Blocks)
            {
                blocks.AddRow(
                [
                    new Text(block.Name), new Text(ReportNumber.Count(block.Dimension)), new Text(block.RankError > 0 ? SweepTable.WithError(block.Rank, block.RankError) : ReportNumber.Count((long)block.Rank)),
                    new Text(string.Join(" ", block.Eigenvalues.Select(v => ReportNumber.Significant(v, 3)))),
                ]);
            }
            terminal.Results.Write(blocks);
        }
        if (spectrum.Sandwich is { } sandwich)
        {
            var between = Columns(SandwichReport.Columns);
            foreach (var row in SandwichReport.Rows(sandwich)) between.AddRow([.. row.Select(cell => new Text(cell))]);
            terminal.Results.Write(between);
        }
        foreach (var line in HessianReport.Summary(result)) terminal.Out.WriteLine($"• {line}");
        if (spectrum.Sandwich is { } found)
        {
            foreach (var line in SandwichReport.Lines(found)) terminal.Out.WriteLine($"• {line}");
            return;
        }
        if (theory is not null) terminal.Out.WriteLine($"exact λ (global), multiplicity: {theory.Lambda}, {theory.Multiplicity}{(theory.Local is { } local ? $"; at this point {local}" : "")}");
    }

    private static Table Columns(params string[] names)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var name in names) table.AddColumn(new TableColumn(new Text(name)).RightAligned());
        return table;
    }

    private static bool IsWhole(double power) => Math.Abs(power - Math.Round(power)) < 1e-6;
}
