using LambdaHat.Estimation;

namespace LambdaHat.Reporting;

/// <summary>The probability with which a Metropolis test accepted a step, or would have, of every chain against the step.</summary>
internal static class AcceptanceFigure
{
    /// <summary>The bounds between which the mean is advised to lie (Furman and Lau 2024, "Estimating the Local Learning Coefficient at Scale").</summary>
    public const double AdvisedLeast = 0.9, AdvisedGreatest = 0.95;

    /// <summary>Draws the figure from the record.</summary>
    public static SvgFigure Create(RunRecord run)
    {
        var (chains, options) = (run.Estimate.Chains, run.Estimate.Options);
        var test = SamplerKind.Of(options.Sampler).Test;
        var rejects = test == MetropolisTest.Decisive;
        var every = Math.Max(1, options.AcceptanceEvery);
        var lines = new ChainLines(chains, chain => chain.AcceptanceTrace, every, 80);
        var least = SvgChart.Around([.. lines.Extremes(), 0.8]).Least;
        var chart = new SvgChart("acceptance", (0, options.StepCount), (Math.Clamp(least, 0, 0.8), 1)) { XLabel = "step", YLabel = "acceptance (probability)" };
        chart.ShadeX(0, options.BurnInSteps, "burn-in");
        if (!rejects) chart.ShadeY(AdvisedLeast, AdvisedGreatest, "advised");
        lines.Draw(chart);
        if (lines.Empty) chart.Remark("Acceptance was not evaluated.");
        return new SvgFigure
        {
            Id = "figure-acceptance",
            Title = "Metropolis acceptance",
            Svg = chart.ToSvg($"Line chart of the Metropolis acceptance probability against the step for {ReportNumber.Count(chains.Count)} chains; "
                + $"the mean after burn-in is {ReportNumber.Fixed(run.Estimate.Acceptance, 3)}."),
            Legend =
            [
                .. ChainLegend.Entries(chains),
                .. rejects ? Array.Empty<LegendEntry>() : [new LegendEntry("box advised", "advised: 0.9 to 0.95")],
                .. options.BurnInSteps > 0 ? [new LegendEntry("box burn-in", "burn-in, discarded")] : Array.Empty<LegendEntry>(),
            ],
            Caption = lines.Empty
                ? test == MetropolisTest.None ? $"The sampler {options.Sampler} accepts every step and has no such test." : "No acceptance is on record for this run: its evaluation was switched off, or no chain got as far."
                : rejects ? $"The probability with which the step proposed was taken. {lines.Explain("evaluations")}"
                : "No step is ever rejected; the value only tells how well the step size follows the landscape. Below the window the step is too coarse and λ̂ biased, "
                + $"above it the chain moves more slowly than it could. Evaluated every {ReportNumber.Count(every)} steps. {lines.Explain("evaluations")}",
        };
    }
}
