using LambdaHat.Data;
using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Networks;

namespace LambdaHat.Tests.Estimation;

public class EstimationOptionsTests
{
    [Theory]
    [InlineData("nuts", "sampler must be one of auto, gibbs, langevin, sgld, rmsprop-sgld, mala, hmc, sgnht, slice, got \"nuts\"")]
    [InlineData("SGLD", "sampler must be one of auto, gibbs, langevin, sgld, rmsprop-sgld, mala, hmc, sgnht, slice, got \"SGLD\"")]
    [InlineData("", "sampler must be one of auto, gibbs, langevin, sgld, rmsprop-sgld, mala, hmc, sgnht, slice, got \"\"")]
    public void Sampler_is_one_of_the_known(string value, string message) => Refused(message, o => o with { Sampler = value });

    [Theory]
    [InlineData("fisher", "metric must be one of none, learned, kronecker, got \"fisher\"")]
    [InlineData("", "metric must be one of none, learned, kronecker, got \"\"")]
    public void Metric_is_one_of_the_known(string value, string message) => Refused(message, o => o with { Metric = value });

    [Theory]
    [InlineData("both", "localisation must be one of plain, relative, got \"both\"")]
    public void Localisation_is_one_of_the_known(string value, string message) => Refused(message, o => o with { Localisation = value });

    [Theory]
    [InlineData(0, "box must be a number > 0, got 0")]
    [InlineData(-1, "box must be a number > 0, got -1")]
    [InlineData(double.NaN, "box must be a number > 0, got NaN")]
    public void Box_is_positive(double value, string message) => Refused(message, o => o with { Box = value });

    [Theory]
    [InlineData(0, "tolerance must be a number in (0, 1), got 0")]
    [InlineData(1, "tolerance must be a number in (0, 1), got 1")]
    [InlineData(-0.5, "tolerance must be a number in (0, 1), got -0.5")]
    [InlineData(double.NaN, "tolerance must be a number in (0, 1), got NaN")]
    public void Tolerance_is_a_part(double value, string message) => Refused(message, o => o with { Tolerance = value });

    [Theory]
    [InlineData(0, "max-minutes must be a finite number > 0, got 0")]
    [InlineData(double.NaN, "max-minutes must be a finite number > 0, got NaN")]
    [InlineData(double.PositiveInfinity, "max-minutes must be a finite number > 0, got Infinity")]
    public void Minutes_are_positive_and_finite(double value, string message) => Refused(message, o => o with { MaxMinutes = value });

    [Theory]
    [InlineData(15, "max-steps must be a whole number ≥ 16, got 15")]
    [InlineData(-1, "max-steps must be a whole number ≥ 16, got -1")]
    public void Steps_are_enough_for_a_trace(int value, string message) => Refused(message, o => o with { MaxSteps = value });

    [Theory]
    [InlineData(0, "step size must be a finite number > 0, got 0")]
    [InlineData(double.PositiveInfinity, "step size must be a finite number > 0, got Infinity")]
    public void A_step_size_given_is_positive_and_finite(double value, string message) => Refused(message, o => o with { StepSize = value });

    [Fact]
    public void The_ends_of_the_ranges_are_legal()
    {
        var options = new EstimationOptions { Sampler = "hmc", Metric = "learned", Localisation = "relative", Box = double.Epsilon, Tolerance = 1 - 1e-9, MaxMinutes = 1e-6, MaxSteps = 16, StepSize = null, Gamma = 0 };
        Assert.Equal(("hmc", "learned", "relative", double.Epsilon, 1 - 1e-9, 1e-6, 16, 0.0), (options.Sampler, options.Metric, options.Localisation, options.Box, options.Tolerance, options.MaxMinutes, options.MaxSteps, options.Gamma));
        Assert.Null((options with { Metric = null }).Metric);
        Assert.All(EstimationOptions.Samplers, name => Assert.Equal(name, (options with { Sampler = name }).Sampler));
        Assert.All(EstimationOptions.Metrics, name => Assert.Equal(name, (options with { Metric = name }).Metric));
    }

    // Furman and Lau 2024 for the plain procedure; everything else is left to the run.
    [Fact]
    public void Only_the_plain_procedure_has_fixed_defaults()
    {
        var plain = new EstimationOptions { Sampler = "sgld" }.Resolve(1000);
        Assert.True(plain.IsPlain);
        Assert.Equal((5e-7, 1.0, 10_000, 0.9, 9000), (plain.StepSize, plain.Gamma, plain.Steps, plain.BurnIn, plain.BurnInSteps));
        foreach (var open in new[] { new EstimationOptions(), new EstimationOptions { Sampler = "sgld", Metric = "kronecker" }, new EstimationOptions { Sampler = "mala" } })
        {
            var resolved = open.Resolve(1000);
            Assert.False(resolved.IsPlain);
            Assert.Equal((null, null, null, null), (resolved.StepSize, resolved.Gamma, resolved.Steps, resolved.BurnIn));
            Assert.Equal(1000 / Math.Log(1000), resolved.NBeta!.Value, 1e-9);
        }
        Assert.Null(new EstimationOptions { Sampler = "sgld", Localisation = "relative" }.Resolve(1000).Gamma);
        // A length given by hand loses its first half.
        Assert.Equal(50, new EstimationOptions { Steps = 100 }.Resolve(1000).BurnInSteps);
    }

    [Theory]
    [InlineData("auto", 250, null, 2)]
    [InlineData("langevin", 250, null, 2)]
    [InlineData("gibbs", 250, 3, 3)]
    [InlineData("sgld", 250, null, 4)]
    [InlineData("auto", 200, null, 4)]
    public void Large_linear_networks_drawn_layer_by_layer_get_two_chains(string sampler, int width, int? given, int expected)
    {
        // 62,500 or 40,000 parameters.
        var network = new Network(new Dense(width, width, bias: false));
        var objective = new NetworkObjective(network, SquaredError.Mean, new ArrayDataSet(new float[width], width, new float[width], width), new float[network.Dimension]);
        Assert.Equal(expected, new EstimationOptions { Sampler = sampler, Chains = given }.ChainsAt(objective));
    }

    private static void Refused(string message, Func<EstimationOptions, EstimationOptions> change) =>
        Assert.Equal(message, Assert.Throws<InvalidInputException>(() => change(new EstimationOptions())).Message);
}
