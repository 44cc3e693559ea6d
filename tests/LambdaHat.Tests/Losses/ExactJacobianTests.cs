using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;
using LambdaHat.Theory;
using MathNet.Numerics.LinearAlgebra;

namespace LambdaHat.Tests.Losses;

/// <summary>The float64 Jacobian and Gauss–Newton matrix against those of the definition, and their ranks against theory.</summary>
public sealed class ExactJacobianTests
{
    public static TheoryData<string, string> Cases => BlockProductTests.Cases;

    [Theory, MemberData(nameof(Cases))]
    public void It_is_the_matrix_of_the_definition(string network, string loss)
    {
        // Another part of the rows of J than what is multiplied at once: 170 samples of 3 outputs.
        const int samples = 200;
        var run = CurvatureCase.Create(network, loss, samples + 3);
        // A slope of the reference's gelu is a difference with an error of 1e-9; elsewhere some ten roundings on sums that √(G_ii·G_jj) bounds.
        var tolerance = network.StartsWith("gelu", StringComparison.Ordinal) ? 1e-8 : 1e-13;
        var reference = ReferenceGaussNewton.Of(run.Network, run.Loss, run.Data, run.W, samples);
        foreach (var patterns in CurvatureCase.Selections)
        {
            var selection = ParameterSelection.Matching(run.Network.Blocks, patterns);
            var expected = CurvatureCase.Part(reference, selection);
            var exact = new ExactJacobian(run.Network, run.Data, run.W, selection, samples);
            Assert.Equal((selection.Count, samples), (exact.Dimension, exact.SampleCount));
            var actual = exact.GaussNewton(run.Loss);
            for (var i = 0; i < exact.Dimension; i++)
            {
                for (var j = 0; j < exact.Dimension; j++)
                    Assert.Equal(expected[i, j], actual[(i * exact.Dimension) + j], tolerance * (Math.Sqrt(expected[i, i] * expected[j, j]) + 1e-3));
            }
        }
    }

    [Theory, InlineData("tanh"), InlineData("embedding")]
    public void Rows_are_the_derivatives_of_the_outputs_sample_by_sample(string network)
    {
        var run = CurvatureCase.Create(network, "mse", samples: 180);
        var exact = new ExactJacobian(run.Network, run.Data, run.W);
        var actual = exact.Assemble();
        Assert.Equal(180 * 3 * run.Network.Dimension, actual.Length);
        foreach (var s in new[] { 0, 1, 169, 170, 171, 179 })
        {
            var x = run.Data.Inputs.AsSpan(s * run.Network.Inputs, run.Network.Inputs).ToArray();
            var (_, expected) = ReferenceGaussNewton.Jacobian(run.Network, Array.ConvertAll(run.W, v => (double)v), Array.ConvertAll(x, v => (double)v));
            for (var o = 0; o < 3; o++)
            {
                for (var j = 0; j < exact.Dimension; j++) Assert.Equal(expected[o, j], actual[(((s * 3) + o) * exact.Dimension) + j], 1e-13 * (1 + Math.Abs(expected[o, j])));
            }
        }
    }

    [Fact]
    public void Threads_change_nothing_and_the_result_is_exactly_symmetric()
    {
        var network = new Network(new Dense(20, 15), new Tanh(15), new Dense(15, 4));
        var (w, data) = (CurvatureCase.Normal(network.Dimension, 1), new ArrayDataSet(CurvatureCase.Normal(20 * 150, 2), 20, new float[150], 1));
        using var team = new WorkTeam(3);
        var alone = new ExactJacobian(network, data, w).GaussNewton(SquaredError.Behavioural);
        var shared = new ExactJacobian(network, data, w, team: team).GaussNewton(SquaredError.Behavioural);
        Assert.Equal(alone, shared);
        Assert.True(network.Dimension > 256, "expected more than one strip of rows");
        for (var i = 0; i < network.Dimension; i++)
        {
            for (var j = 0; j < i; j++) Assert.Equal(alone[(i * network.Dimension) + j], alone[(j * network.Dimension) + i]);
        }
    }

