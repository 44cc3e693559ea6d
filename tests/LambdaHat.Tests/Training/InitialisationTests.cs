using LambdaHat.Networks;
using LambdaHat.Training;

namespace LambdaHat.Tests.Training;

/// <summary>Bounds, means and variances of the first parameters; tolerances are four standard errors of the sample moments.</summary>
public class InitialisationTests
{
    private const int Inputs = 100, Hidden = 120, Outputs = 50;

    private static readonly Network s_network = new(new Dense(Inputs, Hidden), new Relu(Hidden), new Dense(Hidden, Outputs));

    [Fact]
    public void PyTorch_weights_and_biases_are_uniform_on_the_inverse_root_of_the_fan_in()
    {
        var w = Initialisation.Draw(s_network, InitialisationScheme.PyTorch, 1);
        AssertUniform(Block(w, "0.weight"), 1 / Math.Sqrt(Inputs));
        AssertUniform(Block(w, "0.bias"), 1 / Math.Sqrt(Inputs));
        AssertUniform(Block(w, "2.weight"), 1 / Math.Sqrt(Hidden));
        AssertUniform(Block(w, "2.bias"), 1 / Math.Sqrt(Hidden));
    }

    [Fact]
    public void Xavier_weights_are_uniform_on_both_fans_and_biases_zero()
    {
        var w = Initialisation.Draw(s_network, InitialisationScheme.Xavier, 1);
        AssertUniform(Block(w, "0.weight"), Math.Sqrt(6.0 / (Inputs + Hidden)));
        AssertUniform(Block(w, "2.weight"), Math.Sqrt(6.0 / (Hidden + Outputs)));
        Assert.All(Block(w, "0.bias").Concat(Block(w, "2.bias")), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Gaussian_weights_have_variance_one_over_fan_in_and_biases_zero()
    {
        var w = Initialisation.Draw(s_network, InitialisationScheme.Gaussian, 1);
        AssertMoments(Block(w, "0.weight"), 1.0 / Inputs, kurtosis: 3);
        AssertMoments(Block(w, "2.weight"), 1.0 / Hidden, kurtosis: 3);
        Assert.All(Block(w, "0.bias").Concat(Block(w, "2.bias")), value => Assert.Equal(0, value));
    }

    [Theory]
    [InlineData(InitialisationScheme.PyTorch)]
    [InlineData(InitialisationScheme.Gaussian)]
    public void Embeddings_are_standard_normal(InitialisationScheme scheme) =>
        AssertMoments(Initialisation.Draw(new Network(new Embedding(60, 90, 2)), scheme, 3), 1, kurtosis: 3);

    [Fact]
    public void Xavier_embeddings_are_uniform_on_both_sizes_of_the_table() =>
        AssertUniform(Initialisation.Draw(new Network(new Embedding(60, 90, 2)), InitialisationScheme.Xavier, 3), Math.Sqrt(6.0 / 150));

    [Fact]
    public void The_seed_decides_and_tensors_have_streams_of_their_own()
    {
        var network = new Network(new Dense(8, 8, bias: false), new Dense(8, 8, bias: false));
        var first = Initialisation.Draw(network, InitialisationScheme.Gaussian, 7);
        Assert.Equal(first, Initialisation.Draw(network, InitialisationScheme.Gaussian, 7));
        Assert.NotEqual(first, Initialisation.Draw(network, InitialisationScheme.Gaussian, 8));
        Assert.NotEqual(first[..64], first[64..]);
    }

    private static float[] Block(float[] w, string name) => s_network.Blocks.Single(block => block.Name == name).In(w.AsSpan()).ToArray();

    private static void AssertUniform(float[] values, double bound)
    {
        Assert.All(values, value => Assert.InRange(value, -bound * (1 + 1e-7), bound * (1 + 1e-7)));
        AssertMoments(values, bound * bound / 3, kurtosis: 1.8);
    }

    // The mean has variance σ²/n, the mean square (kurtosis − 1)·σ⁴/n.
    private static void AssertMoments(float[] values, double variance, double kurtosis)
    {
        Assert.Equal(0, values.Average(value => (double)value), 4 * Math.Sqrt(variance / values.Length));
        Assert.Equal(variance, values.Average(value => (double)value * value), 4 * variance * Math.Sqrt((kurtosis - 1) / values.Length));
    }
}
