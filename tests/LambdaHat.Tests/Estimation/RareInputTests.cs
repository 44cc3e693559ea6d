using LambdaHat.Data;
using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Tests.Estimation;

/// <summary>Inputs that few minibatches have, on losses that are exactly quadratic: tokens of a Zipf law, most of them seen once or twice.</summary>
public sealed class RareInputTests
{
    private const int Vocabulary = 100, Samples = 5000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Rare_tokens_count_in_full(ulong seed)
    {
        var (tokens, targets, counts) = (new float[Samples], new float[Samples], new int[Vocabulary]);
        float[] uniform = new float[Samples], noise = new float[Samples], truth = new float[Vocabulary];
        new RandomStream(seed, RandomPurpose.Data, 0, 0).FillUniform(uniform);
        GaussianNoise.Fill(new RandomStream(seed, RandomPurpose.Data, 1, 0), noise);
        GaussianNoise.Fill(new RandomStream(seed, RandomPurpose.Initialisation, 0, 0), truth);
        var law = Enumerable.Range(1, Vocabulary).Select(t => 1.0 / (t * t)).ToArray();
        var sums = new double[Vocabulary];
        for (var s = 0; s < Samples; s++)
        {
            // Each token once, the others by the law.
            var token = s < Vocabulary ? s : 0;
            if (s >= Vocabulary) for (var left = uniform[s] * law.Sum(); token < Vocabulary - 1 && (left -= law[token]) > 0;) token++;
            (tokens[s], targets[s]) = (token, (50 * truth[token]) + (0.1f * noise[s]));
            counts[token]++;
            sums[token] += targets[s];
        }
        float[] center = [.. sums.Select((sum, t) => (float)(sum / counts[t]))];
        var objective = new NetworkObjective(new Network(new Embedding(Vocabulary, 1, 1)), SquaredError.Mean, new ArrayDataSet(tokens, 1, targets, 1), center);
        var estimate = LearningCoefficient.Estimate(objective, new EstimationOptions { Seed = seed });
        var (nBeta, gamma) = (estimate.Options.NBeta!.Value, estimate.Options.Gamma!.Value);
        var exact = counts.Sum(c => (2 * nBeta * c / Samples) is var h ? h / (h + gamma) : 0) / 2;
        Assert.Equal(exact, estimate.Evidence.Quadratic!.Value, 1e-3 * exact);
        Assert.Equal(Verdict.Converged, estimate.Verdict);
        Assert.Equal(exact, estimate.LambdaHat, Math.Max(3 * estimate.StandardError, 0.03 * exact));
    }

    [Fact]
    public void A_network_without_parameters_is_refused()
    {
        var objective = new NetworkObjective(new Network(new Identity(1)), SquaredError.Mean, new ArrayDataSet([1, 2], 1, [1, 2], 1), []);
        Assert.Contains("no parameters", Assert.Throws<InvalidInputException>(() => LearningCoefficient.Estimate(objective, new EstimationOptions())).Message, StringComparison.Ordinal);
    }
}
