using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;
using LambdaHat.Preconditioning;
using LambdaHat.Sampling;
using LambdaHat.Tests.Losses;

namespace LambdaHat.Tests.Sampling;

/// <summary>What single samplers promise beyond the law that all have.</summary>
public sealed class SamplerContractTests
{
    private static readonly GaussianProblem s_problem = new(200, 60);

    // The same equation in one pass and in coordinates: roundings apart, the same chain.
    [Fact]
    public void Sgld_in_a_diagonal_metric_is_the_fused_one()
    {
        using var fused = new SgldSampler(s_problem.Target, s_problem.AllSamples(), [0.5], 1e-3, 5, 3, 1);
        using var plain = new PreconditionedSgld(s_problem.Target, s_problem.AllSamples(), new DiagonalMetric(s_problem.Sampled, [0.5]), 1e-3, 5, 3, 1);
        for (var step = 0; step < 40; step++)
        {
            var (a, b) = (fused.Step(step), plain.Step(step));
            Assert.Equal(a.Excess, b.Excess, 1e-3);
            Assert.Equal(a.Acceptance, b.Acceptance, 1e-3);
            Assert.Equal(step % 5 == 0, double.IsFinite(b.Acceptance));
        }
        Assert.Equal(fused.SampleGradients, plain.SampleGradients);
        Assert.Equal(0, fused.Position.ToArray().Zip(plain.Position.ToArray(), (a, b) => Math.Abs(a - b)).Max(), 1e-5);
    }

    // Noisy gradients heat SGLD by 1 + ε·σ²/4 in units of its own noise; the thermostat takes the heat out again: its friction rises above A, and the mean energy stays.
    [Fact]
    public void The_thermostat_makes_up_for_gradient_noise()
    {
        var data = new LinearRegressionData([4, 3], 4, 400, 1.0, 3);
        float[] minimum = LinearRegressionData.Floats(data.LeastSquares());
        var objective = new NetworkObjective(data.Network, SquaredError.Mean, data.Data, minimum);
        var sampled = ParameterSelection.All(objective.Blocks);
        var target = new Target(objective, sampled, 200, 60);
        const int batch = 5;
        var step = 0.3 / Math.Sqrt(s_problem.Stiffest);
        double Mean(Sampler sampler, out double error)
        {
            // Over all samples, so that the energy of the minibatch does not count.
            using var all = objective.CreateEvaluator(400, sampled);
            all.SelectMinibatch(1, 0, 0);
            var trace = new double[30_000];
            for (var t = 0; t < trace.Length; t++)
            {
                trace[t] = 200 * (all.Loss(sampler.Position) - objective.CenterLoss);
                sampler.Step(t);
            }
            var mean = MonteCarloMean.Of([trace[1000..]]);
            error = mean.StandardError;
            return mean.Mean;
        }

        const double diffusion = 20;
        using var thermostat = new Sgnht(target, objective.CreateEvaluator(batch, sampled), new DiagonalMetric(sampled), step, 1, 0, diffusion);
        using var sgld = new SgldSampler(target, objective.CreateEvaluator(batch, sampled), [1.0], step * step, 0, 1, 0);
        var expected = s_problem.Energy(s_problem.Precision.Inverse()).Mean;
        var heated = Mean(sgld, out _);
        var kept = Mean(thermostat, out var error);
        Assert.True(heated > 1.15 * expected, $"SGLD at {heated} of {expected} is not hot enough for a test");
        Assert.True(thermostat.Friction > diffusion, $"{thermostat.Friction}");
        // One friction for all directions leaves differences between them: a fifth of what it takes away.
        Assert.InRange(kept, expected - (4 * error), expected + (4 * error) + (0.2 * (heated - expected)));
    }

    [Fact]
    public void What_a_sampler_cannot_do_is_refused()
    {
        var boxed = new Target(s_problem.Objective, s_problem.Sampled, 200, 60) { Box = 1 };
        Assert.Contains("diagonal", Assert.Throws<InvalidInputException>(() => new Sgnht(boxed, s_problem.AllSamples(), s_problem.Kronecker(0), 0.1, 1, 0)).Message, StringComparison.Ordinal);
        Assert.Contains("-1", Assert.Throws<InvalidInputException>(() => new Sgnht(s_problem.Target, s_problem.AllSamples(), new DiagonalMetric(s_problem.Sampled), 0.1, 1, 0, -1)).Message, StringComparison.Ordinal);
        Assert.Contains("0", Assert.Throws<InvalidInputException>(() => new Hmc(s_problem.Target, s_problem.AllSamples(), new DiagonalMetric(s_problem.Sampled), 0.1, 1, 0, 0)).Message, StringComparison.Ordinal);
        Assert.Contains("linear", Assert.Throws<InvalidInputException>(() => new GibbsSampler(s_problem.Target, 1, 0)).Message, StringComparison.Ordinal);
        var linear = new Target(s_problem.Linear, s_problem.Sampled, 200, 60) { Box = 2 };
        Assert.Contains("box", Assert.Throws<InvalidInputException>(() => new GibbsSampler(linear, 1, 0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Gibbs_sampling_takes_its_layers_and_their_localisation_from_the_target()
    {
        var data = new LinearRegressionData([4, 3, 5], 4, 50, 0.2, 3);
        var objective = new LinearNetworkObjective(data.Network, SquaredError.Mean, data.Data, data.Center);
        using var sampler = new GibbsSampler(new Target(objective, ParameterSelection.Matching(objective.Blocks, ["1.*"]), 30, [7.0]), 5, 2);
        var layers = new GibbsByLayers(objective, 30, [1, 7], 5, 2, [false, true]);
        var w = new float[objective.Dimension];
        for (var step = 0; step < 3; step++)
        {
            Assert.Equal(layers.Sweep(step), sampler.Step(step).Excess);
            layers.CopyTo(w);
            Assert.Equal(w, sampler.Position);
        }
        sampler.MoveTo(objective.Center);
        Assert.Equal(objective.Center, sampler.Position);
    }
}
