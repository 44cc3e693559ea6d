using System.Globalization;
using LambdaHat.Spectra;

namespace LambdaHat.Reporting;

/// <summary>A spectrum as one HTML page that needs nothing but itself: the bounds, the figures, the curve as a table, and how to repeat it.</summary>
public static class HessianReport
{
    /// <summary>Writes the page, well-formed XML without scripts. Text of the record is escaped; values that are not finite read "n/a".</summary>
    /// <param name="spectrum">The spectrum.</param>
    /// <param name="writer">Receives the page; its encoding should be UTF-8. It is not closed.</param>
    public static void Write(SpectrumRecord spectrum, TextWriter writer)
    {
        var result = spectrum.Result;
        PageHead.Write(writer, "Hessian", spectrum.Title, spectrum.Network, $"curvature of {spectrum.Loss} on {spectrum.Data}");
        writer.Write("<section id=\"bounds\" aria-label=\"Result\">\n<div class=\"result\">\n<ul class=\"reasons\">\n");
        foreach (var line in Summary(result)) writer.Write($"<li>{Markup.Escape(line)}</li>\n");
        writer.Write("</ul>\n</div>\n</section>\n<section id=\"figures\" aria-label=\"Figures\">\n");
        HessianFigures.Curve(spectrum).Write(writer);
        HessianFigures.Projections(spectrum)?.Write(writer);
        writer.Write("</section>\n<section id=\"curve\" aria-labelledby=\"curve-title\">\n<h2 id=\"curve-title\">d₁(τ) and its bounds</h2>\n"
            + "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"curve-title\">\n<table>\n<thead><tr><th scope=\"col\">τ</th><th scope=\"col\">τ/λ₁</th><th scope=\"col\">d₁</th>"
            + "<th scope=\"col\">standard error</th><th scope=\"col\">lower bound</th><th scope=\"col\">upper bound</th></tr></thead>\n<tbody>\n");
        foreach (var p in result.Curve)
        {
            var bounds = SharpBounds.SecondOrder(new RankBounds(result.Bounds.Dimension, p.Rank), result.Sharp.Flat);
            writer.Write($"<tr><th scope=\"row\">{ReportSummary.Data(p.Tau, ReportNumber.Significant(p.Tau, 3))}</th>");
            foreach (var (value, digits) in (ReadOnlySpan<(double, int)>)[(p.Tau / result.LargestEigenvalue, 3), (p.Rank, 6), (p.StandardError, 2), (bounds.Lower, 7), (bounds.Upper, 7)])
                writer.Write($"<td>{ReportSummary.Data(value, ReportNumber.Significant(value, digits))}</td>");
            writer.Write("</tr>\n");
        }
        writer.Write("</tbody>\n</table>\n</div>\n</section>\n<section id=\"origin\" aria-labelledby=\"origin-title\">\n<h2 id=\"origin-title\">How to repeat this</h2>\n"
            + $"<pre tabindex=\"0\" aria-label=\"Command\"><code>{Markup.Escape(spectrum.Command)}</code></pre>\n"
            + $"<p class=\"under\">LambdaHat {Markup.Escape(spectrum.Version)}, begun {spectrum.Started.ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture)}</p>\n</section>\n</main>\n</body>\n</html>\n");
    }

    /// <summary>The result in sentences.</summary>
    public static IEnumerable<string> Summary(SpectrumResult result)
    {
        var (bounds, counted) = (result.Bounds, result.RankError == 0);
        string N(double value) => ReportNumber.Trimmed(Math.Round(value, 2));
        yield return $"{N(result.Sharp.Lower)} ≤ λ ≤ {N(result.Sharp.Upper)}, from d₁ = {(counted ? N(bounds.Rank) : string.Join(" ± ", (string[])[ReportNumber.WithError(bounds.Rank, result.RankError).Value, ReportNumber.WithError(bounds.Rank, result.RankError).Error]))} of {ReportNumber.Count(bounds.Dimension)} parameters";
        foreach (var line in HessianBounds.Lines(result)) yield return line;
        yield return result.Cutoff.Kind switch
        {
            CutoffKind.Precision => $"d₁ counts eigenvalues above {ReportNumber.Significant(result.Cutoff.Value, 3)} of the largest, {ReportNumber.Significant(result.LargestEigenvalue, 4)}: the rounding of {(counted ? "float64" : "float32")}",
            CutoffKind.Eigenvalue => $"d₁ counts eigenvalues above {ReportNumber.Significant(result.Cutoff.Value, 3)} of the largest, {ReportNumber.Significant(result.LargestEigenvalue, 4)}",
            CutoffKind.Accuracy => result.Reached ? $"d₁ is the fewest top eigenvectors that keep {ReportNumber.Significant(100 * result.Cutoff.Value, 4)} % of the training accuracy" : $"none of the numbers of eigenvectors looked at keeps {ReportNumber.Significant(100 * result.Cutoff.Value, 4)} % of the training accuracy",
            _ => result.Reached ? $"d₁ is the fewest top eigenvectors with a training loss of {ReportNumber.Significant(result.Cutoff.Value, 4)} or less" : $"none of the numbers of eigenvectors looked at has a training loss of {ReportNumber.Significant(result.Cutoff.Value, 4)} or less",
        };
        if (result.Method == "block-lanczos") yield return $"{ReportNumber.Count(result.Eigenvalues.Count)} of {ReportNumber.Count(result.PairsWanted)} eigenpairs from the top converged{(result.Eigenvalues.Count > 0 ? $", with residuals of at most {ReportNumber.Significant(result.LargestResidual, 2)} of λ₁" : "")}{(result.Eigenvalues.Count < result.PairsWanted ? "; the rest needs more columns" : "")}";
        if (result.Cutoff.Projects) yield return "bounds from a cut-off by projection speak of the directions that the network needs, not of a rank: they bound λ only where the curve d₁(τ) is level there";
        yield return $"λ_quad = {N(result.QuadraticCoefficient)}{(result.QuadraticError > 0 ? $" ± {ReportNumber.Significant(result.QuadraticError, 2)}" : "")} at nβ = {ReportNumber.Significant(result.NBeta, 4)}, γ = {ReportNumber.Significant(result.Gamma, 3)}";
    }
}
