using LambdaHat.Estimation;
using LambdaHat.Reporting;
using Spectre.Console;

namespace LambdaHat.Cli.Display;

/// <summary>The result of a run as a table for people.</summary>
internal static class ResultTable
{
    public static void Print(Terminal terminal, RunRecord run)
    {
        var estimate = run.Estimate;
        var (value, error) = ReportNumber.WithError(estimate.LambdaHat, estimate.StandardError);
        var table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumn("").AddColumn("");
        void Row(string name, string text) => table.AddRow(new Text(name), new Text(text));
        Row("λ̂ ± standard error", $"{value} ± {error}");
        if (run.Theory is { } theory)
        {
            Row("exact λ (global), multiplicity", $"{theory.Lambda}, {theory.Multiplicity}");
            if (theory.Local is { } local) Row("exact λ at this point", $"{local}");
            if (theory.LocalLowerBound is { } bound) Row("half the Hessian's rank here", $"{bound}");
        }
        Row(estimate.SampledDimension == estimate.Dimension ? "parameters / 2" : "sampled parameters / 2", $"{estimate.SampledDimension / 2.0}");
        foreach (var row in EvidenceRows.Of(estimate)) Row(row.Name, row.Bare ? row.Text : $"{row.Text}, {row.Remark}");
        Row("R̂", ReportNumber.Fixed(estimate.RHat, 3));
        Row("effective sample size", ReportNumber.Fixed(estimate.EffectiveSampleSize, 0));
        if (!double.IsNaN(estimate.Acceptance)) Row("acceptance", ReportNumber.Fixed(estimate.Acceptance, 3));
        Row("sampler, metric", $"{estimate.Options.Sampler}, {estimate.Options.Metric}");
        Row("chains × steps (burn-in)", $"{estimate.Chains.Count} × {estimate.Options.StepCount} ({estimate.Options.BurnInSteps})");
        // Gibbs sampling has no step size.
        var (step, size) = estimate.Options.Sampler == "gibbs" ? ("", "") : (", ε", $", {estimate.Options.StepSize:G4}");
        Row($"nβ, n, γ{step}", $"{estimate.Options.NBeta:G6}, {estimate.SampleCount}, {estimate.Options.Gamma:G4}{size}");
        Row("seconds", ReportNumber.Fixed(estimate.Seconds, 1));
        Row("verdict", estimate.Verdict.Name());
        terminal.Results.Write(table);
        foreach (var reason in estimate.Reasons) terminal.Out.WriteLine($"• {reason}");
    }
}
