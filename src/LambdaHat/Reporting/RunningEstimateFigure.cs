using LambdaHat.Estimation;

namespace LambdaHat.Reporting;

/// <summary>The pooled λ̂ of the draws after burn-in up to each step, with its band of two standard errors.</summary>
internal static class RunningEstimateFigure
{
    /// <summary>Draws the figure from the record.</summary>
    public static SvgFigure Create(RunRecord run)
    {
        var (estimate, options) = (run.Estimate, run.Estimate.Options);
        var means = Pooled(estimate.Chains, options);
        var points = Points(means, estimate.StandardError, options);
        var hasBand = points.Length > 0 && double.IsFinite(estimate.StandardError);
        var settled = points.AsSpan(points.Length / 10).ToArray();
        var range = SvgChart.Around(
        [
            .. points.Select(p => p.Mean),
            .. hasBand ? settled.SelectMany(p => new[] { p.Mean - 2 * p.Error, p.Mean + 2 * p.Error }) : [],
            .. KnownLevels.Of(run.Theory).Select(level => level.Value),
        ]);
        var chart = new SvgChart("running", (options.BurnInSteps, options.StepCount), range) { XLabel = "step", YLabel = "λ̂ so far" };
        if (hasBand) chart.Band([.. points.Select(p => (p.Step, p.Mean - 2 * p.Error, p.Mean + 2 * p.Error))], "spread pooled");
        chart.Line(points.Select(p => (p.Step, p.Mean)), "series pooled");
        KnownLevels.Draw(chart, run.Theory);
        if (points.Length == 0) chart.Remark("No chain is left to average.");
        var (value, error) = ReportNumber.WithError(estimate.LambdaHat, estimate.StandardError);
        return new SvgFigure
        {
            Id = "figure-running",
            Title = "Running estimate after burn-in",
            Svg = chart.ToSvg($"Line chart of the pooled estimate against the step after burn-in; it ends at {value} with a standard error of {error}."),
            Legend =
            [
                .. points.Length > 0 ? [new LegendEntry("line pooled", "λ̂, all chains in use")] : Array.Empty<LegendEntry>(),
                .. hasBand ? [new LegendEntry("box pooled", "±2 standard errors")] : Array.Empty<LegendEntry>(),
                .. KnownLevels.Entries(run.Theory),
            ],
            Caption = points.Length == 0
                ? "Every chain diverged, so there is nothing to average."
                : "The mean of all draws from the end of burn-in to each step. "
                + (hasBand ? "The band is the final standard error, widened by √(all draws / draws so far): it assumes that the whole run mixes as its draws do on average." : "The standard error is not available.")
                + (points.Length < means.Length ? $" Drawn at {ReportNumber.Count(points.Length)} of {ReportNumber.Count(means.Length)} draws." : ""),
        };
    }

    /// <summary>The mean over chains and draws up to each kept draw, of the chains that did not diverge.</summary>
    internal static double[] Pooled(IReadOnlyList<ChainEstimate> chains, EstimationOptions options)
    {
        var used = chains.Where(chain => !chain.Diverged).ToArray();
        if (used.Length == 0) return [];
        var means = new double[used.Min(chain => options.KeptDraws(chain.Trace).Length)];
        var sum = 0.0;
        var first = options.FirstKeptDraw();
        for (var k = 0; k < means.Length; k++)
        {
            foreach (var chain in used) sum += chain.Trace[first + k];
            means[k] = sum / ((k + 1.0) * used.Length);
        }
        return means;
    }

    private static (double Step, double Mean, double Error)[] Points(double[] means, double error, EstimationOptions options)
    {
        var first = options.FirstKeptDraw();
        var bucket = Envelope.BucketSize(means.Length, 200);
        var points = new (double, double, double)[(means.Length + bucket - 1) / bucket];
        for (var i = 0; i < points.Length; i++)
        {
            var k = means.Length - 1 - (points.Length - 1 - i) * bucket;
            points[i] = ((double)(first + k) * options.Thinning, means[k], error * Math.Sqrt(means.Length / (k + 1.0)));
        }
        return points;
    }
}
