using LambdaHat.Networks;
using LambdaHat.Numerics;
using LambdaHat.Preconditioning;

namespace LambdaHat.Tests.Preconditioning;

/// <summary>The metric of one layer where there is no curvature and nothing localises.</summary>
public sealed class LayerFactorsTests
{
    // The layer below times α and the matrix divided by it: inputs diag(1, 4)·α² and a bias, independent of each other. The matrix's variance follows 1/α², the bias's, ms_W·tr A, does not move.
    [Theory]
    [InlineData(1.0)]
    [InlineData(1e-3)]
    [InlineData(1e3)]
    public void Without_curvature_or_localisation_scales_follow_a_rescaling_of_the_layer_below(double alpha)
    {
        var network = new Network(new Dense(2, 3));
        var layer = LayerFactors.Of(network, ParameterSelection.All(network.Blocks))[0];
        layer.Localise(_ => 0);
        var a = (float)alpha;
        float[] inputs = [a, -a, a, -a, 2 * a, -2 * a, -2 * a, 2 * a], outputs = [.. Enumerable.Repeat(0f, 12)];
        layer.MeasureInputs(new ReadOnlyMatrix(inputs, 2, 4, 4));
        layer.MeasureOutputs(new ReadOnlyMatrix(outputs, 3, 4, 4));
        // Mean square 0.25/α² of the matrix; the bias at 7 must not count.
        float[] center = [0.5f / a, -0.5f / a, 0.5f / a, 0.5f / a, 0.5f / a, -0.5f / a, 7, 7, 7];
        layer.Decompose(nBeta: 10, c: 1, layer.FlatVariance(center));

        double[] found = [.. layer.Block.Scale.ToArray().Select(r => (double)r * r).Order()];
        double[] expected = [.. Enumerable.Repeat(0.25 / (alpha * alpha), 6), .. Enumerable.Repeat(0.25 * 5, 3)];
        foreach (var (e, f) in expected.Order().Zip(found)) Assert.Equal(1, f / e, 1e-5);
    }

    // Token 0 in 7 samples of 8, token 1 in one, token 2 in none: with minibatches of 4 a token is as steep as two visits of one sample of four show it, at least; without minibatches it is as steep as it is.
    [Theory]
    [InlineData(4, 7 / 8.0, 2 / 4.0, 2 / 4.0)]
    [InlineData(double.PositiveInfinity, 7 / 8.0, 1 / 8.0, 0)]
    public void A_rare_token_is_as_steep_as_the_minibatches_that_have_it_show(double batch, double often, double once, double never)
    {
        double[] seen = [often, once, never];
        const double NBeta = 10, Gamma = 0.5, Curvature = 3;
        var network = new Network(new Embedding(3, 1, 1));
        var layer = LayerFactors.Of(network, ParameterSelection.All(network.Blocks))[0];
        layer.Batch = batch;
        layer.Localise(_ => Gamma);
        layer.MeasureInputs(new ReadOnlyMatrix([0, 0, 0, 0, 0, 0, 0, 1], 1, 8, 8));
        layer.MeasureOutputs(new ReadOnlyMatrix([.. Enumerable.Repeat((float)Math.Sqrt(Curvature), 8)], 1, 8, 8));
        layer.Decompose(NBeta, c: 1, flatVariance: 0);
        for (var token = 0; token < 3; token++) Assert.Equal(1, layer.Block.Scale[token] * Math.Sqrt((NBeta * Curvature * seen[token]) + Gamma), 1e-5);
    }

    // Two independent inputs, ±1 and, once in 32 samples, ±8: second moments 1 and 2, kurtoses 1 and 32. One of a minibatch of 16 makes the second 8²/16 = 4 = 2·32/16 and counts twice.
    [Fact]
    public void A_rare_input_is_as_steep_as_the_minibatches_that_have_it_show()
    {
        const int Samples = 64;
        var network = new Network(new Dense(2, 1, bias: false));
        var layer = LayerFactors.Of(network, ParameterSelection.All(network.Blocks))[0];
        layer.Batch = 16;
        layer.Localise(_ => 1);
        var inputs = new float[2 * Samples];
        for (var s = 0; s < Samples; s++) inputs[s] = s % 2 == 0 ? 1 : -1;
        (inputs[Samples], inputs[Samples + 2]) = (8, -8);
        layer.MeasureInputs(new ReadOnlyMatrix(inputs, 2, Samples, Samples));
        layer.MeasureOutputs(new ReadOnlyMatrix([.. Enumerable.Repeat(1f, Samples)], 1, Samples, Samples));
        layer.Decompose(nBeta: 10, c: 1, flatVariance: 0);
        double[] precisions = [.. layer.Block.Scale.ToArray().Select(r => 1 / ((double)r * r)).Order()];
        Assert.Equal(11, precisions[0], 1e-4);
        Assert.Equal(81, precisions[1], 1e-3);
    }
}
