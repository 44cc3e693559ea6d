using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;
using LambdaHat.Spectra;
using MathNet.Numerics.LinearAlgebra;

namespace LambdaHat.Tests.Spectra;

/// <summary>Counts of exactly flat directions against explicit flows (dense rank of their generators, kernel of the Jacobian, constant outputs) and against ranks of the Jacobian.</summary>
public sealed class ExactSymmetriesTests
{
    // (ab)²: the manifold {a = 0} of minima would give ¼, but λ = ½: nothing is flat at the origin. Away from it one direction is, and the bounds meet at ½.
    [Theory]
    [InlineData(0, 0, 0, 0.5)]
    [InlineData(2, 0, 1, 0.5)]
    [InlineData(2, 3, 1, 0.5)]
    public void A_product_of_two_numbers(float a, float b, int flat, double upper)
    {
        var network = new Network([new Dense(1, 1, bias: false), new Dense(1, 1, bias: false)]);
        var result = HessianSpectrum.Find(new NetworkObjective(network, SquaredError.Sum, new ArrayDataSet([1, -1], 1, [0, 0], 1), [a, b]), null, null, new SpectrumOptions());
        Assert.Equal((flat, upper), ((int)result.Sharp.Flat.Count, result.Sharp.Upper));
        Assert.InRange(0.5, result.Sharp.Lower, result.Sharp.Upper);
    }

    [Fact]
    public void Every_hidden_unit_of_a_ReLU_network_scales()
    {
        var teacher = ReluTeacher.Draw([5, 7, 6, 3], 4);
        var x = Inputs(200, 5);
        var w = Wide(teacher.Parameters);
        SymmetryFlow[] flows = [.. Rescalings(teacher.Network, w, 0, 2), .. Rescalings(teacher.Network, w, 2, 4)];
        Assert.Equal(new FlatDirections(0, 0, 0, 13), Check(teacher.Network, teacher.Parameters, x, flows));
    }

    // Unit 2 of the first node and unit 1 of the second are never active; input 1 is zero, input 3 is 2.5 throughout, input 4 is the sum of inputs 0 and 2 exactly.
    [Fact]
    public void Dead_units_and_inputs_are_free()
    {
        var teacher = ReluTeacher.Draw([5, 6, 4, 2], 7);
        var (network, w) = (teacher.Network, teacher.Parameters);
        network.Blocks[1].In(w.AsSpan())[2] = -500;
        network.Blocks[3].In(w.AsSpan())[1] = -5000;
        var x = Inputs(200, 5);
        for (var s = 0; s < 200; s++)
        {
            for (var i = 0; i < 3; i += 2) x[(5 * s) + i] = MathF.Round(64 * x[(5 * s) + i]) / 64;
            (x[(5 * s) + 1], x[(5 * s) + 3], x[(5 * s) + 4]) = (0, 2.5f, x[5 * s] + x[(5 * s) + 2]);
        }
        var wide = Wide(w);
        int first = network.Blocks[0].Offset, bias = network.Blocks[1].Offset, second = network.Blocks[2].Offset, third = network.Blocks[4].Offset;
        List<SymmetryFlow> flows = [];
        // Dead: 5 + 1 before, 4 after; then 6 + 1 before, 2 after, with one weight between the two.
        flows.AddRange(SymmetryFlow.Free(wide, [.. Enumerable.Range(first + 10, 5), bias + 2, .. Enumerable.Range(0, 4).Select(o => second + (6 * o) + 2)]));
        flows.AddRange(SymmetryFlow.Free(wide, [.. Enumerable.Range(0, 6).Where(i => i != 2).Select(i => second + 6 + i), network.Blocks[3].Offset + 1, third + 1, third + 5]));
        foreach (var unit in (int[])[0, 1, 3, 4, 5])
        {
            var row = first + (5 * unit);
            flows.Add(SymmetryFlow.Line(wide, (row + 1, 1)));
            flows.Add(SymmetryFlow.Line(wide, (row + 3, 1), (bias + unit, -2.5)));
            flows.Add(SymmetryFlow.Line(wide, (row + 4, 1), (row, -1), (row + 2, -1)));
        }
        flows.AddRange(((int[])[0, 1, 3, 4, 5]).Select(u => SymmetryFlow.Mix(network, wide, 0, 2, u, u)));
        flows.AddRange(((int[])[0, 2, 3]).Select(u => SymmetryFlow.Mix(network, wide, 2, 4, u, u)));
        Assert.Equal(new FlatDirections(10 + 8, 15, 0, 8), Check(network, w, x, [.. flows]));
    }

