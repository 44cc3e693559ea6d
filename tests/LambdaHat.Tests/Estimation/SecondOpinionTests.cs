using LambdaHat.Data;
using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Networks;

namespace LambdaHat.Tests.Estimation;

/// <summary>What the second opinion says of the samples that it looked at.</summary>
public sealed class SecondOpinionTests
{
    // 1,600 parameters: beyond all eigenvalues, and some 13,000 samples are what a few seconds allow.
    [Theory]
    [InlineData(1000, false)]
    [InlineData(30_000, true)]
    public void A_curvature_of_a_part_of_the_samples_says_so(int n, bool partial)
    {
        var network = new Network(new Dense(38, 38), new Relu(38), new Dense(38, 3));
        float[] w = [.. Enumerable.Range(0, network.Dimension).Select(i => 0.2f * MathF.Sin(i * i))], x = [.. Enumerable.Range(0, 38 * n).Select(i => MathF.Cos(i * 0.71f))];
        var objective = RealisableData.Behavioural(new NetworkObjective(network, SquaredError.Sum, new ArrayDataSet(x, 38, new float[3 * n], 3), w));
        var estimate = LearningCoefficient.Estimate(objective, new EstimationOptions { Sampler = "sgld", StepSize = 1e-6, Steps = 100, BatchSize = 16, Chains = 1, Gamma = 1000, Threads = 2 });
        var quadratic = estimate.Evidence.Quadratic!;
        Assert.Equal((partial, "stochastic-lanczos"), (quadratic.IsPartial, quadratic.Method));
        if (partial) Assert.InRange(quadratic.Samples, 1000, n - 1);
        else Assert.Equal(n, quadratic.Samples);
    }
}
