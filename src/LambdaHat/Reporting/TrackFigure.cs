using LambdaHat.Estimation;
using LambdaHat.Tracking;

namespace LambdaHat.Reporting;

/// <summary>λ̂ against the step of training, with its segments and the changes between them; and the losses below.</summary>
internal static class TrackFigure
{
    /// <summary>Draws the curve from the record.</summary>
    public static SvgFigure Curve(TrackRecord track)
    {
        var result = track.Result;
        var y = SvgChart.Around(result.Points.SelectMany(p => new[] { p.LambdaHat, p.LambdaHat - p.StandardError, p.LambdaHat + p.StandardError, p.Quadratic }));
        var chart = Chart(result, "track", y, "λ̂");
        foreach (var change in result.Changes)
        {
            chart.ShadeX(result.Place(change.Earliest), result.Place(change.Latest), "spread change");
            chart.Upright((result.Place(change.After) + result.Place(change.Before)) / 2, "dashed change");
        }
        foreach (var segment in result.Segments)
            chart.Line([(result.Place(segment.FirstStep), segment.From), (result.Place(segment.LastStep), segment.To)], "flat c1");
        chart.Line(result.Points.Select(p => (result.Place(p.Step), p.Quadratic)), "dashed c1");
        foreach (var point in result.Points)
        {
            var at = result.Place(point.Step);
            if (double.IsNaN(point.LambdaHat)) chart.Cross(at, y.Least, "series c1");
            chart.ErrorBar(at, point.LambdaHat, point.StandardError, "series c1");
            chart.Mark(at, point.LambdaHat, SweepFigure.Mark(point.Verdict).Outline, $"mark {point.Verdict.Name()} c1");
        }
        if (result.Points.Count == 0) chart.Remark("Nothing was measured yet.");
        var verdicts = result.Points.Select(p => p.Verdict).Distinct().Order().Select(v => $"{SweepFigure.Mark(v).Sign} {v.Name()}");
        return new SvgFigure
        {
            Id = "figure-track",
            Title = "λ̂ along training",
            Svg = chart.ToSvg($"Chart of λ̂ against the step of training, {ReportNumber.Count(result.Points.Count)} checkpoints. {string.Join(". ", result.Findings)}."),
            Legend =
            [
                new LegendEntry("line c1", "λ̂"),
                .. result.Points.Any(p => double.IsFinite(p.Quadratic)) ? [new LegendEntry("line dashed c1", "λ_quad")] : Array.Empty<LegendEntry>(),
                .. result.Segments.Count > 0 ? [new LegendEntry("box c1", "segments")] : Array.Empty<LegendEntry>(),
                .. result.Changes.Count > 0 ? [new LegendEntry("line dashed change", "change"), new LegendEntry("box change", "where it lies, 90 %")] : Array.Empty<LegendEntry>(),
            ],
            Caption = $"Bars are one Monte-Carlo standard error. Marks tell the verdict: {string.Join(", ", verdicts)}; only filled ones count where changes are looked for. "
                + $"All points have nβ = {ReportNumber.Significant(track.Options.Estimation.NBeta ?? double.NaN, 4)} and γ = {ReportNumber.Significant(track.Options.Estimation.Gamma ?? double.NaN, 3)}. λ_quad is what the curvature at w* alone would give.",
        };
    }

    /// <summary>Draws the losses.</summary>
    public static SvgFigure Losses(TrackRecord track)
    {
        var result = track.Result;
        var test = result.Points.Any(p => double.IsFinite(p.Losses.Test));
        var chart = Chart(result, "losses", SvgChart.Around(result.Points.SelectMany(p => new[] { p.Losses.Train, p.Losses.Test })), "loss");
        chart.Line(result.Points.Select(p => (result.Place(p.Step), p.Losses.Train)), "series c1");
        chart.Line(result.Points.Select(p => (result.Place(p.Step), p.Losses.Test)), "series c2");
        return new SvgFigure
        {
            Id = "figure-losses",
            Title = $"Loss along training ({track.TrainingLoss})",
            Svg = chart.ToSvg($"Line chart of the training loss{(test ? " and the test loss" : "")} against the step of training."),
            Legend = [new LegendEntry("line c1", "training data"), .. test ? [new LegendEntry("line c2", "test data")] : Array.Empty<LegendEntry>()],
            Caption = "The mean loss of each checkpoint on the data's own targets.",
        };
    }

    private static SvgChart Chart(TrackResult result, string id, (double Least, double Greatest) y, string label) =>
        new(id, SvgChart.Around(result.Checkpoints.Select(c => result.Place(c.Step))), y, result.IsLogarithmic) { XLabel = "step", YLabel = label };
}
