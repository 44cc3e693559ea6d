using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Preconditioning;
using LambdaHat.Sampling;
using LambdaHat.Tests.Losses;

namespace LambdaHat.Tests.Sampling;

/// <summary>Averaged noise in all coordinates at once, on minibatches: least squares with noisy targets, whose law is a known Gaussian whatever the batch.</summary>
public sealed class AveragedLangevinTests
{
    private const double NBeta = 100, Gamma = 20;
    private readonly LinearRegressionData _data = new([4, 3], 4, 400, noise: 2, seed: 5);

    // Batches of 10 samples give the whitened gradients a variance of order nβ·noise/batch; SGLD at the same step comes out well above the exact energy, so that the test can tell.
    // Factors are measured over all samples with random signs for the outputs: whitened curvatures of 1 ± 0.1, which the noise put in does not know; 1 % allowed.
    [Fact]
    public void Minibatch_noise_is_given_up_coordinate_by_coordinate()
    {
        var objective = Minimum();
        var sampled = ParameterSelection.All(objective.Blocks);
        var target = new Target(objective, sampled, NBeta, Gamma);
        var expected = Exact();
        var langevin = Run(c => new AveragedLangevin(target, objective.CreateEvaluator(10, sampled), Metric(objective, target), 0.4, 3, c), out var minibatch);
        Assert.InRange(langevin.Mean, expected - (4 * langevin.StandardError) - (0.01 * expected), expected + (4 * langevin.StandardError) + (0.01 * expected));
        Assert.True(langevin.StandardError < 0.03 * expected, $"the error {langevin.StandardError} is too large to tell");
        Assert.True(minibatch > 0.5 * expected, $"minibatches add {minibatch}");
        var sgld = Run(c => new PreconditionedSgld(target, objective.CreateEvaluator(10, sampled), Metric(objective, target), 0.4, 0, 3, c), out _);
        Assert.True(sgld.Mean > expected + (10 * sgld.StandardError), $"SGLD gives {sgld.Mean} ± {sgld.StandardError}");
    }

    // With all samples there is no noise to measure, and nothing is spent on it.
    [Fact]
    public void All_samples_have_no_noise()
    {
        var objective = Minimum();
        var sampled = ParameterSelection.All(objective.Blocks);
        var target = new Target(objective, sampled, NBeta, Gamma);
        using var sampler = new AveragedLangevin(target, objective.CreateEvaluator(400, sampled), Metric(objective, target), 0.4, 3, 0);
        for (var step = 0; step < 100; step++) sampler.Step(step);
        Assert.Equal((0, 0, 100 * 400L), (sampler.GradientNoise, sampler.MinibatchVariance, sampler.SampleGradients));
        Assert.True(double.IsPositiveInfinity(sampler.StepLimit));
    }

    private NetworkObjective Minimum() => new(_data.Network, SquaredError.Mean, _data.Data, LinearRegressionData.Floats(_data.LeastSquares()));

    // ½ Σ p over the eigenvalues of (2/3)·1 ⊗ Σ_xx.
    private double Exact()
    {
        var second = (_data.X * _data.X.Transpose() * (2.0 / 3 / _data.Data.Count)).Evd(MathNet.Numerics.LinearAlgebra.Symmetricity.Symmetric).EigenValues;
        return 3 * second.Sum(h => NBeta * h.Real / ((NBeta * h.Real) + Gamma)) / 2;
    }

    private static KroneckerMetric Metric(NetworkObjective objective, Target target) =>
        new(new KroneckerFactors(objective, target.Sampled, 400), target.Sampled, objective.Center, NBeta, target.Gammas, new KroneckerMetricOptions { WarmUp = 500 });

    private static MonteCarloMean Run(Func<int, Sampler> create, out double minibatch)
    {
        var noise = 0.0;
        double[][] traces = [.. Enumerable.Range(0, 4).Select(c =>
        {
            using var chain = new Chain(create(c), new ChainOptions());
            chain.Run(20_000, null, default);
            noise += chain.Sampler.MinibatchVariance / 4;
            return chain.Trace.Skip(1000).ToArray();
        })];
        minibatch = noise;
        return MonteCarloMean.Of(traces);
    }
}
