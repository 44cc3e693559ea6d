using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;
using LambdaHat.Sampling;

namespace LambdaHat.Tests.Sampling;

public sealed class LangevinUpdateTests
{
    private static readonly RandomStream s_noise = new(11, RandomPurpose.Noise, 1, 2);

    [Theory]
    [InlineData(0, 1000)]
    [InlineData(0, 64)]
    [InlineData(3, 61)]
    [InlineData(60, 70)]
    [InlineData(64, 128)]
    [InlineData(65, 900)]
    [InlineData(10, 10)]
    [InlineData(127, 129)]
    public void Moves_a_range_as_the_equation_says_and_nothing_else(int start, int end)
    {
        const double step = 1e-3, p = 2.5, nBeta = 700, gamma = 3;
        var random = new Random(start + (1000 * end));
        float[] Draw() => [.. Enumerable.Range(0, 1000).Select(_ => (float)(random.NextDouble() - 0.5))];
        float[] w = Draw(), center = Draw(), gradient = Draw(), z = new float[1000], result = [.. w];
        GaussianNoise.Fill(s_noise, z);
        LangevinUpdate.Sgld(step, p, nBeta, gamma).Apply(w, center, gradient, result, start, end, s_noise);
        for (var i = 0; i < 1000; i++)
        {
            var drift = (nBeta * (double)gradient[i]) + (gamma * ((double)w[i] - center[i]));
            var expected = i < start || i >= end ? w[i] : w[i] - (step / 2 * p * drift) + (Math.Sqrt(step * p) * z[i]);
            Assert.Equal(expected, result[i], 4 * 6e-8 * (1 + Math.Abs(drift) * step * p + Math.Sqrt(step * p) * Math.Abs(z[i])));
        }
    }

    [Fact]
    public void In_place_equals_out_of_place()
    {
        var w = Enumerable.Range(0, 333).Select(i => MathF.Sin(i)).ToArray();
        var gradient = w.Select(x => x * x).ToArray();
        var center = new float[333];
        var result = new float[333];
        var update = LangevinUpdate.Sgld(0.01, 1, 10, 1);
        update.Apply(w, center, gradient, result, 0, 333, s_noise);
        update.Apply(w, center, gradient, w, 0, 333, s_noise);
        Assert.Equal(result, w);
    }

    // The two rows of acceptances worked out by hand for U = ½‖w‖² + …, given as (w, ∇U, U) → (w', ∇U', U').
    [Theory]
    [InlineData(new[] { 0f, 0 }, new[] { 0f, 0 }, 0.0, new[] { 1.5f, 5.5f }, new[] { 1.5f, 5.5f }, 16.25, 0.1, 0.6661436)]
    [InlineData(new[] { 1f, 1 }, new[] { 1f, 1 }, 1.0, new[] { 1.5f, 0.5f }, new[] { 1.5f, 0.5f }, 1.25, 0.5, 0.9692332)]
    public void Acceptance_equals_the_hand_computed_one(float[] w, float[] gradient, double u, float[] v, float[] newGradient, double newU, double step, double expected)
    {
        var objective = new PolynomialObjective([], new float[2], 1000);
        var kernel = new Sgld(new Target(objective, ParameterSelection.All(objective.Blocks), nBeta: 1, gamma: 0), [1.0], step);
        var ratio = kernel.LogMetropolisRatio(new float[2], w, u, gradient, v, newU, newGradient);
        Assert.Equal(expected, Math.Exp(Math.Min(0, ratio)), 5e-8);
    }

    [Fact]
    public void Metropolis_ratio_equals_the_densities_written_out_with_preconditioner_and_localisation()
    {
        const double step = 0.2, nBeta = 1.7, gamma = 0.6;
        double[] p = [0.5, 2];
        float[] center = [0.1f, -0.2f], w = [0.7f, 0.4f], g = [1.1f, -0.3f], v = [0.2f, 0.9f], h = [0.4f, 0.8f];
        const double loss = 0.9, newLoss = 0.75;
        var objective = new PolynomialObjective([], center, 1000);
        var sampled = ParameterSelection.All([new ParameterBlock("a", [1], 0, 1), new ParameterBlock("b", [1], 1, 1)]);
        var ratio = new Sgld(new Target(objective, sampled, nBeta, gamma), p, step).LogMetropolisRatio(center, w, loss, g, v, newLoss, h);

        double Potential(float[] x, double l) => (nBeta * l) + (gamma / 2 * (Math.Pow(x[0] - center[0], 2) + Math.Pow(x[1] - center[1], 2)));
        double LogDensity(float[] to, float[] from, float[] gradient) => Enumerable.Range(0, 2).Sum(i =>
            MathNet.Numerics.Distributions.Normal.PDFLn(from[i] - (step / 2 * p[i] * ((nBeta * gradient[i]) + (gamma * (from[i] - center[i])))), Math.Sqrt(step * p[i]), to[i]));
        Assert.Equal(Potential(w, loss) - Potential(v, newLoss) + LogDensity(w, v, h) - LogDensity(v, w, g), ratio, 1e-6);
    }
}