    // Where the product has no locally constant rank, only the groups between the matrices count: the dense rank of all their generators. At the zero matrices none moves w*.
    [Theory]
    [InlineData(new[] { 4, 3, 5 }, new[] { 2, 1 })]
    [InlineData(new[] { 4, 3, 5, 4 }, new[] { 2, 3, 1 })]
    [InlineData(new[] { 3, 4, 4, 4, 3 }, new[] { 3, 2, 1, 2 })]
    [InlineData(new[] { 3, 3, 3 }, new[] { 0, 0 })]
    [InlineData(new[] { 5, 4, 6, 3 }, new[] { 0, 2, 1 })]
    public void Groups_between_linear_layers_of_low_rank(int[] widths, int[] ranks)
    {
        var teacher = DeepLinearTeacher.Draw(widths, ranks, 3);
        var w = Wide(teacher.Parameters);
        SymmetryFlow[] flows = [.. Enumerable.Range(0, widths.Length - 2).SelectMany(l => SymmetryFlow.Mixtures(teacher.Network, w, l, l + 1))];
        // Ranks at 1e-5: the weights are those of low rank rounded to float32.
        var flat = Check(teacher.Network, teacher.Parameters, Inputs(60, widths[0]), flows, 1e-5);
        Assert.Equal(flat.Count, flat.Products);
    }

    // At matrices of full rank, with or without biases, with inputs that do not span their space: the whole kernel of the Jacobian is flat, and λ is half the rank.
    [Theory]
    [InlineData(new[] { 4, 3, 5 }, new[] { false, false }, 4)]
    [InlineData(new[] { 4, 7, 5 }, new[] { true, true }, 4)]
    [InlineData(new[] { 4, 7, 5 }, new[] { true, false }, 3)]
    [InlineData(new[] { 6, 5, 4, 7 }, new[] { true, false, true }, 3)]
    [InlineData(new[] { 6, 3 }, new[] { true }, 4)]
    [InlineData(new[] { 6, 3 }, new[] { false }, 2)]
    [InlineData(new[] { 8, 8, 8 }, new[] { false, false }, 8)]
    public void The_whole_kernel_of_full_linear_networks(int[] widths, bool[] biased, int spanned)
    {
        var network = new Network([.. biased.Select((b, l) => (Layer)new Dense(widths[l], widths[l + 1], b))]);
        var w = Normal(network.Dimension, 5);
        float[] span = Normal(spanned * widths[0], 6), mixture = Normal(100 * spanned, 7), x = new float[100 * widths[0]];
        // Small integers: the inputs span exactly so many dimensions.
        for (var s = 0; s < 100; s++)
        {
            for (var i = 0; i < widths[0]; i++) x[(s * widths[0]) + i] = Enumerable.Range(0, spanned).Sum(k => MathF.Round(4 * mixture[(s * spanned) + k]) * MathF.Round(4 * span[(k * widths[0]) + i]));
        }
        var data = new ArrayDataSet(x, widths[0], new float[100 * widths[^1]], widths[^1]);
        Assert.Equal(network.Dimension - JacobianRank(network, data, w), ExactSymmetries.Find(network, data, w).Count);
    }

    // The first matrix is zero, and yet the product is a submersion, since those after it reach every output: the whole kernel is flat, more than the 42 directions of the groups.
    [Fact]
    public void A_zero_matrix_below_matrices_of_full_rank()
    {
        var teacher = DeepLinearTeacher.Draw([5, 4, 6, 3], [0, 4, 3], 3);
        var data = new ArrayDataSet(Inputs(60, 5), 5, new float[180], 3);
        Assert.Equal(15, JacobianRank(teacher.Network, data, teacher.Parameters));
        Assert.Equal(teacher.Network.Dimension - 15, ExactSymmetries.Find(teacher.Network, data, teacher.Parameters).Products);
    }

    // An embedding of 5 integers and the dense layer after it, wider and narrower than the integers are many; one integer never occurs.
    [Theory]
    [InlineData(7, false)]
    [InlineData(7, true)]
    [InlineData(3, true)]
    public void An_embedding_and_its_dense_layer(int dimension, bool biased)
    {
        var network = new Network([new Embedding(6, dimension, 2), new Dense(2 * dimension, 6, biased)]);
        float[] w = Normal(network.Dimension, 2), x = [.. Enumerable.Range(0, 25).SelectMany(p => (float[])[p / 5, p % 5])];
        var data = new ArrayDataSet(x, 2, new float[25 * 6], 6);
        var flat = ExactSymmetries.Find(network, data, w);
        var kernel = network.Dimension - JacobianRank(network, data, w);
        Assert.True(flat.Inputs >= dimension);
        if (dimension == 7) Assert.Equal(kernel, flat.Count);
        else Assert.InRange(flat.Count, dimension + (dimension * dimension), kernel);
    }

