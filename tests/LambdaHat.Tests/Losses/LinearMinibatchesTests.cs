using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Tests.Losses;

/// <summary>Losses and gradients of linear networks by what stands below and above a layer, against products written out, differences, and a team of threads.</summary>
public sealed class LinearMinibatchesTests
{
    private const int Samples = 9;

    private static readonly Network s_network = new([new Dense(5, 7, bias: false), new Identity(7), new Dense(7, 4, bias: false), new Dense(4, 3, bias: false)]);

    // Squared error is of degree 2 in each weight, for which central differences are exact; outputs are rounded to float32.
    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 4)]
    [InlineData(2, 4)]
    [InlineData(0, Samples)]
    [InlineData(2, Samples)]
    public void The_loss_is_that_of_the_product_and_the_gradient_that_of_differences(int layer, int batch)
    {
        double[] w = [.. Enumerable.Range(0, s_network.Dimension).Select(i => Math.Sin(i + 1))];
        var objective = Objective(s_network, Samples);
        var products = Products(s_network, w, null);
        using var minibatches = new LinearMinibatches(objective, products, batch, null);
        minibatches.Select(3, 1, 4);
        var indices = new int[batch];
        if (batch == Samples) indices = [.. Enumerable.Range(0, Samples)];
        else new RandomStream(3, RandomPurpose.Minibatch, 1, 4).FillIndices(indices, Samples);
        var dense = products.Layers[layer];
        var gradient = new double[dense.Outputs * dense.Inputs];
        Assert.Equal(Loss(w, indices), minibatches.LossAndGradient(w, layer, gradient), 1e-5);
        for (var i = 0; i < gradient.Length; i++)
        {
            double At(double shift)
            {
                double[] moved = [.. w];
                moved[dense.Offset + i] += shift;
                return Loss(moved, indices);
            }
            Assert.Equal(At(0.5) - At(-0.5), gradient[i], 1e-5);
        }
    }

    [Fact]
    public void A_team_changes_no_bit()
    {
        var network = new Network([new Dense(40, 300, bias: false), new Dense(300, 200, bias: false), new Dense(200, 110, bias: false)]);
        double[] w = [.. Enumerable.Range(0, network.Dimension).Select(i => Math.Sin(i))];
        var objective = Objective(network, 50);
        using var team = new WorkTeam(3);
        Assert.Equal(Gradient(null), Gradient(team));

        double[] Gradient(WorkTeam? threads)
        {
            using var minibatches = new LinearMinibatches(objective, Products(network, w, threads), 50, threads);
            var gradient = new double[200 * 300];
            minibatches.LossAndGradient(w, 1, gradient);
            return gradient;
        }
    }

    [Fact]
    public void Only_linear_networks_have_products() => Assert.Throws<ArgumentException>(() => new LinearProducts(new Network([new Dense(2, 2, bias: true)])));

    private static LinearProducts Products(Network network, double[] w, WorkTeam? team)
    {
        var products = new LinearProducts(network, team);
        products.Descend(w);
        for (var l = 0; l < products.Layers.Count; l++) products.Ascend(w, l);
        return products;
    }

    private static NetworkObjective Objective(Network network, int samples)
    {
        float[] x = [.. Enumerable.Range(0, samples * network.Inputs).Select(i => MathF.Sin(1.7f * i))], y = [.. Enumerable.Range(0, samples * network.Outputs).Select(i => MathF.Cos(i))];
        return new NetworkObjective(network, SquaredError.Mean, new ArrayDataSet(x, network.Inputs, y, network.Outputs), [.. Enumerable.Range(0, network.Dimension).Select(i => MathF.Sin(i + 1))]);
    }

    // The mean over samples and outputs of squares, from the data as they are made above.
    private static double Loss(double[] w, int[] indices) => indices.Average(s => Enumerable.Range(0, 3).Average(o => Square(Output(w, o, s) - MathF.Cos((s * 3) + o))));

    private static double Square(double x) => x * x;

    private static double Output(double[] w, int output, int sample)
    {
        var h = new double[5];
        for (var i = 0; i < 5; i++) h[i] = MathF.Sin(1.7f * ((sample * 5) + i));
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
