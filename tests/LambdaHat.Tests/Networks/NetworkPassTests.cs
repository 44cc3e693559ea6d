using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Tests.Networks;

/// <summary>Whole networks: the flat gradient and the directional derivative against each other and against central differences.</summary>
public sealed class NetworkPassTests
{
    public static TheoryData<int[], int> Shapes => new()
    {
        { [3, 5, 2], 7 }, { [1, 1], 1 }, { [4, 17, 9, 3], 33 }, { [20, 6, 11], 64 }, { [2, 3, 4, 5, 6], 16 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_gradient_is_the_slope_of_the_loss(int[] widths, int samples)
    {
        var (network, w, data) = Make(widths, samples);
        var gradient = FullPass.Gradient(network, SquaredError.Sum, data, samples, w);
        foreach (var direction in Directions(network.Dimension))
        {
            var slope = gradient.Zip(direction, (g, v) => g * v).Sum();
            var (difference, error) = Slope(t => FullPass.MeanLoss(network, SquaredError.Sum, data, Along(w, direction, t)));
            Assert.InRange(slope, difference - error, difference + error);
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_tangent_is_the_adjoint_of_the_gradient(int[] widths, int samples)
    {
        var (network, w, data) = Make(widths, samples);
        using var pass = new NetworkPass(network, samples);
        var targets = new float[network.Outputs * NetworkPass.PaddedColumns(samples)];
        data.Read([.. Enumerable.Range(0, samples)], pass.Input, new Matrix(targets, network.Outputs, NetworkPass.PaddedColumns(samples)));
        pass.Forward(w);
        using var jacobian = new NetworkJacobian(network, data, w);
        var tangent = new double[jacobian.Rows];
        foreach (var direction in Directions(network.Dimension))
        {
            // ⟨u, J·v⟩ = ⟨Jᵀ·u, v⟩ for a random u over the outputs of the true samples.
            jacobian.Multiply(direction, tangent, 1);
            var random = new Random(9);
            double left = 0, scale = 0;
            pass.OutputDerivative.Fill(0);
            for (var o = 0; o < network.Outputs; o++)
            {
                for (var s = 0; s < samples; s++)
                {
                    var u = (float)(random.NextDouble() - 0.5);
                    pass.OutputDerivative.Row(o)[s] = u;
                    left += u * tangent[(s * network.Outputs) + o];
                    scale += Math.Abs(u * tangent[(s * network.Outputs) + o]);
                }
            }
            var gradient = new float[network.Dimension];
            pass.Backward(w, gradient);
            var right = gradient.Zip(direction, (g, v) => (double)g * v).Sum();
            scale += gradient.Zip(direction, (g, v) => Math.Abs((double)g * v)).Sum();
            Assert.Equal(left, right, 1e-6 * widths.Max() * (scale + 1e-6));
        }
    }

    [Fact]
    public void A_frozen_layer_is_left_alone_and_the_rest_is_unchanged()
    {
        var (network, w, data) = Make([4, 6, 5, 3], 20);
        var objective = new NetworkObjective(network, SquaredError.Mean, data, w);
        float[] Gradient(params string[] patterns)
        {
            using var evaluator = objective.CreateEvaluator(20, ParameterSelection.Matching(network.Blocks, patterns));
            var gradient = Enumerable.Repeat(float.NaN, network.Dimension).ToArray();
            evaluator.LossAndGradient(w, gradient);
            return gradient;
        }
        var whole = Gradient();
        foreach (var (pattern, layer) in new[] { ("0.*", 0), ("2.*", 2), ("4.weight", 4) })
        {
            var partial = Gradient(pattern);
            var range = network.ParameterRange(layer);
            Assert.Equal(whole[range], partial[range]);
            for (var i = 0; i < partial.Length; i++) Assert.Equal(i < range.Start.Value || i >= range.End.Value, float.IsNaN(partial[i]));
        }
    }

    [Fact]
    public void A_batch_beyond_a_chunk_is_the_sum_of_its_chunks()
    {
        const int samples = 4096 + 500;
        var (network, w, data) = Make([3, 4, 2], samples);
        var shifted = w.Select(x => x + 0.01f).ToArray();
        using var evaluator = new NetworkObjective(network, SquaredError.Sum, data, w).CreateEvaluator(samples, ParameterSelection.All(network.Blocks));
        var gradient = new float[network.Dimension];
        var loss = evaluator.LossAndGradient(shifted, gradient);
        Assert.Equal(FullPass.MeanLoss(network, SquaredError.Sum, data, shifted), loss, 1e-12 * loss);
        var expected = FullPass.Gradient(network, SquaredError.Sum, data, samples, shifted);
        var scale = expected.Max(Math.Abs);
        for (var i = 0; i < gradient.Length; i++) Assert.Equal(expected[i], gradient[i], 1e-5 * scale);
    }

    [Fact]
    public void A_ReLU_teacher_fits_its_own_data()
    {
        var teacher = ReluTeacher.Draw([10, 20, 20, 10], seed: 3);
        Assert.Equal(850, teacher.Network.Dimension);
        var data = RealisableData.Draw(teacher.Network, teacher.Parameters, 1000, seed: 4);
        Assert.Equal(0, FullPass.MeanLoss(teacher.Network, SquaredError.Mean, data, teacher.Parameters));
        Assert.InRange(data.Inputs.Min(), -10, -9.9f);
        Assert.InRange(data.Inputs.Max(), 9.9f, 10);
        // Uniform on [−10, 10): variance 100/3 with standard error 100/3·√(4/5)/√N.
        Assert.InRange(data.Inputs.Average(x => (double)x * x) / (100.0 / 3), 1 - (5 * Math.Sqrt(0.8 / data.Inputs.Length)), 1 + (5 * Math.Sqrt(0.8 / data.Inputs.Length)));
        var first = teacher.Network.Blocks[2].In(teacher.Parameters.AsSpan()).ToArray();
        Assert.InRange(first.Average(x => (double)x * x) / 0.1, 1 - (5 * Math.Sqrt(2.0 / first.Length)), 1 + (5 * Math.Sqrt(2.0 / first.Length)));
    }

    // The central difference, with the error left by rounding and by the third derivative as the disagreement between two widths shows it.
    private static (double Slope, double Error) Slope(Func<double, double> f)
    {
        double Difference(double h) => (f(h) - f(-h)) / (2 * h);
        double wide = Difference(4e-3), narrow = Difference(2e-3);
        return (((4 * narrow) - wide) / 3, Math.Abs(narrow - wide) + (1e-4 * Math.Abs(f(0))) + 1e-5);
    }

    private static float[] Along(float[] w, float[] direction, double t) => [.. w.Zip(direction, (x, v) => (float)(x + (t * v)))];

    private static IEnumerable<float[]> Directions(int dimension)
    {
        for (var k = 0UL; k < 3; k++)
        {
            var v = new float[dimension];
            GaussianNoise.Fill(new RandomStream(k, RandomPurpose.Probe, 0, 0), v);
            var norm = Math.Sqrt(v.Sum(x => (double)x * x));
            yield return [.. v.Select(x => (float)(x / norm))];
        }
    }

    // Smooth activations, so that differences exist everywhere; targets that the network does not make.
    private static (Network, float[], ArrayDataSet) Make(int[] widths, int samples)
    {
        List<Layer> layers = [];
        for (var l = 1; l < widths.Length; l++)
        {
            if (l > 1) layers.Add(l % 2 == 0 ? new Tanh(widths[l - 1]) : new Gelu(widths[l - 1]));
            layers.Add(new Dense(widths[l - 1], widths[l]));
        }
        var network = new Network([.. layers]);
        float[] Draw(int count, ulong seed)
        {
            var values = new float[count];
            GaussianNoise.Fill(new RandomStream(seed, RandomPurpose.Data, 0, 0), values);
            return [.. values.Select(v => 0.5f * v)];
        }
        return (network, Draw(network.Dimension, 1), new ArrayDataSet(Draw(samples * widths[0], 2), widths[0], Draw(samples * widths[^1], 3), widths[^1]));
    }
}
