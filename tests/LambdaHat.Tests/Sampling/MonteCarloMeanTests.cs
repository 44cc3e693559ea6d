using LambdaHat.Numerics;
using LambdaHat.Sampling;
using MathNet.Numerics.Distributions;

namespace LambdaHat.Tests.Sampling;

public sealed class MonteCarloMeanTests
{
    [Fact]
    public void Autocovariance_equals_the_double_sum()
    {
        var x = Draws(1, 57, 0.4, 0);
        var c = Autocovariance.Of(x);
        var mean = x.Average();
        for (var t = 0; t < x.Length; t++)
            Assert.Equal(Enumerable.Range(0, x.Length - t).Sum(i => (x[i] - mean) * (x[i + t] - mean)) / x.Length, c[t], 1e-12);
    }

    // For x_t = ρ·x_{t−1} + noise the integrated autocorrelation time is (1 + ρ)/(1 − ρ).
    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(-0.3)]
    public void Effective_sample_size_of_an_autoregressive_sequence(double rho)
    {
        const int chains = 4, length = 8000;
        var sizes = Enumerable.Range(0, 8).Select(s => MonteCarloMean.Of([.. Enumerable.Range(0, chains).Select(i => Draws((100 * s) + i, length, rho, 0))]).EffectiveSampleSize).ToArray();
        var expected = chains * length * (1 - rho) / (1 + rho);
        // The spread of the eight estimates themselves gives the tolerance, plus the truncation bias of Geyer's rule (below 3 %).
        var error = Math.Sqrt(SplitChains.Variance(sizes) / sizes.Length);
        Assert.InRange(sizes.Average(), (expected * 0.97) - (4 * error), (expected * 1.03) + (4 * error));
    }

    [Fact]
    public void Standard_error_is_the_spread_of_the_mean_over_repetitions()
    {
        const double rho = 0.8;
        var means = Enumerable.Range(0, 400).Select(s => MonteCarloMean.Of([Draws(s, 2000, rho, 5), Draws(s + 10_000, 2000, rho, 5)])).ToArray();
        var spread = Math.Sqrt(SplitChains.Variance([.. means.Select(m => m.Mean)]));
        // The spread of 400 repetitions is known to 1/√800; the mean error to less. Four standard errors and 3 % of truncation bias.
        Assert.InRange(means.Average(m => m.StandardError) / spread, 0.97 - (4 / Math.Sqrt(800)), 1.03 + (4 / Math.Sqrt(800)));
        Assert.InRange(means.Average(m => m.Mean) - 5, -4 * spread / 20, 4 * spread / 20);
    }

    [Fact]
    public void Chains_that_disagree_have_a_large_R_hat_and_few_effective_draws()
    {
        double[][] agree = [Draws(1, 1000, 0, 0), Draws(2, 1000, 0, 0)], disagree = [Draws(1, 1000, 0, 0), Draws(2, 1000, 0, 3)];
        Assert.InRange(SplitChains.RankNormalisedRHat(agree), 0.99, 1.02);
        Assert.True(SplitChains.RankNormalisedRHat(disagree) > 1.5);
        Assert.True(MonteCarloMean.Of(disagree).EffectiveSampleSize < 10);
        Assert.True(MonteCarloMean.Of(agree).EffectiveSampleSize > 1000);
    }

    [Fact]
    public void A_difference_in_scale_alone_shows_in_R_hat() =>
        Assert.True(SplitChains.RankNormalisedRHat([Draws(1, 1000, 0, 0), [.. Draws(2, 1000, 0, 0).Select(x => 5 * x)]]) > 1.2);

    [Fact]
    public void Draws_without_spread_have_no_error_and_too_few_draws_none_that_is_known()
    {
        var constant = MonteCarloMean.Of([new double[100]]);
        Assert.Equal((0.0, 0.0, double.NaN), (constant.Mean, constant.StandardError, constant.EffectiveSampleSize));
        Assert.Equal(double.NaN, MonteCarloMean.Of([[1, 2, 3]]).StandardError);
        Assert.Equal(double.NaN, MonteCarloMean.Of([]).Mean);
    }

    private static double[] Draws(int seed, int length, double rho, double mean)
    {
        var random = new Random(seed);
        var noise = new Normal(0, Math.Sqrt(1 - (rho * rho)), random);
        var x = Normal.Sample(random, 0, 1);
        var draws = new double[length];
        for (var i = 0; i < length; i++)
        {
            draws[i] = mean + x;
            x = (rho * x) + noise.Sample();
        }
        return draws;
    }
}
