using FsCheck;
using FsCheck.Xunit;
using LambdaHat.Estimation;
using LambdaHat.Reporting;

namespace LambdaHat.Tests.Reporting;

public class FigureTests
{
    private static ChartReader Chart(RunRecord run, string figure) => new(new Page(run).ById(figure).Element(Page.Svg + "svg")!);

    [Fact]
    public void A_short_trace_is_drawn_draw_by_draw_at_its_steps()
    {
        var run = SyntheticRun.Create(chains: 2, steps: 300, thinning: 3);
        var chart = Chart(run, "figure-trace");
        var lines = chart.Paths("series");
        Assert.Equal(2, lines.Length);
        for (var c = 0; c < 2; c++)
        {
            Assert.Equal(100, lines[c].Length);
            for (var i = 0; i < 100; i++)
            {
                Assert.Equal(3 * i, lines[c][i].X, chart.XResolution);
                Assert.Equal(run.Estimate.Chains[c].Trace[i], lines[c][i].Y, chart.YResolution);
            }
        }
        var levels = chart.Paths("exact");
        Assert.Equal(2, levels.Length);
        Assert.Equal(60, levels[0].Single().Y, chart.YResolution);
        Assert.Equal(62.5, levels[1].Single().Y, chart.YResolution);
    }

    [Fact]
    public void A_long_trace_is_drawn_as_means_within_extremes_and_the_caption_says_so()
    {
        var run = SyntheticRun.Create(chains: 1, steps: 10_000);
        var chart = Chart(run, "figure-trace");
        var line = chart.Paths("series").Single();
        var band = chart.Paths("spread").Single();
        Assert.Equal(200, line.Length);
        Assert.Equal(400, band.Length);
        var trace = run.Estimate.Chains[0].Trace;
        for (var i = 0; i < 200; i++)
        {
            var part = trace[(50 * i)..(50 * i + 50)];
            Assert.Equal(50 * i + 24.5, line[i].X, chart.XResolution);
            Assert.Equal(part.Average(), line[i].Y, chart.YResolution);
            Assert.Equal(part.Max(), band[i].Y, chart.YResolution);
            Assert.Equal(part.Min(), band[399 - i].Y, chart.YResolution);
        }
        Assert.Contains("the mean of 50 consecutive steps", new Page(run).ById("figure-trace").Value);
    }

    [Fact]
    public void A_diverged_chain_ends_with_a_cross_where_its_values_end()
    {
        var run = SyntheticRun.Create(chains: 2, steps: 200, diverged: [1]);
        var chart = Chart(run, "figure-trace");
        var end = run.Estimate.Chains[1].DivergedAt!.Value;
        var lines = chart.Paths("series");
        Assert.Equal(3, lines.Length);
        Assert.Equal(end - 1, lines[1][^1].X, chart.XResolution);
        Assert.Equal(200, lines[0].Length);
    }

    [Fact]
    public void The_running_estimate_ends_at_the_mean_of_the_kept_draws_of_the_chains_in_use()
    {
        var run = SyntheticRun.Create(chains: 3, steps: 5_000, thinning: 3, diverged: [0]);
        var chart = Chart(run, "figure-running");
        var line = chart.Paths("series").Single();
        var band = chart.Paths("spread").Single();
        var mean = run.Estimate.Chains.Skip(1).SelectMany(c => c.Trace.Where((_, i) => 3 * i >= 4_500)).Average();
        Assert.Equal(run.Estimate.LambdaHat, mean, 1e-9);
        Assert.Equal(mean, line[^1].Y, chart.YResolution);
        Assert.Equal(4_998, line[^1].X, chart.XResolution);
        Assert.Equal(mean + 2 * run.Estimate.StandardError, band[line.Length - 1].Y, chart.YResolution);
        Assert.Equal(mean - 2 * run.Estimate.StandardError, band[line.Length].Y, chart.YResolution);
    }

    [Fact]
    public void Acceptance_is_drawn_at_its_own_interval()
    {
        var run = SyntheticRun.Create(chains: 1, steps: 700);
        var chart = Chart(run, "figure-acceptance");
        var line = chart.Paths("series").Single();
        Assert.Equal(70, line.Length);
        for (var i = 0; i < line.Length; i++)
        {
            Assert.Equal(10 * i, line[i].X, chart.XResolution);
            Assert.Equal(run.Estimate.Chains[0].AcceptanceTrace[i], line[i].Y, chart.YResolution);
        }
    }

