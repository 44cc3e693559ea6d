using LambdaHat.Data;
using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Networks;

namespace LambdaHat.Tests.Estimation;

/// <summary>
/// y = w·x + noise with x = ±1: the minibatch gradient is the true one plus additive noise of variance σ²/B, the case in which the effect of the batch
/// size on SGLD is known exactly.
/// </summary>
public sealed class BatchSizeTests
{
    private const int SampleCount = 2000;
    private const double NBeta = 200, Gamma = 20;

    // A draw is worth half of one that is independent (the factor of a step is 1 − εs/2 = 0.58), an energy spreads by √2 of its mean: an error of 1 % from 48,000 draws, where batches of 64, 16 and 4
    // add 31 %, 125 % and 500 % and the step itself 27 %.
    [Theory]
    [InlineData(4)]
    [InlineData(16)]
    [InlineData(64)]
    [InlineData(SampleCount)]
    public void The_inflation_by_minibatch_noise_is_the_formula(int batchSize)
    {
        const double stepSize = 2e-3, curvature = 2;
        var (objective, gradientVariance) = NoisyLine();
        var estimate = LearningCoefficient.Estimate(objective, new EstimationOptions
        {
            Sampler = "sgld",
            NBeta = NBeta,
            Gamma = Gamma,
            StepSize = stepSize,
            BatchSize = batchSize,
            Steps = 13_000,
            BurnIn = 1000,
            Chains = 4,
            AcceptanceEvery = 0,
        });
        var s = (NBeta * curvature) + Gamma;
        // ½·nβh/(s(1 − εs/4)) · [1 + ε(nβ)²σ²/(4B)]; all samples at once have no noise.
        var noise = batchSize == SampleCount ? 0 : stepSize * NBeta * NBeta * gradientVariance / (4 * batchSize);
        var expected = 0.5 * NBeta * curvature / (s * (1 - (stepSize * s / 4))) * (1 + noise);
        Assert.InRange(estimate.LambdaHat, expected - (4 * estimate.StandardError), expected + (4 * estimate.StandardError));
        Assert.True(estimate.StandardError < 0.05 * expected, $"the error {estimate.StandardError} is too large to tell");
    }

    [Fact]
    public void The_paired_baseline_has_a_smaller_spread_than_the_loss_of_the_whole_data_set()
    {
        var (objective, _) = NoisyLine();
        using var evaluator = objective.CreateEvaluator(50, ParameterSelection.All(objective.Blocks));
        var w = objective.Center.ToArray();
        w[0] += 0.05f;
        List<double> paired = [], whole = [];
        for (var step = 0; step < 2000; step++)
        {
            evaluator.SelectMinibatch(1, 0, step);
            var loss = evaluator.Loss(w);
            paired.Add(loss - evaluator.CenterLoss);
            whole.Add(loss - objective.CenterLoss);
        }
        // The same mean, L_n(w) − L_n(w*) = 0.05² at the least-squares point.
        Assert.InRange(paired.Average(), 0.0025 - (4 * Spread(paired) / Math.Sqrt(2000)), 0.0025 + (4 * Spread(paired) / Math.Sqrt(2000)));
        Assert.InRange(whole.Average(), 0.0025 - (4 * Spread(whole) / Math.Sqrt(2000)), 0.0025 + (4 * Spread(whole) / Math.Sqrt(2000)));
        Assert.True(Spread(paired) < 0.2 * Spread(whole));
    }

    private static double Spread(List<double> values) => Math.Sqrt(values.Average(v => Math.Pow(v - values.Average(), 2)));

    // With the variance over the samples of the gradient −2·x·e of one sample's loss at the least-squares point.
    private static (NetworkObjective Objective, double GradientVariance) NoisyLine()
    {
        var random = new Random(3);
        float[] x = new float[SampleCount], y = new float[SampleCount];
        for (var i = 0; i < SampleCount; i++)
        {
            x[i] = i % 2 == 0 ? 1 : -1;
            y[i] = (0.7f * x[i]) + (0.5f * (float)MathNet.Numerics.Distributions.Normal.Sample(random, 0, 1));
        }
        var w = (float)x.Zip(y, (a, b) => (double)a * b).Average();
        var objective = new NetworkObjective(new Network(new Dense(1, 1, bias: false)), SquaredError.Sum, new ArrayDataSet(x, 1, y, 1), [w]);
        return (objective, x.Zip(y, (a, b) => Math.Pow(2 * a * (b - (w * a)), 2)).Average());
    }
}
