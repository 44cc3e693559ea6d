using LambdaHat.Curvature;
using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Tests.Losses;

/// <summary>Products with blocks against the matrix as it is defined in float64, for the layers, the selections, the chunks and the sizes of blocks that make a difference.</summary>
public sealed class BlockProductTests
{
    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var network in CurvatureCase.Names)
            {
                foreach (var loss in new[] { "mse", "cross-entropy" }) cases.Add(network, loss);
            }
            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void A_block_is_the_matrix_times_the_block(string network, string loss)
    {
        foreach (var patterns in CurvatureCase.Selections)
        {
            var run = CurvatureCase.Create(network, loss, samples: 60);
            var selection = ParameterSelection.Matching(run.Network.Blocks, patterns);
            using var operation = new GaussNewtonOperator(run.Network, run.Loss, run.Data, run.W, selection);
            var matrix = CurvatureCase.Part(ReferenceGaussNewton.Of(run.Network, run.Loss, run.Data, run.W, 60), selection);
            foreach (var columns in new[] { 1, 2, 9, 70 }) Same(matrix, operation, columns);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Chunks_add_up_inputs_that_are_zero_in_one_of_them_too_and_threads_change_nothing(bool scaled)
    {
        const int samples = GaussNewtonOperator.ChunkSize + 40;
        var run = CurvatureCase.Create("relu", "mse", samples);
        // Input 1 is zero in the first chunk, input 3 in the second, input 0 in both.
        for (var s = 0; s < samples; s++)
        {
            run.Data.Inputs[s * run.Network.Inputs] = 0;
            run.Data.Inputs[(s * run.Network.Inputs) + (s < GaussNewtonOperator.ChunkSize ? 1 : 3)] = 0;
        }
        double[] scaling = scaled ? [.. Enumerable.Range(0, run.Network.Dimension).Select(i => 1 + (i % 3))] : [];
        using var team = new WorkTeam(3);
        using var alone = new GaussNewtonOperator(run.Network, run.Loss, run.Data, run.W, scaling: scaling);
        using var shared = new GaussNewtonOperator(run.Network, run.Loss, run.Data, run.W, scaling: scaling, team: team);
        var matrix = ReferenceGaussNewton.Of(run.Network, run.Loss, run.Data, run.W, samples);
        if (scaled) matrix.MapIndexedInplace((i, j, value) => value / Math.Sqrt(scaling[i] * scaling[j]));
        foreach (var columns in new[] { 1, 3, 33 })
        {
            Same(matrix, alone, columns);
            var vectors = CurvatureCase.Normal(columns * alone.Dimension, 5);
            double[] one = new double[vectors.Length], other = new double[vectors.Length];
            alone.MultiplyBlock(vectors, one, columns);
            shared.MultiplyBlock(vectors, other, columns);
            Assert.Equal(one, other);
        }
    }

    [Fact]
    public void The_behavioural_operator_needs_no_targets()
    {
        var run = CurvatureCase.Create("tanh", "cross-entropy", samples: 50);
        using var operation = GaussNewtonOperator.Behavioural(run.Network, run.Data, run.W);
        // ‖f − f*‖² is a sum over the outputs without ½, as "mse-sum" is: (2/n)·JᵀJ.
        Same(ReferenceGaussNewton.Of(run.Network, SquaredError.Sum, run.Data, run.W, 50), operation, 5);
        Assert.Contains("4 inputs", Assert.Throws<InvalidInputException>(() => GaussNewtonOperator.Behavioural(run.Network, new ArrayDataSet([1, 2, 3], 3, [0], 1), run.W)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_block_of_another_length_is_refused()
    {
        var run = CurvatureCase.Create("relu", "mse", samples: 5);
        using var operation = new GaussNewtonOperator(run.Network, run.Loss, run.Data, run.W);
        Assert.Throws<ArgumentException>(() => operation.MultiplyBlock(new float[operation.Dimension], new double[2 * operation.Dimension], 2));
        Assert.Throws<ArgumentException>(() => operation.MultiplyBlock(new float[2 * operation.Dimension], new double[operation.Dimension], 2));
    }

    /// <summary>
    /// Every float32 product has an error of some u times the sum of its terms' sizes; row i of G·v is a sum of terms that √(G_ii·vᵀGv) bounds (Cauchy and Schwarz in the
    /// scalar product of G), of which the passes chain about ten: 4e-6, as for single products.
    /// </summary>
    internal static void Same(MathNet.Numerics.LinearAlgebra.Matrix<double> matrix, SymmetricOperator operation, int columns)
    {
        var d = operation.Dimension;
        Assert.Equal(matrix.RowCount, d);
        var vectors = CurvatureCase.Normal(columns * d, 77);
        var results = new double[vectors.Length];
        results.AsSpan().Fill(double.NaN);
        operation.MultiplyBlock(vectors, results, columns);
        for (var j = 0; j < columns; j++)
        {
            var v = MathNet.Numerics.LinearAlgebra.Vector<double>.Build.Dense([.. vectors.Skip(j * d).Take(d).Select(x => (double)x)]);
            var expected = matrix * v;
            var size = Math.Sqrt(Math.Max(0, v * expected));
            for (var i = 0; i < d; i++) Assert.Equal(expected[i], results[(j * d) + i], 4e-6 * ((Math.Sqrt(matrix[i, i]) * (size + Math.Sqrt(matrix[i, i]))) + 1e-12));
        }
    }
}
