using LambdaHat.Estimation;

namespace LambdaHat.Reporting;

/// <summary>The top of the page: the estimate, what to believe of it, its comparison with theory, and the key numbers.</summary>
internal static class ReportSummary
{
    /// <summary>Writes the section.</summary>
    public static void Write(RunRecord run, TextWriter writer)
    {
        var estimate = run.Estimate;
        var (value, error) = ReportNumber.WithError(estimate.LambdaHat, estimate.StandardError);
        writer.Write("<section id=\"summary\" aria-label=\"Result\">\n<div class=\"result\">\n<p class=\"hero\"><span class=\"symbol\">λ̂ = </span>"
            + $"{Data(estimate.LambdaHat, value)}<span class=\"error\"> ± {Data(estimate.StandardError, error)}</span></p>\n"
            + "<p class=\"under\">local learning coefficient ± one Monte-Carlo standard error</p>\n");
        WriteVerdict(estimate, writer);
        writer.Write("</div>\n");
        WriteComparison(run, writer);
        WriteNumbers(run, writer);
        writer.Write("</section>\n");
    }

    /// <summary>A number with its exact value for programs.</summary>
    internal static string Data(double value, string text) => $"<data value=\"{ReportNumber.Exact(value).Replace('−', '-')}\">{text}</data>";

    private static void WriteVerdict(LearningCoefficientEstimate estimate, TextWriter writer)
    {
        var (name, words) = estimate.Verdict switch
        {
            Verdict.Converged => ("Converged", "Nothing speaks against the value and its error."),
            Verdict.NotEquilibrated => ("Not equilibrated", "The chains have not run long enough for this value to be believed."),
            Verdict.StepTooLarge => ("Step too large", "The step size shifts the value. A smaller one is needed."),
            Verdict.OverLocalised => ("Over-localised", "The localisation decides the value. A smaller γ is needed."),
            Verdict.NotAMinimum => ("Not a minimum", "The network is not at a minimum of this loss, and λ̂ is no learning coefficient of it."),
            _ => ("Diverged", "No chain is left, so there is no estimate. A smaller step size is the usual remedy."),
        };
        var mood = estimate.Verdict switch { Verdict.Converged => "good", Verdict.Diverged => "bad", _ => "open" };
        writer.Write($"<p class=\"verdict {mood}\"><strong>{Markup.Escape(name)}</strong> {words}</p>\n");
        var diverged = estimate.Chains.Count(chain => chain.Diverged);
        string[] remarks =
        [
            .. estimate.Reasons,
            .. diverged > 0 ? [$"Chains that diverged and are excluded from every mean: {ReportNumber.Count(diverged)} of {ReportNumber.Count(estimate.Chains.Count)}."] : Array.Empty<string>(),
        ];
        if (remarks.Length == 0) return;
        writer.Write("<ul class=\"reasons\">\n");
        foreach (var remark in remarks) writer.Write($"<li>{Markup.Escape(remark)}</li>\n");
        writer.Write("</ul>\n");
    }

    private static void WriteComparison(RunRecord run, TextWriter writer)
    {
        if (run.Theory is not { } theory) return;
        var estimate = run.Estimate;
        writer.Write("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Comparison with theory\">\n<table id=\"comparison\">\n"
            + "<thead><tr><th scope=\"col\">compared with</th><th scope=\"col\">value</th><th scope=\"col\">difference of λ̂</th><th scope=\"col\">in standard errors</th></tr></thead>\n<tbody>\n");
        Row("exact λ", $"global, multiplicity {ReportNumber.Count(theory.Multiplicity)}", theory.Lambda);
        if (theory.Local is { } local) Row("exact λ", "at w*", local);
        if (theory.LocalLowerBound is { } bound) Row("lower bound", "of λ at w*, half the Hessian’s rank", bound);
        Row("d/2", "a model with no redundant weights", estimate.Dimension / 2.0);
        writer.Write("</tbody>\n</table>\n</div>\n");
        if (estimate.SampledDimension < estimate.Dimension)
            writer.Write("<p class=\"note\">Only a part of the weights was sampled; the exact values are those of the whole network.</p>\n");

        void Row(string name, string remark, double known)
        {
            var difference = estimate.LambdaHat - known;
            var inErrors = estimate.StandardError > 0 ? difference / estimate.StandardError : double.NaN;
            var (text, _) = ReportNumber.WithError(difference, estimate.StandardError);
            writer.Write($"<tr><th scope=\"row\">{name} <small>{remark}</small></th><td>{Data(known, ReportNumber.Trimmed(known))}</td>"
                + $"<td>{Signed(difference, text)}</td><td>{Signed(inErrors, ReportNumber.Fixed(inErrors, 1))}</td></tr>\n");
        }
    }

    private static string Signed(double value, string text) => Data(value, value > 0 && text != "0" ? "+" + text : text);

    private static void WriteNumbers(RunRecord run, TextWriter writer)
    {
        var estimate = run.Estimate;
        var used = estimate.Chains.Count(chain => !chain.Diverged);
        writer.Write("<dl class=\"numbers\">\n");
        Number("R̂", estimate.RHat, ReportNumber.Fixed(estimate.RHat, 3));
        Number("effective sample size", estimate.EffectiveSampleSize, ReportNumber.Significant(estimate.EffectiveSampleSize, 3));
        Number("acceptance", estimate.Acceptance, ReportNumber.Fixed(estimate.Acceptance, 3));
        Text("chains in use", $"{ReportNumber.Count(used)} of {ReportNumber.Count(estimate.Chains.Count)}");
        if (estimate.Options.NBeta is { } nbeta) Number("nβ", nbeta, ReportNumber.Significant(nbeta, 5));
        Text("samples n", ReportNumber.Count(estimate.SampleCount));
        Text("parameters d", ReportNumber.Count(estimate.Dimension));
        if (estimate.SampledDimension != estimate.Dimension) Text("of them sampled", ReportNumber.Count(estimate.SampledDimension));
        if (run.Theory is null) Number("d/2", estimate.Dimension / 2.0, ReportNumber.Fixed(estimate.Dimension / 2.0, estimate.Dimension % 2));
        Number("loss at w*", estimate.BaselineLoss, ReportNumber.Significant(estimate.BaselineLoss, 4));
        if (run.Accuracy is { } accuracy) Number("accuracy at w*", accuracy, ReportNumber.Fixed(100 * accuracy, 2) + " %");
        Number("gradient norm at w*", estimate.GradientNorm, ReportNumber.Significant(estimate.GradientNorm, 3));
        Text("steps a chain", ReportNumber.Count(estimate.Options.StepCount));
        Number("sampling time", estimate.Seconds, ReportNumber.Significant(estimate.Seconds, 3) + " s");
        writer.Write("</dl>\n");

        void Number(string name, double value, string text) => writer.Write($"<div><dt>{name}</dt><dd>{Data(value, text)}</dd></div>\n");
        void Text(string name, string text) => writer.Write($"<div><dt>{name}</dt><dd>{text}</dd></div>\n");
    }
}
