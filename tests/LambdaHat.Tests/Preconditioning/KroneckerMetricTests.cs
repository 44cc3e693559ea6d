using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;
using LambdaHat.Preconditioning;
using LambdaHat.Tests.Losses;
using LambdaHat.Tests.Sampling;
using MathNet.Numerics.LinearAlgebra;

namespace LambdaHat.Tests.Preconditioning;

/// <summary>
/// The metric against dense Gauss–Newton matrices. With a single output the random vectors in output space are ±√(∂²ℓ/∂f²), so that S is exact, and in a linear network S ⊗ A is the
/// Gauss–Newton block itself.
/// </summary>
public sealed class KroneckerMetricTests
{
    private const double NBeta = 7, Gamma = 0.4;

    public static TheoryData<string> Networks => ["one layer", "one layer with bias", "deep", "deep with biases", "embedding", "bias alone"];

    [Theory, MemberData(nameof(Networks))]
    public void Its_inverse_is_the_dense_curvature_of_every_layer(string name)
    {
        var (objective, sampled) = Make(name);
        using var metric = Metric(objective, sampled, new KroneckerMetricOptions { WarmUp = 0 });
        Assert.True(metric.Adapt(objective.Center, default, 1, 0, 5));
        Assert.False(metric.Adapt(objective.Center, default, 1, 0, 0));
        var factor = Selected(GaussianProblem.Factor(metric), sampled);
        var layers = LayerFactors.Of(objective.Network, sampled).Count;
        AssertPrecision(Blocks(objective, sampled, objective.Center) * (NBeta * layers), factor);
        SameWhitening(metric, sampled);
    }

    // Whatever localises bias and matrix, each its own, the bias's much more here.
    [Theory, InlineData("one layer with bias"), InlineData("deep with biases"), InlineData("bias alone")]
    public void A_bias_that_is_localised_otherwise_than_the_matrix_counts_so(string name)
    {
        var (objective, sampled) = Make(name);
        double[] gammas = [.. sampled.Blocks.Select((b, i) => Gamma * (b.Name.EndsWith("bias", StringComparison.Ordinal) ? 50 : 1 + i))];
        using var metric = new KroneckerMetric(new KroneckerFactors(objective, sampled, 1000), sampled, objective.Center, NBeta, gammas, new KroneckerMetricOptions { WarmUp = 0 });
        metric.Adapt(objective.Center, default, 1, 0, 5);
        var layers = LayerFactors.Of(objective.Network, sampled).Count;
        var localisation = Vector<double>.Build.DenseOfEnumerable(sampled.Blocks.SelectMany((b, i) => Enumerable.Repeat(gammas[i], b.Size)));
        AssertPrecision(Blocks(objective, sampled, objective.Center) * (NBeta * layers), Selected(GaussianProblem.Factor(metric), sampled), Matrix<double>.Build.DiagonalOfDiagonalVector(localisation));
        SameWhitening(metric, sampled);
    }

    // The inputs' factor of the first layer is the data's own, so that the average of the products is the product of the averages.
    [Fact]
    public void Measurements_are_averaged_with_an_exponential_memory_until_the_warm_up_ends()
    {
        var (objective, all) = Make("deep");
        var sampled = ParameterSelection.Matching(objective.Blocks, ["0.*"]);
        float[] other = [.. objective.Center.ToArray().Select((v, i) => v + (0.3f * MathF.Sin(i)))];
        using var metric = Metric(objective, sampled, new KroneckerMetricOptions { WarmUp = 6, Every = 3, Memory = 0.75 });
        bool[] adapted = [.. Enumerable.Range(0, 9).Select(step => metric.Adapt(step == 0 ? objective.Center : other, default, 1, 0, step))];
        Assert.Equal([true, false, false, true, false, false, false, false, false], adapted);
        var curvature = (0.75 * Blocks(objective, sampled, objective.Center)) + (0.25 * Blocks(objective, sampled, other));
        AssertPrecision(curvature * NBeta, Selected(GaussianProblem.Factor(metric), sampled));
        Assert.True(all.Count > sampled.Count);
    }

    [Fact]
    public void Parameters_of_no_layer_have_P_one_and_those_not_sampled_are_left_alone()
    {
        var (objective, all) = Make("deep with biases");
        var layer = ParameterSelection.Matching(objective.Blocks, ["0.*"]);
        var sampled = ParameterSelection.Matching(objective.Blocks, ["0.*", "1.weight"]);
        using var metric = new KroneckerMetric(new KroneckerFactors(objective, layer, 1000), sampled, objective.Center, NBeta, [Gamma, Gamma, Gamma], new KroneckerMetricOptions());
        metric.Adapt(objective.Center, default, 1, 0, 0);
        float[] z = [.. Enumerable.Range(0, all.Count).Select(i => MathF.Cos(i))], w = new float[all.Count];
        metric.AddUnwhitened(z, w);
        var weight = objective.Blocks.Single(b => b.Name == "1.weight");
        Assert.Equal(weight.In(z.AsSpan()).ToArray(), weight.In(w.AsSpan()).ToArray());
        var bias = objective.Blocks.Single(b => b.Name == "1.bias");
        Assert.All(bias.In(w.AsSpan()).ToArray(), v => Assert.Equal(0, v));
        Assert.NotEqual(layer.Blocks[0].In(z.AsSpan()).ToArray(), layer.Blocks[0].In(w.AsSpan()).ToArray());
        SameWhitening(metric, sampled);
    }


