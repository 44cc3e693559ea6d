using LambdaHat.Estimation;
using LambdaHat.Numerics;
using LambdaHat.Sampling;
using LambdaHat.Tests.Numerics;

namespace LambdaHat.Tests.Estimation;

/// <summary>Drift, variance and nugget of made-up traces: autoregressive chains of known correlation, with a trend of known size.</summary>
public sealed class TraceStatisticsTests
{
    private const int Length = 4000, Chains = 4;

    // Over 200 seeds the drift found lies within its error of the trend as often as a normal does: mean square of the standardised drift 1 ± 4·√(2/200) = 0.4, plus 0.15 for the error in τ.
    [Theory]
    [InlineData(0.0, 0.0)]
    [InlineData(0.8, 0.0)]
    [InlineData(0.8, 3.0)]
    public void Drift_is_the_trend_within_its_own_error(double correlation, double trend)
    {
        double sum = 0, squares = 0;
        const int seeds = 200;
        for (var seed = 0; seed < seeds; seed++)
        {
            var statistics = Of(Traces((ulong)seed, correlation, trend, 1000));
            var standardised = (statistics.Drift - trend) / statistics.DriftError;
            sum += standardised;
            squares += standardised * standardised;
        }
        Assert.InRange(sum / seeds, -4 / Math.Sqrt(seeds), 4 / Math.Sqrt(seeds));
        Assert.InRange(squares / seeds, 0.45, 1.55);
    }

    [Fact]
    public void A_trend_is_not_flat_and_none_is()
    {
        Assert.True(Of(Traces(1, 0.5, 0, Length)).IsFlat(0));
        Assert.False(Of(Traces(1, 0.5, 2, Length)).IsFlat(0));
        // A drift of 2 in a mean of 100 + 1 is 2 %.
        Assert.True(Of(Traces(1, 0.5, 2, Length)).IsFlat(0.03));
    }

    // White noise of variance 1 on a chain of variance 1 and correlation 0.99: c(0) − c(1) = 1 + 0.01. The standard error of the nugget over 16,000 draws is about 2/√16000 = 0.016.
    [Fact]
    public void The_nugget_is_what_fresh_noise_adds()
    {
        var slow = Traces(3, 0.99, 0, Length);
        var fresh = Traces(4, 0, 0, Length);
        var statistics = Of([.. slow.Select((c, i) => c.Select((x, t) => x + fresh[i][t] - 100).ToArray())]);
        Assert.InRange(statistics.Nugget, 1.01 - 0.064, 1.01 + 0.064);
    }

    [Fact]
    public void Variance_is_that_of_the_draws_with_an_error_that_covers_it()
    {
        var statistics = Of(Traces(5, 0.6, 0, Length));
        Assert.InRange(statistics.Variance, 1 - (4 * statistics.VarianceError), 1 + (4 * statistics.VarianceError));
        Assert.InRange(statistics.VarianceError, 0.005, 0.05);
    }

    [Fact]
    public void A_workspace_that_was_used_before_changes_nothing()
    {
        var workspace = new DrawWorkspace();
        foreach (var length in (int[])[3000, 1000, 1023, 3000])
        {
            var draws = Memory(Traces(6, 0.5, 1, length));
            Assert.Equal(TraceStatistics.Of(draws, new DrawWorkspace()), TraceStatistics.Of(draws, workspace));
        }
    }

    // Lists of the chains and of their halves, some KiB; the draws are 2 MiB.
    [Fact]
    public void Statistics_of_many_draws_allocate_nothing_in_proportion()
    {
        var draws = Memory(Traces(7, 0.5, 0, 1 << 16));
        var workspace = new DrawWorkspace();
        TraceStatistics.Of(draws, workspace);
        Assert.InRange(AllocatedBytes.Of(() => TraceStatistics.Of(draws, workspace)), 0, 16 << 10);
    }

    private static TraceStatistics Of(double[][] traces) => TraceStatistics.Of(Memory(traces), new DrawWorkspace());

    private static ReadOnlyMemory<double>[] Memory(double[][] traces) => [.. traces.Select(t => (ReadOnlyMemory<double>)t)];

    // x_t = ρ·x_{t−1} + √(1 − ρ²)·ξ, variance 1, around 100 + trend·t/length.
    private static double[][] Traces(ulong seed, double correlation, double trend, int length) => [.. Enumerable.Range(0, Chains).Select(chain =>
    {
        var noise = new float[length + 1];
        GaussianNoise.Fill(new RandomStream(seed, RandomPurpose.Noise, chain, 0), noise);
        var trace = new double[length];
        double x = noise[length];
        for (var t = 0; t < length; t++)
        {
            x = (correlation * x) + (Math.Sqrt(1 - (correlation * correlation)) * noise[t]);
            trace[t] = 100 + x + (trend * t / length);
        }
        return trace;
    })];
}
