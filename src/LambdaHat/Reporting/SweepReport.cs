using System.Globalization;
using LambdaHat.Estimation;

namespace LambdaHat.Reporting;

/// <summary>A sweep as one HTML page that needs nothing but itself: where λ̂ is flat, the figure, every point, and how to repeat it.</summary>
public static class SweepReport
{
    /// <summary>Writes the page, well-formed XML without scripts. Text of the record is escaped; values that are not finite read "n/a".</summary>
    /// <param name="sweep">The sweep, complete or not.</param>
    /// <param name="writer">Receives the page; its encoding should be UTF-8. It is not closed.</param>
    public static void Write(SweepRecord sweep, TextWriter writer)
    {
        PageHead.Write(writer, "λ̂(nβ, γ)", sweep.Title, sweep.Network, $"{sweep.Loss} on {sweep.Data}");
        writer.Write("<section id=\"findings\" aria-label=\"Result\">\n<div class=\"result\">\n<ul class=\"reasons\">\n");
        foreach (var finding in sweep.Result.Findings) writer.Write($"<li>{Markup.Escape(finding)}</li>\n");
        if (!sweep.Result.IsComplete) writer.Write($"<li>{sweep.Result.Points.Count} of {sweep.Options.NBetas.Count * sweep.Options.Gammas.Count} points were measured.</li>\n");
        writer.Write("</ul>\n</div>\n</section>\n<section id=\"figures\" aria-label=\"Figure\">\n");
        SweepFigure.Create(sweep).Write(writer);
        writer.Write("</section>\n");
        WritePoints(sweep, writer);
        PageFoot.Write(writer, sweep, "sweep");
    }

    private static void WritePoints(SweepRecord sweep, TextWriter writer)
    {
        writer.Write("<section id=\"points\" aria-labelledby=\"points-title\">\n<h2 id=\"points-title\">Points</h2>\n"
            + "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"points-title\">\n<table>\n<thead><tr><th scope=\"col\">nβ</th>"
            + "<th scope=\"col\">γ</th><th scope=\"col\">λ̂</th><th scope=\"col\">standard error</th><th scope=\"col\">λ_quad</th><th scope=\"col\">−d ln λ_quad/d ln γ</th>"
            + "<th scope=\"col\">from two temperatures</th><th scope=\"col\">standard error</th><th scope=\"col\" class=\"words\">verdict</th></tr></thead>\n<tbody>\n");
        foreach (var point in sweep.Result.Points)
        {
            var (value, error) = ReportNumber.WithError(point.LambdaHat, point.StandardError);
            var (two, twoError) = ReportNumber.WithError(point.TwoTemperatures, point.TwoTemperaturesError);
            writer.Write($"<tr{(point.Verdict == Verdict.Diverged ? " class=\"diverged\"" : "")}><th scope=\"row\"><span class=\"swatch line {SweepFigure.Colour(sweep.Result, point.NBeta)}\"></span>{ReportSummary.Data(point.NBeta, ReportNumber.Significant(point.NBeta, 4))}</th>");
            Cell(point.Gamma, ReportNumber.Significant(point.Gamma, 3));
            Cell(point.LambdaHat, value);
            Cell(point.StandardError, error);
            Cell(point.Quadratic, ReportNumber.Significant(point.Quadratic, 4));
            Cell(point.Sensitivity, ReportNumber.Fixed(point.Sensitivity, 2));
            Cell(point.TwoTemperatures, two);
            Cell(point.TwoTemperaturesError, twoError);
            writer.Write($"<td class=\"words\">{SweepFigure.Mark(point.Verdict).Sign} {point.Verdict.Name()}</td></tr>\n");
        }
        writer.Write("</tbody>\n</table>\n</div>\n</section>\n");

        void Cell(double number, string text) => writer.Write($"<td>{ReportSummary.Data(number, text)}</td>");
    }
}
