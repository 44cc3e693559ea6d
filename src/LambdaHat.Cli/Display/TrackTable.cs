using LambdaHat.Estimation;
using LambdaHat.Reporting;
using LambdaHat.Tracking;
using Spectre.Console;

namespace LambdaHat.Cli.Display;

/// <summary>A track as a table for people, one row a checkpoint, and what the curve does in words.</summary>
internal static class TrackTable
{
    public static void Print(Terminal terminal, TrackRecord track)
    {
        var points = track.Result.Points;
        var (tested, classified) = (points.Any(p => double.IsFinite(p.Losses.Test)), points.Any(p => double.IsFinite(p.Losses.TrainAccuracy)));
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var name in (string[])["step", "λ̂ ± standard error", "λ_quad", "train loss", .. tested ? ["test loss"] : Array.Empty<string>(), .. classified ? [tested ? "test accuracy" : "accuracy"] : Array.Empty<string>(), "‖w*‖"])
            table.AddColumn(new TableColumn(name).RightAligned());
        table.AddColumn("verdict");
        foreach (var p in points)
        {
            string[] cells =
            [
                $"{p.Step}", SweepTable.WithError(p.LambdaHat, p.StandardError), ReportNumber.Significant(p.Quadratic, 4), ReportNumber.Significant(p.Losses.Train, 4),
                .. tested ? [ReportNumber.Significant(p.Losses.Test, 4)] : Array.Empty<string>(),
                .. classified ? [Percent(tested ? p.Losses.TestAccuracy : p.Losses.TrainAccuracy)] : Array.Empty<string>(),
                ReportNumber.Significant(p.Norm, 4), p.Verdict.Name(),
            ];
            table.AddRow(cells.Select(cell => new Text(cell)));
        }
        terminal.Results.Write(table);
        foreach (var finding in track.Result.Findings) terminal.Out.WriteLine($"• {finding}");
    }

    private static string Percent(double share) => double.IsFinite(share) ? $"{ReportNumber.Fixed(100 * share, 2)} %" : ReportNumber.Missing;
}
