using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace LambdaHat.Tests.Losses;

/// <summary>J·V and Jᵀ·U against the float64 Jacobian of the reference and against differences of the outputs, and against each other.</summary>
public sealed class NetworkJacobianTests
{
    public static TheoryData<string> Networks => [.. CurvatureCase.Names];

    [Theory, MemberData(nameof(Networks))]
    public void Products_are_those_of_the_matrix(string network)
    {
        const int samples = 50;
        var run = CurvatureCase.Create(network, "mse", samples + 2);
        var reference = Reference(run, samples);
        foreach (var patterns in CurvatureCase.Selections)
        {
            var selection = ParameterSelection.Matching(run.Network.Blocks, patterns);
            int[] indices = [.. selection.Blocks.SelectMany(block => Enumerable.Range(block.Offset, block.Size))];
            var matrix = Matrix<double>.Build.Dense(reference.RowCount, indices.Length, (i, j) => reference[i, indices[j]]);
            using var jacobian = new NetworkJacobian(run.Network, run.Data, run.W, selection, samples);
            Assert.Equal((matrix.RowCount, matrix.ColumnCount), (jacobian.Rows, jacobian.Dimension));
            Same(matrix, jacobian.Assemble());
            foreach (var columns in new[] { 1, 19 })
            {
                float[] v = CurvatureCase.Normal(columns * jacobian.Dimension, 4), u = CurvatureCase.Normal(columns * jacobian.Rows, 5);
                double[] outputs = new double[columns * jacobian.Rows], gradients = new double[columns * jacobian.Dimension];
                gradients.AsSpan().Fill(double.NaN);
                jacobian.Multiply(v, outputs, columns);
                jacobian.MultiplyTransposed(u, gradients, columns);
                for (var j = 0; j < columns; j++)
                {
                    Same(matrix, v.AsSpan(j * jacobian.Dimension, jacobian.Dimension), outputs.AsSpan(j * jacobian.Rows, jacobian.Rows));
                    Same(matrix.Transpose(), u.AsSpan(j * jacobian.Rows, jacobian.Rows), gradients.AsSpan(j * jacobian.Dimension, jacobian.Dimension));
                }
            }
        }
    }

    [Fact]
    public void A_product_is_the_slope_of_the_outputs()
    {
        var run = CurvatureCase.Create("gelu", "mse", samples: 30);
        using var jacobian = new NetworkJacobian(run.Network, run.Data, run.W);
        float[] v = [.. CurvatureCase.Normal(jacobian.Dimension, 6).Select(x => x / 8)];
        var actual = new double[jacobian.Rows];
        jacobian.Multiply(v, actual, 1);
        float[] Outputs(float h) => FullPass.Outputs(run.Network, run.Data, [.. run.W.Zip(v, (w, x) => w + (h * x))]);
        // h = 2⁻⁵: float32 outputs of size up to 20 give a rounding of 20·20u/h = 8e-4; the truncation shows in the difference of two steps, which is taken out (Richardson).
        const float h = 1f / 32;
        float[] up = Outputs(h), down = Outputs(-h), up2 = Outputs(2 * h), down2 = Outputs(-2 * h);
        for (var i = 0; i < actual.Length; i++)
        {
            double narrow = (up[i] - down[i]) / (2 * h), wide = (up2[i] - down2[i]) / (4 * h);
            Assert.Equal(((4 * narrow) - wide) / 3, actual[i], 1e-3 + (0.3 * Math.Abs(narrow - wide)));
        }
        Assert.Contains(actual, x => Math.Abs(x) > 0.5);
    }

