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
        layer.Gamma = 0;
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
}
