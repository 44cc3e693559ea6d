using LambdaHat.Data;
using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;
using LambdaHat.Sampling;

namespace LambdaHat.Tests.Sampling;

/// <summary>What the noise of minibatch gradients adds to plain SGLD, on y = noise at w* = 0, where a sample's gradient is −2·y·x: the closed form knows all.</summary>
public sealed class GradientNoiseTests
{
    private const int Inputs = 3, Samples = 4000;
    private const double NBeta = 480, Gamma = 1;

    private readonly float[] _x = new float[Samples * Inputs], _y = new float[Samples];
    private readonly NetworkObjective _objective;

    public GradientNoiseTests()
    {
        GaussianNoise.Fill(new RandomStream(5, RandomPurpose.Data, 0, 0), _x);
        GaussianNoise.Fill(new RandomStream(5, RandomPurpose.Data, 1, 0), _y);
        // Every sample twice, with opposite targets: w* = 0 is the fit exactly.
        for (var s = 0; s < Samples; s += 2)
        {
            for (var i = 0; i < Inputs; i++) _x[((s + 1) * Inputs) + i] = _x[(s * Inputs) + i];
            _y[s + 1] = -_y[s];
        }
        _objective = new NetworkObjective(new Network(new Dense(Inputs, 1, bias: false)), SquaredError.Mean, new ArrayDataSet(_x, Inputs, _y, 1), new float[Inputs]);
    }

    // Σ_i Var[∂_iℓ] of one sample.
    private double Noise => Enumerable.Range(0, Samples).Sum(s => Enumerable.Range(0, Inputs).Sum(i => Math.Pow(2.0 * _y[s] * _x[(s * Inputs) + i], 2))) / Samples;

    [Fact]
    public void It_is_the_variance_of_the_gradient_times_the_step()
    {
        const int Batch = 20, Chains = 200;
        const double StepSize = 1e-4, P = 2;
        var target = new Target(_objective, ParameterSelection.All(_objective.Blocks), NBeta, Gamma);
        var values = new double[Chains];
        for (var c = 0; c < Chains; c++)
        {
            using var sampler = new SgldSampler(target, _objective.CreateEvaluator(Batch, target.Sampled), [P], StepSize, 0, 1, c);
            values[c] = sampler.GradientNoiseEffect();
        }
        var mean = values.Average();
        var error = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (Chains - 1) / Chains);
        Assert.InRange(error / mean, 0, 0.03);
        Assert.Equal(StepSize * NBeta * NBeta / 8 * P * Noise / Batch, mean, 4 * error);
    }

    // What it says is what the chain gives above its closed form without noise, and the verdict goes by it.
    [Theory]
    [InlineData(4, Verdict.StepTooLarge)]
    [InlineData(1000, Verdict.Converged)]
    public void A_chain_that_it_inflates_is_not_converged(int batch, Verdict expected)
    {
        const double Curvature = 2 * NBeta, StepSize = 0.02 / Curvature;
        var estimate = LearningCoefficient.Estimate(_objective, new EstimationOptions { Sampler = "sgld", StepSize = StepSize, Steps = 200_000, BurnIn = 0.1, BatchSize = batch, NBeta = NBeta, Gamma = Gamma, Seed = 3 });
        Assert.Equal(expected, estimate.Verdict);
        Assert.Equal(expected != Verdict.Converged, estimate.Reasons.Any(r => r.Contains("the noise of gradients", StringComparison.Ordinal)));
        var added = StepSize * NBeta * NBeta / 8 * Noise / batch;
        // ½ a direction, by curvatures that are 2·NBeta on average and the step's own share, both within 2 %.
        Assert.Equal(1.5 + added, estimate.LambdaHat, (4 * estimate.StandardError) + (0.03 * (1.5 + added)));
        Assert.Equal(added, estimate.Evidence.GradientNoise, 0.4 * added);
    }
}