    [Fact]
    public void The_two_products_are_adjoint_over_several_chunks_and_threads_change_nothing()
    {
        const int samples = ChunkedNetwork.ChunkSize + 100, columns = 9;
        var run = CurvatureCase.Create("tanh", "mse", samples);
        using var team = new WorkTeam(2);
        using var alone = new NetworkJacobian(run.Network, run.Data, run.W);
        using var shared = new NetworkJacobian(run.Network, run.Data, run.W, team: team);
        float[] v = CurvatureCase.Normal(columns * alone.Dimension, 4), u = CurvatureCase.Normal(columns * alone.Rows, 5);
        double[] jv = new double[u.Length], ju = new double[v.Length], other = new double[u.Length], otherTransposed = new double[v.Length];
        alone.Multiply(v, jv, columns);
        alone.MultiplyTransposed(u, ju, columns);
        shared.Multiply(v, other, columns);
        shared.MultiplyTransposed(u, otherTransposed, columns);
        Assert.Equal(jv, other);
        Assert.Equal(ju, otherTransposed);
        for (var j = 0; j < columns; j++)
        {
            double left = 0, right = 0, size = 0;
            for (var i = j * alone.Rows; i < (j + 1) * alone.Rows; i++)
            {
                left += u[i] * jv[i];
                size += Math.Abs(u[i] * jv[i]);
            }
            for (var i = j * alone.Dimension; i < (j + 1) * alone.Dimension; i++) right += ju[i] * v[i];
            // Roundings of 2048 terms of a chunk at random signs, √2048·u of the sizes, and of the few of a layer.
            Assert.Equal(left, right, 5e-6 * size);
        }
    }

    [Fact]
    public void Wrong_lengths_and_too_large_an_assembly_are_named()
    {
        var run = CurvatureCase.Create("relu", "mse", 5);
        using var jacobian = new NetworkJacobian(run.Network, run.Data, run.W);
        Assert.Throws<ArgumentException>(() => jacobian.Multiply(new float[jacobian.Dimension], new double[jacobian.Dimension], 1));
        Assert.Throws<ArgumentException>(() => jacobian.MultiplyTransposed(new float[jacobian.Dimension], new double[jacobian.Dimension], 1));
        var wide = new Network(new Dense(1000, 300));
        using var large = new NetworkJacobian(wide, new ArrayDataSet(new float[3000], 1000, new float[3], 1), new float[wide.Dimension]);
        Assert.Contains($"expected at most {NetworkJacobian.LargestAssembly}", Assert.Throws<InvalidInputException>(() => large.Assemble()).Message, StringComparison.Ordinal);
    }

    private static Matrix<double> Reference(CurvatureCase run, int samples)
    {
        var w = Array.ConvertAll(run.W, v => (double)v);
        return Matrix<double>.Build.DenseOfRowVectors(Enumerable.Range(0, samples).SelectMany(s =>
            ReferenceGaussNewton.Jacobian(run.Network, w, [.. run.Data.Inputs.Skip(s * run.Network.Inputs).Take(run.Network.Inputs).Select(v => (double)v)]).Jacobian.EnumerateRows()));
    }

    private static void Same(Matrix<double> expected, float[] actual)
    {
        for (var i = 0; i < expected.RowCount; i++)
        {
            // A derivative is a chain of three short sums: some twenty roundings of the largest entries of its row.
            var size = expected.Row(i).InfinityNorm();
            for (var j = 0; j < expected.ColumnCount; j++) Assert.Equal(expected[i, j], actual[(i * expected.ColumnCount) + j], 2e-6 * (size + 1));
        }
    }

    // The error of a sum is some u times √(length)·the root of the sum of its squares: a norm of the row times one of the vector bounds it; the passes chain about ten roundings.
    private static void Same(Matrix<double> matrix, ReadOnlySpan<float> vector, ReadOnlySpan<double> actual)
    {
        var v = Vector<double>.Build.Dense([.. vector.ToArray().Select(x => (double)x)]);
        var expected = matrix * v;
        for (var i = 0; i < expected.Count; i++) Assert.Equal(expected[i], actual[i], 2e-6 * ((matrix.Row(i).L2Norm() * v.L2Norm()) + 1));
    }
}
