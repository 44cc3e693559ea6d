using LambdaHat.Estimation;

namespace LambdaHat.Reporting;

/// <summary>λ̂ against γ on a logarithmic axis, one line an nβ.</summary>
internal static class SweepFigure
{
    private const int Colours = 8;

    /// <summary>Draws the figure from the record.</summary>
    public static SvgFigure Create(SweepRecord sweep)
    {
        var result = sweep.Result;
        var points = result.Points;
        var x = SvgChart.Around(result.Gammas.Select(Math.Log10));
        var y = SvgChart.Around([.. points.SelectMany(p => new[] { p.LambdaHat, p.LambdaHat - p.StandardError, p.LambdaHat + p.StandardError, p.Quadratic }), .. KnownLevels.Of(sweep.Theory).Select(l => l.Value)]);
        var chart = new SvgChart("sweep", x, y, logarithmic: true) { XLabel = "γ", YLabel = "λ̂" };
        KnownLevels.Draw(chart, sweep.Theory);
        foreach (var flat in result.Flat)
            chart.Line([(Math.Log10(flat.GammaFrom), flat.LambdaHat), (Math.Log10(flat.GammaTo), flat.LambdaHat)], $"flat {Colour(result, flat.NBeta)}");
        for (var r = 0; r < result.Rows.Count; r++)
        {
            var colour = Colour(result, result.NBetas[r]);
            (double X, SweepPoint? Point)[] row = [.. result.Rows[r].Select((point, i) => (Math.Log10(result.Gammas[i]), point))];
            chart.Line(row.Select(p => (p.X, p.Point?.Quadratic ?? double.NaN)), $"dashed {colour}");
            chart.Line(row.Select(p => (p.X, p.Point?.LambdaHat ?? double.NaN)), $"series {colour}");
            foreach (var (at, point) in row)
            {
                if (point is null) continue;
                if (double.IsNaN(point.LambdaHat)) chart.Cross(at, y.Least, $"series {colour}");
                chart.ErrorBar(at, point.LambdaHat, point.StandardError, $"series {colour}");
                chart.Mark(at, point.LambdaHat, Mark(point.Verdict).Outline, $"mark {point.Verdict.Name()} {colour}");
            }
        }
        if (points.Count == 0) chart.Remark("Nothing was measured yet.");
        var verdicts = points.Select(p => p.Verdict).Distinct().Order().Select(v => $"{Mark(v).Sign} {v.Name()}");
        return new SvgFigure
        {
            Id = "figure-sweep",
            Title = "λ̂ against the localisation",
            Svg = chart.ToSvg($"Line chart of λ̂ against γ on a logarithmic axis, one line for each of {ReportNumber.Count(result.NBetas.Count)} values of nβ. {string.Join(". ", result.Findings)}."),
            Legend =
            [
                .. result.NBetas.Select(nBeta => new LegendEntry($"line {Colour(result, nBeta)}", $"nβ = {ReportNumber.Significant(nBeta, 4)}")),
                .. points.Any(p => double.IsFinite(p.Quadratic)) ? [new LegendEntry("line dashed c1", "λ_quad")] : Array.Empty<LegendEntry>(),
                .. result.Flat.Count > 0 ? [new LegendEntry("box c1", "flat")] : Array.Empty<LegendEntry>(),
                .. KnownLevels.Entries(sweep.Theory),
            ],
            Caption = $"Bars are one Monte-Carlo standard error. Marks tell the verdict: {string.Join(", ", verdicts)}. Where λ̂ is flat, γ lies in a gap of the curvature and does not matter; "
                + "where it slopes, λ̂ is a value at that γ. λ_quad is what the curvature at w* alone would give.",
        };
    }

    /// <summary>The class name of the colour of an nβ.</summary>
    public static string Colour(SweepResult result, double nBeta) => "c" + ReportNumber.Count((result.NBetas.TakeWhile(b => b != nBeta).Count() % Colours) + 1);

    /// <summary>How a verdict is marked: in text, and as a path from the point.</summary>
    public static (string Sign, string Outline) Mark(Verdict verdict) => verdict switch
    {
        Verdict.Converged => ("●", Disc),
        Verdict.NotEquilibrated => ("○", Disc),
        Verdict.StepTooLarge => ("△", "m0 -4.5l4.5 8h-9z"),
        Verdict.OverLocalised => ("□", "m-3.5 -3.5h7v7h-7z"),
        Verdict.NotAMinimum => ("◇", "m0 -5l5 5l-5 5l-5 -5z"),
        _ => ("×", "m-4 -4l8 8m0 -8l-8 8"),
    };

    private const string Disc = "m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z";
}