    [Fact]
    public void The_autocorrelation_of_an_alternating_series_is_its_closed_form()
    {
        // x_t = (−1)^t has mean 0 and ρ_k = (−1)^k (N − k)/N for even N.
        double[] draws = [.. Enumerable.Range(0, 50).Select(t => t % 2 == 0 ? 7.0 : 5.0)];
        var rho = Autocorrelation.Of(draws, 10);
        Assert.Equal(11, rho.Length);
        for (var k = 0; k <= 10; k++) Assert.Equal((k % 2 == 0 ? 1 : -1) * (50 - k) / 50.0, rho[k], 1e-14);
        Assert.Empty(Autocorrelation.Of([3.0, 3.0, 3.0], 2));
        Assert.Empty(Autocorrelation.Of([3.0, double.NaN, 1.0], 2));
        Assert.Empty(Autocorrelation.Of([3.0], 2));
    }

    [Property]
    public bool Columns_keep_the_extremes_and_the_total_of_a_series(NormalFloat[] values, PositiveInt bucket)
    {
        double[] series = [.. values.Select(v => v.Get % 1e6)];
        var size = bucket.Get % 7 + 1;
        var columns = Envelope.Of(series, 1, size);
        if (series.Length == 0) return columns.Length == 0;
        var total = columns.Select((c, i) => c.Mean * Math.Min(size, series.Length - i * size)).Sum();
        // Each mean sums at most 7 terms of size ≤ 1e6, so the rounding is far below 1e-8 a term.
        return columns.Min(c => c.Least) == series.Min() && columns.Max(c => c.Greatest) == series.Max()
            && Math.Abs(total - series.Sum()) <= 1e-8 * series.Length;
    }

    [Property]
    public bool Ticks_are_few_evenly_spaced_and_within_the_axis(NormalFloat a, NormalFloat b)
    {
        var (least, greatest) = SvgChart.Around([a.Get, b.Get]);
        var ticks = AxisTicks.Within(least, greatest, 5, whole: false);
        var step = ticks[1].Value - ticks[0].Value;
        var slack = 1e-6 * (greatest - least);
        // The step is within a factor √2.5 of a fifth of the range: between 5/√2.5 = 3.16 and 5·√2.5 = 7.9 steps fit into it.
        return ticks.Length is >= 3 and <= 8
            && ticks[0].Value >= least - slack && ticks[^1].Value <= greatest + slack
            && ticks.Zip(ticks.Skip(1)).All(pair => Math.Abs(pair.Second.Value - pair.First.Value - step) <= slack);
    }

    [Theory]
    [InlineData(0, 10_000, "0,2,000,4,000,6,000,8,000,10,000")]
    [InlineData(0, 2_000_000, "0,0.5e6,1.0e6,1.5e6,2.0e6")]
    [InlineData(9_999_000, 10_000_000, "0.99990e7,0.99992e7,0.99994e7,0.99996e7,0.99998e7,1.00000e7")]
    [InlineData(-0.25, 1, "−0.2,0.0,0.2,0.4,0.6,0.8,1.0")]
    [InlineData(0, 0.00002, "0,0.5e-5,1.0e-5,1.5e-5,2.0e-5")]
    public void Tick_labels_tell_neighbours_apart(double least, double greatest, string labels) =>
        Assert.Equal(labels, string.Join(",", AxisTicks.Within(least, greatest, 5, whole: false).Select(t => t.Label)));

    [Fact]
    public void A_small_figure_is_as_agreed()
    {
        var options = new EstimationOptions { Sampler = "sgld", Chains = 2, Steps = 8, BurnIn = 4, Gamma = 1 }.Resolve(1_000);
        var run = SyntheticRun.Create(chains: 2, steps: 50);
        run = run with
        {
            Theory = new KnownCoefficient { Lambda = 5.5, Multiplicity = 3 },
            Estimate = run.Estimate with
            {
                Options = options,
                Chains =
                [
                    run.Estimate.Chains[0] with { Trace = [0, 2, 4, 5, 6, 5, 6, 5] },
                    run.Estimate.Chains[1] with { Trace = [0, 3, 9, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN], Diverged = true, DivergedAt = 3 },
                ],
            },
        };
        using var writer = new StringWriter();
        TraceFigure.Create(run).Write(writer);
        Assert.Equal(File.ReadAllText(Golden("trace-figure.html")), writer.ToString());
    }

    private static string Golden(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "LambdaHat.slnx"))) folder = folder.Parent!;
        return Path.Combine(folder.FullName, "tests", "LambdaHat.Tests", "Reporting", "Golden", name);
    }
}
