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
        PageHead.Write(writer, "Hessian", spectrum.Title, spectrum.Network, $"{(spectrum.Result.Matrix == CurvatureMatrix.Hessian ? "full Hessian" : "curvature")} of {spectrum.Loss} on {spectrum.Data}");
        writer.Write("<section id=\"bounds\" aria-label=\"Result\">\n<div class=\"result\">\n<ul class=\"reasons\">\n");
        foreach (var line in Summary(result).Concat(spectrum.Sandwich is { } found ? SandwichReport.Lines(found) : [])) writer.Write($"<li>{Markup.Escape(line)}</li>\n");
        writer.Write("</ul>\n</div>\n</section>\n<section id=\"figures\" class=\"figures\" aria-label=\"Figures\">\n");
        HessianFigures.Curve(spectrum).Write(writer);
        HessianFigures.Projections(spectrum)?.Write(writer);
        HessianFigures.Blocks(spectrum)?.Write(writer);
        writer.Write("</section>\n");
        if (spectrum.Sandwich is { } sandwich)
            HessianTables.Table(writer, "sandwich", "λ̂ between the bounds", SandwichReport.Columns, SandwichReport.Rows(sandwich).Select(row => (row[0], row[1..])));
        HessianTables.Write(result, writer);
        PageFoot.Write(writer, spectrum, "spectrum");
    }

    /// <summary>The result in sentences.</summary>
    public static IEnumerable<string> Summary(SpectrumResult result)
    {
        var (bounds, counted) = (result.Bounds, result.RankError == 0);
        string N(double value) => ReportNumber.Trimmed(Math.Round(value, 2));
        yield return $"{N(result.Sharp.Lower)} ≤ λ ≤ {N(result.Sharp.Upper)}, from {(counted ? $"d₁ = {N(bounds.Rank)}" : $"{N(Math.Floor(result.RankRange.Least))} ≤ d₁ ≤ {N(Math.Ceiling(result.RankRange.Most))}")} of {ReportNumber.Count(bounds.Dimension)} parameters";
        foreach (var line in HessianBounds.Lines(result)) yield return line;
        yield return result.Cutoff.Kind switch
        {
            CutoffKind.Precision => $"d₁ counts eigenvalues above {ReportNumber.Significant(result.Cutoff.Value, 3)} of the largest, {ReportNumber.Significant(result.LargestEigenvalue, 4)}: the rounding of {(result.Floor >= HessianSpectrum.SingleFloor ? "float32" : "float64")}",
            CutoffKind.Eigenvalue => $"d₁ counts eigenvalues above {ReportNumber.Significant(result.Cutoff.Value, 3)} of the largest, {ReportNumber.Significant(result.LargestEigenvalue, 4)}",
            CutoffKind.Accuracy => result.Reached ? $"d₁ is the fewest top eigenvectors that keep {ReportNumber.Significant(100 * result.Cutoff.Value, 4)} % of the training accuracy" : $"none of the numbers of eigenvectors looked at keeps {ReportNumber.Significant(100 * result.Cutoff.Value, 4)} % of the training accuracy",
            _ => result.Reached ? $"d₁ is the fewest top eigenvectors with a training loss of {ReportNumber.Significant(result.Cutoff.Value, 4)} or less" : $"none of the numbers of eigenvectors looked at has a training loss of {ReportNumber.Significant(result.Cutoff.Value, 4)} or less",
        };
        if (result.Method == "block-lanczos") yield return $"{ReportNumber.Count(result.Eigenvalues.Count)} of {ReportNumber.Count(result.PairsWanted)} eigenpairs from the top converged{(result.Eigenvalues.Count > 0 ? $", with residuals of at most {ReportNumber.Significant(result.LargestResidual, 2)} of λ₁" : "")}{(result.Eigenvalues.Count < result.PairsWanted ? "; the rest needs more columns" : "")}";
        if (result.Floor >= HessianSpectrum.SingleFloor) yield return $"eigenvalues below {ReportNumber.Significant(result.Floor, 2)} of λ₁ are not told apart from zero: float32";
        if (result.Negative > 0) yield return $"{N(result.Negative)} eigenvalues are below −{ReportNumber.Significant(result.Floor, 3)} of λ₁: w* is no minimum of the loss, and the bounds do not hold";
        if (result.Cutoff.Projects) yield return "bounds from a cut-off by projection speak of the directions that the network needs, not of a rank: they bound λ only where the curve d₁(τ) is level there";
        yield return $"tr G = {ReportNumber.Significant(result.Trace, 6)}{(result.TraceError > 0 ? $" ± {ReportNumber.Significant(result.TraceError, 2)}" : "")}";
        yield return $"λ_quad = {N(result.QuadraticCoefficient)}{(result.QuadraticError > 0 ? $" ± {ReportNumber.Significant(result.QuadraticError, 2)}" : "")} at nβ = {ReportNumber.Significant(result.NBeta, 4)}, γ = {ReportNumber.Significant(result.Gamma, 3)}";
    }
}