    // The network of the modular-addition task: 72,320 weights act through 27,136 numbers, 2·256 of which the biases make up for; 256 units scale.
    [Fact]
    public void The_modular_addition_network_has_45952_flat_directions()
    {
        var network = new Network([new Embedding(53, 128, 2), new Dense(256, 256), new Relu(256), new Dense(256, 53)]);
        Assert.Equal(86197, network.Dimension);
        float[] w = Normal(network.Dimension, 1), x = [.. Enumerable.Range(0, 53 * 53).SelectMany(p => (float[])[p / 53, p % 53])];
        Assert.Equal(new FlatDirections(0, 512, 45184, 256), ExactSymmetries.Find(network, new ArrayDataSet(x, 2, new float[53 * 53], 1), w));
    }

    [Fact]
    public void Smooth_functions_have_none_and_a_kink_stops_the_count()
    {
        var smooth = new Network([new Dense(3, 4), new Tanh(4), new Dense(4, 2)]);
        var data = new ArrayDataSet(Inputs(50, 3), 3, new float[100], 2);
        Assert.Equal(0, ExactSymmetries.Find(smooth, data, Normal(smooth.Dimension, 1)).Count);
        var relu = new Network([new Dense(3, 4), new Relu(4), new Dense(4, 2)]);
        var flat = ExactSymmetries.Find(relu, data, new float[relu.Dimension]);
        Assert.Equal(0, flat.Count);
        Assert.Contains("kink", flat.Problem, StringComparison.Ordinal);
    }

    private static IEnumerable<SymmetryFlow> Rescalings(Network network, double[] w, int before, int after) =>
        Enumerable.Range(0, network.Layers[before].Layer.Outputs).Select(u => SymmetryFlow.Mix(network, w, before, after, u, u));

    // The count is the rank of the generators; each of them lies in the kernel of J, and finite flows leave the outputs as they are.
    private static FlatDirections Check(Network network, float[] w, float[] x, SymmetryFlow[] flows, double rankTolerance = 1e-6)
    {
        var samples = x.Length / network.Inputs;
        var data = new ArrayDataSet(x, network.Inputs, new float[samples * network.Outputs], network.Outputs);
        var jacobian = Matrix<double>.Build.Dense(network.Dimension, samples * network.Outputs, new ExactJacobian(network, data, w).Assemble()).Transpose();
        var generators = Matrix<double>.Build.DenseOfColumnArrays(flows.Select(f => f.Generator()));
        // A central difference of 1/(1 + t) has an error of 1e-8 of the weights; dead units have weights of 5000.
        Assert.InRange((jacobian * generators).L2Norm(), 0, 1e-7 * jacobian.FrobeniusNorm() * Math.Max(generators.FrobeniusNorm(), 1e-30));
        foreach (var flow in flows)
        {
            var moved = flow.At(0.01);
            for (var s = 0; s < samples; s += 13)
            {
                var sample = x[(s * network.Inputs)..((s + 1) * network.Inputs)];
                double[] before = SymmetryFlow.Outputs(network, Wide(w), sample), after = SymmetryFlow.Outputs(network, moved, sample);
                // Sums of some ten terms of up to 1e4 through three layers.
                for (var o = 0; o < before.Length; o++) Assert.Equal(before[o], after[o], 1e-9);
            }
        }
        var values = generators.Svd(computeVectors: false).S;
        var flat = ExactSymmetries.Find(network, data, w);
        Assert.Null(flat.Problem);
        Assert.Equal(values[0] > 0 ? values.Count(v => v > rankTolerance * values[0]) : 0, flat.Count);
        return flat;
    }

    private static int JacobianRank(Network network, DataSet data, float[] w)
    {
        var values = Matrix<double>.Build.Dense(network.Dimension, data.Count * network.Outputs, new ExactJacobian(network, data, w).Assemble()).Svd(computeVectors: false).S;
        return values.Count(v => v > 1e-9 * values[0]);
    }

    private static double[] Wide(float[] w) => [.. w.Select(v => (double)v)];

    private static float[] Normal(int count, ulong seed)
    {
        var values = new float[count];
        GaussianNoise.Fill(new RandomStream(seed, RandomPurpose.Initialisation, 0, 0), values);
        return values;
    }

    private static float[] Inputs(int samples, int width) => [.. Normal(samples * width, 11).Select(v => 3 * v)];

    // Products of 20 × 20 matrices: 400 of 800 directions are flat, and a cut-off by projection at k = 723 counts some of them.
    [Fact]
    public void A_rank_that_counts_flat_directions_is_not_believed()
    {
        var bounds = SharpBounds.SecondOrder(new RankBounds(800, 723), new FlatDirections(0, 0, 400, 0));
        Assert.False(bounds.IsExact);
        Assert.Equal((361.5, 380.75), (bounds.Lower, bounds.Upper));
        Assert.Contains("(d − d_flat)/2 = 200", bounds.Reason, StringComparison.Ordinal);
        var rank = SharpBounds.SecondOrder(new RankBounds(800, 400), new FlatDirections(0, 0, 400, 0));
        Assert.True(rank.IsExact);
        Assert.Equal((200, 200, null), (rank.Lower, rank.Upper, rank.Reason));
    }
}
