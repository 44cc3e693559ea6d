using System.Globalization;
using LambdaHat.Estimation;

namespace LambdaHat.Reporting;

/// <summary>The tables of the page: one row per chain, and one per option.</summary>
internal static class ReportTables
{
    /// <summary>Writes the section of the chains.</summary>
    public static void WriteChains(LearningCoefficientEstimate estimate, TextWriter writer)
    {
        writer.Write("<section id=\"chains\" aria-labelledby=\"chains-title\">\n<h2 id=\"chains-title\">Chains</h2>\n"
            + "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"chains-title\">\n<table>\n<thead><tr><th scope=\"col\">chain</th>"
            + "<th scope=\"col\">λ̂</th><th scope=\"col\">standard error</th><th scope=\"col\">effective sample size</th><th scope=\"col\">acceptance</th>"
            + "<th scope=\"col\">‖w − w*‖ at the end</th><th scope=\"col\" class=\"words\">status</th></tr></thead>\n<tbody>\n");
        for (var i = 0; i < estimate.Chains.Count; i++)
        {
            var chain = estimate.Chains[i];
            var (value, error) = ReportNumber.WithError(chain.LambdaHat, chain.StandardError);
            writer.Write($"<tr{(chain.Diverged ? " class=\"diverged\"" : "")}><th scope=\"row\"><span class=\"swatch line {ChainLegend.Colour(i)}\"></span>{ReportNumber.Count(i + 1)}</th>");
            Cell(chain.LambdaHat, value);
            Cell(chain.StandardError, error);
            Cell(chain.EffectiveSampleSize, ReportNumber.Significant(chain.EffectiveSampleSize, 3));
            Cell(chain.Acceptance, ReportNumber.Fixed(chain.Acceptance, 3));
            Cell(chain.Distance, ReportNumber.Significant(chain.Distance, 4));
            writer.Write($"<td class=\"words\">{ChainLegend.Status(chain)}</td></tr>\n");
        }
        writer.Write("</tbody>\n</table>\n</div>\n</section>\n");

        void Cell(double number, string text) => writer.Write($"<td>{ReportSummary.Data(number, text)}</td>");
    }

    /// <summary>Writes the section of what was measured beside λ̂; nothing where there is nothing.</summary>
    public static void WriteEvidence(LearningCoefficientEstimate estimate, TextWriter writer)
    {
        var rows = EvidenceRows.Of(estimate);
        if (rows.Count == 0) return;
        writer.Write("<section id=\"evidence\" aria-labelledby=\"evidence-title\">\n<h2 id=\"evidence-title\">Beside λ̂</h2>\n"
            + "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"evidence-title\">\n<table>\n<thead><tr><th scope=\"col\">quantity</th>"
            + "<th scope=\"col\">value</th><th scope=\"col\">standard error</th></tr></thead>\n<tbody>\n");
        Row(new("λ̂", estimate.LambdaHat, estimate.StandardError, "as sampled"));
        foreach (var row in rows) Row(row);
        writer.Write("</tbody>\n</table>\n</div>\n</section>\n");

        void Row(EvidenceRow row)
        {
            var (value, error) = row.Text.Split(" ± ") is [var v, var e] ? (v, e) : (row.Text, row.Error == 0 ? "exact" : "");
            writer.Write($"<tr><th scope=\"row\">{Markup.Escape(row.Name)} <small>{Markup.Escape(row.Remark)}</small></th><td>{ReportSummary.Data(row.Value, value)}</td>"
                + $"<td>{(double.IsNaN(row.Error) ? "" : ReportSummary.Data(row.Error, error))}</td></tr>\n");
        }
    }

    /// <summary>Writes the section of the options, every one as it was resolved for the run.</summary>
    public static void WriteOptions(EstimationOptions options, TextWriter writer)
    {
        writer.Write("<section id=\"options\" aria-labelledby=\"options-title\">\n<h2 id=\"options-title\">Options</h2>\n"
            + "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"options-title\">\n<table>\n<tbody>\n");
        Row(nameof(options.Sampler), "sampler", options.Sampler);
        Row(nameof(options.Metric), "metric", options.Metric ?? "none");
        Row(nameof(options.IsPlain), "the plain procedure", options.IsPlain ? "yes" : "no");
        Row(nameof(options.StepSize), "step size ε", Maybe(options.StepSize));
        Row(nameof(options.Gamma), "localisation γ", Maybe(options.Gamma));
        Row(nameof(options.Localisation), "kind of localisation", options.Localisation);
        Row(nameof(options.Box), "bounding box", double.IsInfinity(options.Box) ? "none" : ReportNumber.Exact(options.Box));
        Row(nameof(options.Tolerance), "tolerance", ReportNumber.Exact(options.Tolerance));
        Row(nameof(options.MaxMinutes), "most minutes", ReportNumber.Exact(options.MaxMinutes));
        Row(nameof(options.MaxSteps), "most steps a chain", ReportNumber.Count(options.MaxSteps));
        Row(nameof(options.NBeta), "nβ", options.NBeta is { } nbeta ? ReportNumber.Exact(nbeta) : "n / ln n");
        Row(nameof(options.BatchSize), "batch size", ReportNumber.Count(options.BatchSize));
        Row(nameof(options.Chains), "chains", options.Chains is { } chains ? ReportNumber.Count(chains) : "4, or 2 where layers are drawn one after the other and parameters are many");
        Row(nameof(options.Steps), "steps a chain, burn-in included", ReportNumber.Count(options.StepCount));
        Row(nameof(options.BurnIn), "burn-in", Maybe(options.BurnIn));
        Row(nameof(options.BurnInSteps), "steps of burn-in", ReportNumber.Count(options.BurnInSteps));
        Row(nameof(options.Thinning), "steps a kept draw", ReportNumber.Count(options.Thinning));
        Row(nameof(options.AcceptanceEvery), "steps an evaluation of acceptance", options.AcceptanceEvery == 0 ? "never" : ReportNumber.Count(options.AcceptanceEvery));
        Row(nameof(options.TwoTemperatures), "second run at 1.5·nβ", options.TwoTemperatures ? "yes" : "no");
        Row(nameof(options.Seed), "seed", options.Seed.ToString(CultureInfo.InvariantCulture));
        Row(nameof(options.Threads), "threads", ReportNumber.Count(options.Threads));
        Row(nameof(options.Restrict), "blocks sampled", options.Restrict.Count == 0 ? "all" : string.Join(", ", options.Restrict));
        Row(nameof(options.Preconditioner), "preconditioner", options.Preconditioner.Count == 0
            ? "identity"
            : string.Join(", ", options.Preconditioner.Select(scale => $"{scale.Pattern}: {ReportNumber.Exact(scale.Value)}")));
        writer.Write("</tbody>\n</table>\n</div>\n</section>\n");

        static string Maybe(double? value) => value is { } number ? ReportNumber.Exact(number) : "n/a";
        void Row(string option, string name, string value) =>
            writer.Write($"<tr data-option=\"{option}\"><th scope=\"row\">{name}</th><td class=\"words\">{Markup.Escape(value)}</td></tr>\n");
    }
}
