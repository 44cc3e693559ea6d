using LambdaHat.Estimation;

namespace LambdaHat.Reporting;

/// <summary>The autocorrelation of the kept draws of every chain against the lag.</summary>
internal static class AutocorrelationFigure
{
    private const int MostLags = 500, LeastLags = 20;

    /// <summary>Draws the figure from the record.</summary>
    public static SvgFigure Create(RunRecord run)
    {
        var (chains, options) = (run.Estimate.Chains, run.Estimate.Options);
        var used = Enumerable.Range(0, chains.Count).Where(i => !chains[i].Diverged).ToArray();
        var draws = used.Length == 0 ? 0 : used.Min(i => options.KeptDraws(chains[i].Trace).Length);
        var rho = used.Select(i => Autocorrelation.Of(options.KeptDraws(chains[i].Trace), Math.Min(MostLags, draws / 3))).ToArray();
        var noise = draws > 0 ? 1.96 / Math.Sqrt(draws) : 0;
        var lags = Shown(rho, noise, Math.Max(1, Math.Min(MostLags, draws / 3)));
        var least = SvgChart.Around([.. rho.SelectMany(r => r.Take(lags + 1)), -noise, 0, 1]).Least;
        var chart = new SvgChart("autocorrelation", (0, lags), (Math.Max(-1, least), 1))
        {
            XLabel = options.Thinning == 1 ? "lag (steps)" : $"lag (draws, {ReportNumber.Count(options.Thinning)} steps each)",
            YLabel = "autocorrelation",
        };
        var empty = rho.All(r => r.Length == 0);
        if (draws > 0) chart.ShadeY(-noise, noise, "advised");
        chart.Level(0, "axis");
        for (var c = 0; c < used.Length; c++)
            chart.Line(rho[c].Take(lags + 1).Select((value, lag) => ((double)lag, value)), $"series {ChainLegend.Colour(used[c])}");
        if (empty) chart.Remark(used.Length == 0 ? "No chain is left to look at." : "The draws do not vary.");
        return new SvgFigure
        {
            Id = "figure-autocorrelation",
            Title = "Autocorrelation of the kept draws",
            Svg = chart.ToSvg($"Line chart of the autocorrelation of the kept draws against the lag, from 0 to {ReportNumber.Count(lags)}, for {ReportNumber.Count(used.Length)} chains."),
            Legend =
            [
                .. ChainLegend.Entries(chains),
                .. draws > 0 ? [new LegendEntry("box advised", "±1.96/√N, the noise of uncorrelated draws")] : Array.Empty<LegendEntry>(),
            ],
            Caption = empty
                ? "There is no autocorrelation to draw."
                : $"N = {ReportNumber.Count(draws)} draws a chain. The slower a line falls into the shade, the fewer independent draws the chain is worth; "
                + "one that stays above it all the way tells of a run too short for its own error bar."
                + (used.Length < chains.Count ? " Chains that diverged are left out." : ""),
        };
    }

    /// <summary>Twice the lag at which the last chain enters the noise, within what was computed.</summary>
    private static int Shown(double[][] rho, double noise, int most)
    {
        var reached = 0;
        foreach (var chain in rho)
        {
            var entry = Array.FindIndex(chain, value => value < noise);
            reached = Math.Max(reached, entry < 0 ? most : entry);
        }
        return Math.Min(most, Math.Max(LeastLags, 2 * reached));
    }
}