    [Fact]
    public void Matrix_factorisation_has_half_its_parameters_as_rank()
    {
        // f = A·B with two 20×20 matrices on the 20 unit vectors: d = 800. The kernel is the tangent of A·T, T⁻¹·B, of dimension 400; d₁ = 400.
        var network = new Network(new Dense(20, 20, bias: false), new Dense(20, 20, bias: false));
        var inputs = new float[400];
        for (var i = 0; i < 20; i++) inputs[21 * i] = 1;
        var w = CurvatureCase.Normal(800, 4);
        Assert.Equal(400, Rank(network, new ArrayDataSet(inputs, 20, new float[20], 1), w));
        Assert.Equal(400, DeepLinear.GenericHessianRank([20, 20, 20], [20, 20]));
    }

    // Whole numbers, so that the ranks of float32 matrices are those of the numbers, and aligned often enough for products to lose rank.
    [Fact]
    public void Deep_linear_networks_have_the_rank_of_the_formula_at_generic_and_at_special_points()
    {
        var random = new Random(21);
        var special = 0;
        for (var trial = 0; trial < 120; trial++)
        {
            int[] widths = [.. Enumerable.Range(0, random.Next(3, 6)).Select(_ => random.Next(1, 6))];
            var matrices = widths.Zip(widths.Skip(1), (x, y) => Matrix<double>.Build.Dense(y, x, (_, _) => trial % 2 == 0 ? random.Next(-4, 5) : random.Next(0, 3) == 0 ? 1 : 0)).ToArray();
            var l = matrices.Length;
            Matrix<double> Chain(int from, int to) => matrices[from..to].Aggregate(Matrix<double>.Build.DenseIdentity(widths[from]), (product, w) => w * product);
            long[] prefix = [.. Enumerable.Range(0, l).Select(i => (long)Chain(0, i).Rank())], suffix = [.. Enumerable.Range(0, l).Select(i => (long)Chain(i + 1, l).Rank())];
            var network = new Network([.. matrices.Select(m => new Dense(m.ColumnCount, m.RowCount, bias: false))]);
            float[] w = [.. matrices.SelectMany(m => m.ToRowMajorArray()).Select(v => (float)v)];
            var data = new ArrayDataSet([.. CurvatureCase.Normal(12 * widths[0], 9)], widths[0], new float[12], 1);
            var expected = (int)DeepLinear.HessianRank([.. prefix.Select(v => (int)v)], [.. suffix.Select(v => (int)v)]);
            Assert.Equal(expected, Rank(network, data, w));
            int[] ranks = [.. matrices.Select(m => m.Rank())];
            if (expected != DeepLinear.GenericHessianRank(widths, ranks)) special++;
        }
        Assert.True(special >= 5, $"only {special} points were special: the test would not see the difference");
    }

    [Fact]
    public void Bad_input_is_named()
    {
        var run = CurvatureCase.Create("relu", "mse", 5);
        Assert.Contains("expected 1 to 5, got 6", Assert.Throws<InvalidInputException>(() => new ExactJacobian(run.Network, run.Data, run.W, samples: 6)).Message, StringComparison.Ordinal);
        Assert.Contains("takes 1 target", Assert.Throws<InvalidInputException>(() => new ExactJacobian(run.Network, run.Data, run.W).GaussNewton(CrossEntropy.Instance)).Message, StringComparison.Ordinal);
    }

    // Eigenvalues of a matrix with roundings of 2⁻⁵² of the sums in it are off by less than d·2⁻⁵²·λ₁·10.
    private static int Rank(Network network, ArrayDataSet data, float[] w)
    {
        var d = network.Dimension;
        var gram = new ExactJacobian(network, data, w).GaussNewton(SquaredError.Behavioural);
        var values = new double[d];
        new SymmetricEigen().Decompose(gram, d, values);
        return values.Count(value => value > 10 * d * Math.ScaleB(values[^1], -52));
    }
}
