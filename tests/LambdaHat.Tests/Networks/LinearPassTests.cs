using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Tests.Networks;

/// <summary>The float64 pass of linear networks against products written out, differences, and a team of threads.</summary>
public sealed class LinearPassTests
{
    private static readonly Network s_network = new([new Dense(5, 7, bias: false), new Identity(7), new Dense(7, 4, bias: false), new Dense(4, 3, bias: false)]);

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    public void Outputs_are_those_of_the_product_of_the_matrices(int samples)
    {
        var w = Weights();
        var x = Inputs(samples);
        var pass = new LinearPass(s_network, samples + 3);
        pass.Load(x, samples);
        pass.Forward(w, 0, 3);
        var outputs = new Matrix(new float[3 * 32], 3, 32, 32);
        pass.ReadOutput(outputs);
        for (var s = 0; s < samples; s++)
            for (var o = 0; o < 3; o++) Assert.Equal(Output(w, x, o, s), outputs.Row(o)[s], 1e-6);
    }

    // ℓ = Σ v·f(x): its derivative in the weights by central differences, of a polynomial of degree 1 in each, so exact to rounding.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Gradients_are_those_of_differences(int layer)
    {
        const int samples = 6;
        var w = Weights();
        var x = Inputs(samples);
        var pass = new LinearPass(s_network, samples);
        var v = new Matrix(new float[3 * 16], 3, 16, 16);
        for (var o = 0; o < 3; o++)
            for (var s = 0; s < samples; s++) v.Row(o)[s] = MathF.Cos((7 * o) + s);
        pass.Load(x, samples);
        pass.Forward(w, 0, 3);
        pass.SetOutputDerivative(v);
        for (var l = 1; l >= layer; l--) pass.Descend(w, l);
        var dense = pass.Layers[layer];
        var gradient = new double[dense.Outputs * dense.Inputs];
        pass.Gradient(layer, gradient, accumulate: false);
        float[] flat = [.. Enumerable.Range(0, 5).SelectMany(i => Inputs(samples).Row(i).ToArray())];
        for (var i = 0; i < gradient.Length; i++)
        {
            double At(double shift)
            {
                var inputs = new Matrix(flat, 5, 32, 32);
                double[] moved = [.. w];
                moved[dense.Offset + i] += shift;
                var sum = 0.0;
                for (var o = 0; o < 3; o++)
                    for (var s = 0; s < samples; s++) sum += (double)MathF.Cos((7 * o) + s) * Output(moved, inputs, o, s);
                return sum;
            }
            Assert.Equal(At(0.5) - At(-0.5), gradient[i], 1e-12);
        }
        var twice = gradient.ToArray();
        pass.Gradient(layer, twice, accumulate: true);
        for (var i = 0; i < twice.Length; i++) Assert.Equal(2 * gradient[i], twice[i], 1e-12);
    }

    [Fact]
    public void A_team_changes_no_bit()
    {
        var network = new Network([new Dense(40, 300, bias: false), new Dense(300, 200, bias: false)]);
        double[] w = [.. Enumerable.Range(0, network.Dimension).Select(i => Math.Sin(i))];
        using var team = new WorkTeam(3);
        Assert.Equal(Gradient(null), Gradient(team));

        double[] Gradient(WorkTeam? threads)
        {
            var pass = new LinearPass(network, 50, threads);
            var x = new Matrix(new float[40 * 64], 40, 64, 64);
            for (var i = 0; i < 40; i++)
                for (var s = 0; s < 50; s++) x.Row(i)[s] = MathF.Sin((i * 50) + s);
            pass.Load(x, 50);
            pass.Forward(w, 0, 2);
            var outputs = new Matrix(new float[200 * 64], 200, 64, 64);
            pass.ReadOutput(outputs);
            pass.SetOutputDerivative(outputs);
            pass.Descend(w, 0);
            var gradient = new double[300 * 40];
            pass.Gradient(0, gradient, false);
            return gradient;
        }
    }

    [Fact]
    public void Only_linear_networks_have_one() => Assert.Throws<ArgumentException>(() => new LinearPass(new Network([new Dense(2, 2, bias: true)]), 4));

    private static double[] Weights() => [.. Enumerable.Range(0, s_network.Dimension).Select(i => Math.Sin(i + 1) + (1e-9 * i))];

    private static Matrix Inputs(int samples)
    {
        var x = new Matrix(new float[5 * 32], 5, 32, 32);
        for (var i = 0; i < 5; i++)
            for (var s = 0; s < samples; s++) x.Row(i)[s] = MathF.Sin((3 * i) + s + 0.5f);
        return x;
    }

    private static double Output(double[] w, Matrix x, int output, int sample)
    {
        var h = new double[5];
        for (var i = 0; i < 5; i++) h[i] = x.Row(i)[sample];
        var offset = 0;
        foreach (var (rows, columns) in ((int, int)[])[(7, 5), (4, 7), (3, 4)])
        {
            var next = new double[rows];
            for (var i = 0; i < rows; i++)
                for (var j = 0; j < columns; j++) next[i] += w[offset + (i * columns) + j] * h[j];
            (h, offset) = (next, offset + (rows * columns));
        }
        return h[output];
    }
}
