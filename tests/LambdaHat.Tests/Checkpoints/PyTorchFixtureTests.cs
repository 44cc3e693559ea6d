using LambdaHat.Data;
using LambdaHat.Networks;
using LambdaHat.Tests.Data;

namespace LambdaHat.Tests.Checkpoints;

/// <summary>Checkpoints and arrays written by PyTorch and NumPy: Fixtures/pytorch/make_fixture.py.</summary>
public class PyTorchFixtureTests
{
    [Theory]
    [InlineData("mlp", 183, "0.weight (8, 6), 0.bias (8), 2.weight (7, 8), 2.bias (7), 4.weight (5, 7), 4.bias (5), 6.weight (4, 5), 6.bias (4)")]
    [InlineData("embedding", 98, "0.weight (7, 3), 2.weight (5, 6), 2.bias (5), 4.weight (7, 5), 4.bias (7)")]
    public void A_model_saved_by_PyTorch_loads_with_its_names_shapes_and_values(string name, int dimension, string blocks)
    {
        var (network, w, _) = Checkpoint.Load(RepositoryFolder.Fixture("pytorch", name));
        using var arrays = NpzFile.Open(RepositoryFolder.Fixture("pytorch", name, "fixture.npz"));
        Assert.Equal(dimension, network.Dimension);
        Assert.Equal(blocks, string.Join(", ", network.Blocks.Select(b => $"{b.Name} ({string.Join(", ", b.Shape)})")));
        foreach (var block in network.Blocks)
        {
            var sum = block.In(w.AsSpan()).ToArray().Sum(v => (double)v);
            // The recorded sum is a float64 that the reader rounds to float32.
            Assert.Equal(sum, arrays.Read($"{block.Name}_sum").Values.Single(), Math.Abs(sum) * Math.Pow(2, -23));
        }
        foreach (var loss in new[] { "mse", "mse_sum", "cross_entropy" }) Assert.Equal([dimension], arrays.Read($"{loss}_gradient").Shape);
    }

    [Fact]
    public void The_first_layer_of_the_fixture_multiplies_rows_of_the_weight()
    {
        // outputs of Sequential(Linear, GELU, Linear, ReLU, Linear, Tanh, Linear), in float64 from the loaded numbers alone.
        var (_, w, _) = Checkpoint.Load(RepositoryFolder.Fixture("pytorch", "mlp"));
        using var arrays = NpzFile.Open(RepositoryFolder.Fixture("pytorch", "mlp", "fixture.npz"));
        Tensor inputs = arrays.Read("inputs"), outputs = arrays.Read("outputs");
        for (var s = 0; s < inputs.Shape[0]; s++)
        {
            double[] x = [.. inputs.Values.AsSpan(6 * s, 6).ToArray().Select(v => (double)v)];
            var at = 0;
            x = [.. Linear(w, ref at, 8, x).Select(v => 0.5 * v * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (v + (0.044715 * v * v * v)))))];
            x = [.. Linear(w, ref at, 7, x).Select(v => Math.Max(v, 0))];
            x = [.. Linear(w, ref at, 5, x).Select(Math.Tanh)];
            x = Linear(w, ref at, 4, x);
            // Four layers of float32 arithmetic on numbers of order 1.
            for (var i = 0; i < 4; i++) Assert.Equal(x[i], outputs.Values[(4 * s) + i], 5e-6);
        }
    }

    [Fact]
    public void The_embedding_fixture_is_modular_addition_of_all_pairs()
    {
        var config = Checkpoint.Load(RepositoryFolder.Fixture("pytorch", "embedding")).Config;
        using var arrays = NpzFile.Open(RepositoryFolder.Fixture("pytorch", "embedding", "fixture.npz"));
        var data = DataSource.Load(config.Data!, config.Preprocessing, Split.Given);
        Assert.Equal(((ArrayDataSet)data.Train).Inputs, arrays.Read("inputs").Values);
        Assert.Equal("cross-entropy", config.Loss);
    }

    private static double[] Linear(float[] w, ref int at, int outputs, double[] x)
    {
        var y = new double[outputs];
        for (var i = 0; i < outputs; i++)
        {
            y[i] = w[at + (outputs * x.Length) + i];
            for (var j = 0; j < x.Length; j++) y[i] += (double)w[at + (i * x.Length) + j] * x[j];
        }
        at += outputs * (x.Length + 1);
        return y;
    }
}
