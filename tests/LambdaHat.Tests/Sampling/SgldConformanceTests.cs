using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Sampling;

namespace LambdaHat.Tests.Sampling;

/// <summary>SGLD on quadratic landscapes, against the exact law of the discretised chain.</summary>
public sealed class SgldConformanceTests
{
    private const long SampleCount = 1000;

    // L = ½ Σ h_i w_i², so that along i the chain is autoregressive with factor 1 − εs/2, s = nβ·h + γ, and
    // E[nβΔL] = ½ nβh / (s(1 − εs/4)).
    [Theory]
    [InlineData(0.1, 0.0)]
    [InlineData(0.8, 0.0)]
    [InlineData(0.1, 5.0)]
    [InlineData(0.4, 50.0)]
    public void The_stationary_mean_is_the_discretised_one(double stepTimesStiffest, double gamma)
    {
        double[] curvatures = [1.0, 0.6, 0.3, 0.3];
        var nBeta = PosteriorDefaults.NBeta(SampleCount);
        var step = stepTimesStiffest / ((nBeta * curvatures[0]) + gamma);
        var estimate = LearningCoefficient.Estimate(Quadratic(curvatures), new EstimationOptions
        {
            Sampler = "sgld",
            StepSize = step,
            Gamma = gamma,
            Steps = 20_000,
            BurnIn = 2000,
            Chains = 4,
            Seed = 5,
        });
        var expected = curvatures.Sum(h => DiscretisedMean(nBeta * h, gamma, step));
        Assert.InRange(estimate.LambdaHat, expected - (4 * estimate.StandardError), expected + (4 * estimate.StandardError));
        Assert.True(estimate.StandardError < 0.05 * expected, $"the error {estimate.StandardError} is too large to tell");
        Assert.InRange(estimate.RHat, 0.99, 1.05);
    }

    [Fact]
    public void After_t_steps_from_the_minimum_the_mean_is_the_burn_in_formula()
    {
        const int chains = 4000, steps = 6;
        double[] curvatures = [1.0, 0.1];
        var nBeta = PosteriorDefaults.NBeta(SampleCount);
        const double gamma = 3;
        var step = 0.3 / (nBeta + gamma);
        var estimate = LearningCoefficient.Estimate(Quadratic(curvatures), new EstimationOptions
        {
            Sampler = "sgld",
            StepSize = step,
            Gamma = gamma,
            Steps = steps,
            BurnIn = 0,
            Chains = chains,
            AcceptanceEvery = 0,
        });
        for (var t = 0; t < steps; t++)
        {
            var draws = estimate.Chains.Select(c => c.Trace[t]).ToArray();
            var expected = curvatures.Sum(h => DiscretisedMean(nBeta * h, gamma, step) * (1 - Math.Pow(1 - (step * ((nBeta * h) + gamma) / 2), 2 * t)));
            var error = Math.Sqrt(SplitChains.Variance(draws) / chains);
            Assert.InRange(draws.Average(), expected - (4 * error) - 1e-9, expected + (4 * error) + 1e-9);
        }
    }

    [Fact]
    public void A_preconditioner_by_hand_scales_the_step_of_its_block()
    {
        var nBeta = PosteriorDefaults.NBeta(SampleCount);
        var step = 0.4 / nBeta;
        var options = new EstimationOptions { Sampler = "sgld", StepSize = step, Gamma = 0, Steps = 20_000, BurnIn = 500, Chains = 2 };
        var plain = LearningCoefficient.Estimate(Quadratic([1.0, 1.0]), options);
        var scaled = LearningCoefficient.Estimate(Quadratic([1.0, 1.0]), options with { StepSize = step / 4, Preconditioner = [new BlockScale("*", 4)] });
        // Powers of two: the same chain, bit for bit.
        Assert.Equal(plain.LambdaHat, scaled.LambdaHat);
    }

    [Fact]
    public void Without_noise_the_step_is_gradient_descent()
    {
        var objective = Quadratic([1.0, 0.25]);
        float[] w = [2, -3], center = [0, 0], gradient = [2, -0.75f], result = new float[2];
        new LangevinUpdate(0.1f, 0, 0).Apply(w, center, gradient, result, 0, 2, default);
        Assert.Equal([2 - 0.2f, -3 + 0.075f], result);
        Assert.Equal(2 * 2 / 2.0 + 9 * 0.25 / 2, objective.Value(w), 1e-12);
    }

    [Fact]
    public void A_step_size_beyond_stability_diverges_and_says_so()
    {
        var estimate = LearningCoefficient.Estimate(Quadratic([1.0]), new EstimationOptions { Sampler = "sgld", StepSize = 1, Steps = 2000, Chains = 3 });
        Assert.All(estimate.Chains, c => Assert.True(c.Diverged && c.DivergedAt > 0 && double.IsNaN(c.LambdaHat)));
        Assert.Equal(Verdict.Diverged, estimate.Verdict);
        Assert.Equal(double.NaN, estimate.LambdaHat);
        Assert.Equal($"every chain diverged, the first at step {estimate.Chains.Min(c => c.DivergedAt)}; a smaller step size than 1 is needed", Assert.Single(estimate.Reasons));
    }

    private static double DiscretisedMean(double h, double gamma, double step) => 0.5 * h / ((h + gamma) * (1 - (step * (h + gamma) / 4)));

    private static PolynomialObjective Quadratic(double[] curvatures) => new(
        [.. curvatures.Select((h, i) => new PolynomialTerm(h / 2, [.. curvatures.Select((_, j) => i == j ? 2 : 0)]))],
        new float[curvatures.Length], SampleCount);
}
