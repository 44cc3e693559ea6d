using LambdaHat.Estimation;

namespace LambdaHat.Reporting;

/// <summary>nβ·(L_B(w_t) − L_B(w*)) of every chain against the step t.</summary>
internal static class TraceFigure
{
    /// <summary>Draws the figure from the record.</summary>
    public static SvgFigure Create(RunRecord run)
    {
        var (chains, options) = (run.Estimate.Chains, run.Estimate.Options);
        var lines = new ChainLines(chains, chain => chain.Trace, options.Thinning, 200);
        var range = SvgChart.Around([.. lines.Extremes(), .. KnownLevels.Of(run.Theory).Select(level => level.Value)]);
        var chart = new SvgChart("trace", (0, options.StepCount), range) { XLabel = "step", YLabel = "nβ·ΔL (dimensionless)" };
        chart.ShadeX(0, options.BurnInSteps, "burn-in");
        lines.Draw(chart);
        KnownLevels.Draw(chart, run.Theory);
        if (lines.Empty) chart.Remark("No finite value was recorded.");
        return new SvgFigure
        {
            Id = "figure-trace",
            Title = "Loss above w* along the chains",
            Svg = chart.ToSvg($"Line chart of nβ times the loss difference against the step for {ReportNumber.Count(chains.Count)} chains over "
                + $"{ReportNumber.Count(options.StepCount)} steps, the first {ReportNumber.Count(options.BurnInSteps)} of them burn-in."),
            Legend =
            [
                .. ChainLegend.Entries(chains),
                .. KnownLevels.Entries(run.Theory),
                .. options.BurnInSteps > 0 ? [new LegendEntry("box burn-in", "burn-in, discarded")] : Array.Empty<LegendEntry>(),
            ],
            Caption = "λ̂ is the mean of these values after burn-in. A chain has settled when its line is level well before burn-in ends; "
                + $"chains should lie on one another. {lines.Explain(options.Thinning == 1 ? "steps" : $"draws (one every {ReportNumber.Count(options.Thinning)} steps)")}",
        };
    }
}
