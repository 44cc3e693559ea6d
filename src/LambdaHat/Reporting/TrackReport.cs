using System.Globalization;
using LambdaHat.Estimation;
using LambdaHat.Tracking;

namespace LambdaHat.Reporting;

/// <summary>A track as one HTML page that needs nothing but itself: what the curve does, the figures, every checkpoint, and how to repeat it.</summary>
public static class TrackReport
{
    /// <summary>Writes the page, well-formed XML without scripts. Text of the record is escaped; values that are not finite read "n/a".</summary>
    /// <param name="track">The track, complete or not.</param>
    /// <param name="writer">Receives the page; its encoding should be UTF-8. It is not closed.</param>
    public static void Write(TrackRecord track, TextWriter writer)
    {
        PageHead.Write(writer, "λ̂ along training", track.Title, track.Network, $"{track.Loss} on {track.Data}");
        writer.Write("<section id=\"findings\" aria-label=\"Result\">\n<div class=\"result\">\n<ul class=\"reasons\">\n");
        foreach (var finding in track.Result.Findings) writer.Write($"<li>{Markup.Escape(finding)}</li>\n");
        if (!track.Result.IsComplete) writer.Write($"<li>{track.Result.Points.Count} of {track.Result.Checkpoints.Count} checkpoints were measured.</li>\n");
        writer.Write("</ul>\n</div>\n</section>\n<section id=\"figures\" class=\"figures\" aria-label=\"Figures\">\n");
        TrackFigure.Curve(track).Write(writer);
        TrackFigure.Losses(track).Write(writer);
        writer.Write("</section>\n");
        WritePoints(track, writer);
        PageFoot.Write(writer, track, "track");
    }

    private static void WritePoints(TrackRecord track, TextWriter writer)
    {
        var points = track.Result.Points;
        var (tested, classified) = (points.Any(p => double.IsFinite(p.Losses.Test)), points.Any(p => double.IsFinite(p.Losses.TrainAccuracy)));
        string[] names =
        [
            "step", "checkpoint", "λ̂", "standard error", "λ_quad", "training loss", .. classified ? ["training accuracy"] : Array.Empty<string>(), .. tested ? ["test loss"] : Array.Empty<string>(),
            .. tested && classified ? ["test accuracy"] : Array.Empty<string>(), "‖w*‖",
        ];
        writer.Write("<section id=\"points\" aria-labelledby=\"points-title\">\n<h2 id=\"points-title\">Checkpoints</h2>\n"
            + "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"points-title\">\n<table>\n<thead><tr>"
            + string.Concat(names.Select(name => $"<th scope=\"col\">{name}</th>")) + "<th scope=\"col\" class=\"words\">verdict</th></tr></thead>\n<tbody>\n");
        foreach (var point in points)
        {
            var (value, error) = ReportNumber.WithError(point.LambdaHat, point.StandardError);
            writer.Write($"<tr{(point.Verdict == Verdict.Diverged ? " class=\"diverged\"" : "")}><th scope=\"row\">{point.Step}</th><td>{Markup.Escape(point.Name)}</td>");
            Cell(point.LambdaHat, value);
            Cell(point.StandardError, error);
            Cell(point.Quadratic, ReportNumber.Significant(point.Quadratic, 4));
            Cell(point.Losses.Train, ReportNumber.Significant(point.Losses.Train, 4));
            if (classified) Cell(point.Losses.TrainAccuracy, Percent(point.Losses.TrainAccuracy));
            if (tested) Cell(point.Losses.Test, ReportNumber.Significant(point.Losses.Test, 4));
            if (tested && classified) Cell(point.Losses.TestAccuracy, Percent(point.Losses.TestAccuracy));
            Cell(point.Norm, ReportNumber.Significant(point.Norm, 4));
            writer.Write($"<td class=\"words\">{SweepFigure.Mark(point.Verdict).Sign} {point.Verdict.Name()}</td></tr>\n");
        }
        writer.Write("</tbody>\n</table>\n</div>\n</section>\n");

        void Cell(double number, string text) => writer.Write($"<td>{ReportSummary.Data(number, text)}</td>");
        static string Percent(double share) => double.IsFinite(share) ? ReportNumber.Fixed(100 * share, 2) + " %" : ReportNumber.Missing;
    }
}