    [Fact]
    public void Without_localisation_flat_directions_have_the_scale_of_the_weights()
    {
        var data = new LinearRegressionData([5, 1], 3, 50, 0, 2);
        var objective = new NetworkObjective(data.Network, SquaredError.Mean, data.Data, data.Center);
        var sampled = ParameterSelection.All(objective.Blocks);
        using var metric = new KroneckerMetric(new KroneckerFactors(objective, sampled, 50), sampled, objective.Center, NBeta, [0], new KroneckerMetricOptions());
        metric.Adapt(objective.Center, default, 1, 0, 0);
        var factor = GaussianProblem.Factor(metric);
        double[] precision = [.. (factor * factor.Transpose()).Evd(Symmetricity.Symmetric).EigenValues.Select(v => 1 / v.Real).Order()];
        var floor = 5 / data.Center.Sum(v => (double)v * v);
        // Two flat directions; relative roundings of float32 products, a few 1e-6.
        Assert.Equal(floor, precision[0], 1e-5 * floor);
        Assert.Equal(floor, precision[1], 1e-5 * floor);
        Assert.True(precision[2] > floor * (1 + 1e-3));
    }

    private static KroneckerMetric Metric(NetworkObjective objective, ParameterSelection sampled, KroneckerMetricOptions options) =>
        new(new KroneckerFactors(objective, sampled, 1000), sampled, objective.Center, NBeta, [.. sampled.Blocks.Select(_ => Gamma)], options);

    private static (NetworkObjective Objective, ParameterSelection Sampled) Make(string name)
    {
        var embedding = name == "embedding";
        var bias = name.Contains("bias", StringComparison.Ordinal);
        var network = name switch
        {
            "embedding" => new Network(new Embedding(6, 4, 1), new Dense(4, 1, false)),
            "deep" or "deep with biases" or "bias alone" => new Network(new Dense(4, 6, bias), new Dense(6, 3, bias), new Dense(3, 1, bias)),
            _ => new Network(new Dense(4, 1, bias)),
        };
        var inputs = network.Inputs;
        float[] x = embedding ? [.. Enumerable.Range(0, 80).Select(i => (float)(i * i % 6))] : LinearRegressionData.Normals(1, 0, 80 * inputs, 1);
        for (var i = 0; !embedding && i < x.Length; i++) x[i] = (x[i] * (1 + (i % inputs))) + 0.5f;
        var objective = new NetworkObjective(network, SquaredError.Mean, new ArrayDataSet(x, inputs, new float[80], 1), LinearRegressionData.Normals(1, 1, network.Dimension, 0.7));
        return (objective, ParameterSelection.Matching(network.Blocks, name == "bias alone" ? ["1.bias"] : []));
    }

    // The Gauss–Newton matrix with the blocks between layers left out.
    private static Matrix<double> Blocks(NetworkObjective objective, ParameterSelection sampled, ReadOnlySpan<float> w)
    {
        using var operation = new GaussNewtonOperator(objective.Network, objective.Loss, objective.Data, w, sampled);
        var whole = Matrix<double>.Build.Dense(sampled.Count, sampled.Count, operation.Assemble());
        int[] layer = [.. sampled.Blocks.SelectMany(b => Enumerable.Repeat(
            Enumerable.Range(0, objective.Network.Layers.Count).Single(l => objective.Network.ParameterRange(l) is var r && b.Offset >= r.Start.Value && b.Offset < r.End.Value), b.Size))];
        return whole.MapIndexed((i, j, value) => layer[i] == layer[j] ? value : 0);
    }

    private static int[] Indices(ParameterSelection sampled) => [.. sampled.Blocks.SelectMany(b => Enumerable.Range(b.Offset, b.Size))];

    private static Matrix<double> Selected(Matrix<double> matrix, ParameterSelection sampled)
    {
        var indices = Indices(sampled);
        return Matrix<double>.Build.Dense(indices.Length, indices.Length, (i, j) => matrix[indices[i], indices[j]]);
    }

    // Lᵀ(curvature + γ)L = 1: some roundings of float32, and one (1e-7) relative to the largest curvature, which flat directions see multiplied by 1/γ.
    private static void AssertPrecision(Matrix<double> curvature, Matrix<double> factor, Matrix<double>? localisation = null)
    {
        var identity = Matrix<double>.Build.DenseIdentity(curvature.RowCount);
        var whitened = factor.Transpose() * (curvature + (localisation ?? (Gamma * identity))) * factor;
        var condition = curvature.L2Norm() / Gamma;
        Assert.InRange(condition, 10, 1e5);
        var error = (whitened - identity).Enumerate().Max(Math.Abs);
        Assert.True(error < 1e-5 + (1e-7 * condition), $"{error} at condition {condition}");
    }

    // Whiten is the transpose of AddUnwhitened, in place too.
    private static void SameWhitening(Metric metric, ParameterSelection sampled)
    {
        var factor = GaussianProblem.Factor(metric);
        float[] g = [.. Enumerable.Range(0, metric.Dimension).Select(i => MathF.Sin(1 + i))], result = new float[metric.Dimension];
        var expected = factor.TransposeThisAndMultiply(Vector<double>.Build.Dense(Array.ConvertAll(g, v => (double)v)));
        metric.Whiten(g, result);
        metric.Whiten(g, g);
        foreach (var i in Indices(sampled))
        {
            Assert.Equal(expected[i], result[i], 1e-5);
            Assert.Equal(result[i], g[i]);
        }
    }
}
