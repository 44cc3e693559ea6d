using LambdaHat.Estimation;
using LambdaHat.Tracking;
using MathNet.Numerics.Distributions;

namespace LambdaHat.Tests.Tracking;

public class ComparisonTests
{
    private static readonly ComparedSetting s_setting = new(100, 5, "plain", double.PositiveInfinity, [], "mse");

    private static ComparedEstimate One(double lambda, double error, ulong seed) => new()
    {
        Title = "net",
        Setting = s_setting,
        LambdaHat = lambda,
        StandardError = error,
        Verdict = Verdict.Converged,
        Reasons = [],
        Quadratic = lambda,
        SampleCount = 500,
        Dimension = 20,
        Data = "data",
        Seed = seed,
    };

    [Fact]
    public void The_probability_is_that_of_two_normal_errors()
    {
        var comparison = new NetworkComparison(One(10, 0.3, 0), One(9, 0.4, 1));
        Assert.Equal((1, 0.5), (comparison.Difference, comparison.StandardError));
        Assert.Equal(Normal.CDF(0, 1, 2), comparison.ProbabilityALarger, 1e-14);
        Assert.Equal(1 - comparison.ProbabilityALarger, new NetworkComparison(One(9, 0.4, 1), One(10, 0.3, 0)).ProbabilityALarger, 1e-14);
        Assert.True(comparison.IsBelievable);
        Assert.Empty(comparison.Warnings);
        Assert.True(double.IsNaN(new NetworkComparison(One(10, 0.3, 0), One(double.NaN, double.NaN, 1)).ProbabilityALarger));
    }

    [Fact]
    public void Settings_that_differ_are_refused_and_rounding_is_no_difference()
    {
        var a = One(10, 0.3, 0);
        var b = One(9, 0.4, 1) with { Setting = new(101, 5 * (1 + 1e-12), "relative", 2, ["fc1.*"], "cross-entropy") };
        Assert.Equal("two λ̂ are compared only where they mean the same: nbeta is 100 for A and 101 for B, localisation is plain for A and relative for B, box is Infinity for A and 2 for B, "
            + "restrict is \"\" for A and \"fc1.*\" for B, loss is mse for A and cross-entropy for B; expected the same for both", Assert.Throws<InvalidInputException>(() => new NetworkComparison(a, b)).Message);
        Assert.Contains("gamma is 5 for A and 6 for B", Assert.Throws<InvalidInputException>(() => new NetworkComparison(a, a with { Setting = s_setting with { Gamma = 6 } })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Doubts_are_said()
    {
        var a = One(10, 0.3, 4) with { Verdict = Verdict.OverLocalised, Reasons = ["γ is too large"] };
        var comparison = new NetworkComparison(a, One(9, 0.4, 4) with { Data = "other" });
        Assert.False(comparison.IsBelievable);
        Assert.Equal(
        [
            "not to be believed: A is over-localised, γ is too large",
            "the data are \"data\" for A and \"other\" for B: the two λ̂ are of other landscapes, unless that is the same data by two names",
            "both were sampled with the seed 4: their errors share random numbers and may not be independent",
        ], comparison.Warnings);
        Assert.Equal("n is 500 for A and 400 for B: the two λ̂ are of other data at one nβ", Assert.Single(new NetworkComparison(One(1, 1, 1), One(1, 1, 2) with { SampleCount = 400 }).Warnings));
    }
}
