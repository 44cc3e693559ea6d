using LambdaHat.Curvature;
using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;
using LambdaHat.Theory;
using MathNet.Numerics.LinearAlgebra;

namespace LambdaHat.Tests.Losses;

/// <summary>The operator against the matrix as it is defined in float64, and λ_quad of networks against that matrix and against known ranks.</summary>
public class GaussNewtonOperatorTests
{
    public static TheoryData<string> Names => LossTests.Names;

    [Theory, MemberData(nameof(Names))]
    public void It_is_the_matrix_of_the_definition(string name)
    {
        foreach (var (widths, samples) in new[] { (new[] { 3, 5, 4 }, 40), ([1, 1], 1), ([4, 7, 6, 3], 17) })
        {
            var (network, w, data) = Make(LossCatalog.ByName(name), widths, samples + 5);
            using var operation = new GaussNewtonOperator(network, LossCatalog.ByName(name), data, w, samples: samples);
            Assert.Equal((network.Dimension, samples), (operation.Dimension, operation.SampleCount));
            SameMatrix(ReferenceGaussNewton.Of(network, LossCatalog.ByName(name), data, w, samples), operation);
        }
    }

    [Theory]
    [InlineData("0.*")]
    [InlineData("2.bias")]
    [InlineData("0.bias", "2.weight")]
    public void A_selection_is_a_part_of_the_matrix(params string[] patterns)
    {
        var (network, w, data) = Make(SquaredError.Mean, [3, 6, 4], 30);
        var selection = ParameterSelection.Matching(network.Blocks, patterns);
        using var operation = new GaussNewtonOperator(network, SquaredError.Mean, data, w, selection);
        SameMatrix(Part(ReferenceGaussNewton.Of(network, SquaredError.Mean, data, w, 30), selection), operation);
    }

    [Fact]
    public void A_scaling_divides_by_its_roots_on_both_sides()
    {
        var (network, w, data) = Make(SquaredError.Sum, [3, 6, 4], 30);
        var selection = ParameterSelection.Matching(network.Blocks, ["0.*"]);
        var scaling = Enumerable.Range(0, selection.Count).Select(i => Math.Pow(10, (i % 5) - 2)).ToArray();
        using var operation = new GaussNewtonOperator(network, SquaredError.Sum, data, w, selection, scaling: scaling);
        var root = Matrix<double>.Build.DenseOfDiagonalArray([.. scaling.Select(x => 1 / Math.Sqrt(x))]);
        SameMatrix(root * Part(ReferenceGaussNewton.Of(network, SquaredError.Sum, data, w, 30), selection) * root, operation);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(GaussNewtonOperator.ChunkSize)]
    public void Chunks_add_up_and_threads_change_nothing(int? samples)
    {
        const int count = GaussNewtonOperator.ChunkSize + 300;
        var (network, w, data) = Make(SquaredError.Mean, [3, 4, 2], count);
        using var team = new WorkTeam(3);
        using var shared = new GaussNewtonOperator(network, SquaredError.Mean, data, w, samples: samples, team: team);
        using var alone = new GaussNewtonOperator(network, SquaredError.Mean, data, w, samples: samples);
        Assert.Equal(alone.Assemble(), shared.Assemble());
        SameMatrix(ReferenceGaussNewton.Of(network, SquaredError.Mean, data, w, samples ?? count), alone);
    }

    [Fact]
    public void A_product_allocates_nothing()
    {
        var (network, w, data) = Make(CrossEntropy.Instance, [3, 4, 2], 50);
        using var operation = new GaussNewtonOperator(network, CrossEntropy.Instance, data, w, scaling: Enumerable.Repeat(2.0, network.Dimension).ToArray());
        double[] v = [.. Enumerable.Repeat(1.0, network.Dimension)], result = new double[network.Dimension];
        operation.Multiply(v, result);
        var before = GC.GetAllocatedBytesForCurrentThread();
        operation.Multiply(v, result);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Bad_input_is_named()
    {
        var (network, w, data) = Make(SquaredError.Mean, [3, 4, 2], 10);
        void Fails(string message, int? samples = null, double[]? scaling = null) => Assert.Equal(message,
            Assert.Throws<InvalidInputException>(() => new GaussNewtonOperator(network, SquaredError.Mean, data, w, samples: samples, scaling: scaling)).Message);
        Fails("samples of the curvature: expected 1 to 10, got 11", samples: 11);
        Fails("samples of the curvature: expected 1 to 10, got 0", samples: 0);
        Fails($"scaling of the curvature: expected {network.Dimension} numbers, got 2", scaling: [1, 2]);
        Fails("scaling of the curvature: expected a finite number above 0, got -1 for selected parameter 3", scaling: [1, 1, 1, -1, .. Enumerable.Repeat(1.0, network.Dimension - 4)]);
    }

    [Fact]
    public void Lambda_quad_of_a_ReLU_teacher_is_that_of_the_float64_matrix()
    {
        var teacher = ReluTeacher.Draw([10, 14, 12, 6], seed: 2);
        var data = RealisableData.Draw(teacher.Network, teacher.Parameters, 400, seed: 3);
        using var operation = new GaussNewtonOperator(teacher.Network, SquaredError.Mean, data, teacher.Parameters);
        var reference = Spectrum(ReferenceGaussNewton.Of(teacher.Network, SquaredError.Mean, data, teacher.Parameters, 400));
        var exact = QuadraticCoefficient.Find(operation, [1]);
        Assert.Equal(reference[^1], LargestEigenvalue.Find(operation, relativeTolerance: 1e-4), 1e-4 * reference[^1]);
        // Every hidden unit that fires has one rescaling symmetry, exact in float64 to ε·d·λ₁ = 1e-13·λ₁; float32 products leave about u·λ₁ = 6e-8·λ₁ at most.
        var rank = reference.Count(h => h > 1e-11 * reference[^1]);
        Assert.InRange(rank, 1, operation.Dimension - 26);
        Assert.Equal(rank, exact.Rank(1e-8));
        foreach (var (nBeta, gamma) in new[] { (400 / Math.Log(400), 1.0), (1e4 / Math.Log(1e4), 1.0), (1e5 / Math.Log(1e5), 100.0) })
        {
            var expected = reference.Sum(h => nBeta * h / ((nBeta * h) + gamma)) / 2;
            // d(share)/dh·δh ≤ δh·nβ/γ/4 for each of the d eigenvalues near the bend, with δh = 1e-8·λ₁ at random signs: below 1e-4 of the sum.
            Assert.Equal(expected, exact.At(nBeta, gamma).Value, 1e-4 * expected);
            var (value, error, gap) = QuadraticCoefficient.Stochastic(operation, [gamma / nBeta]).At(nBeta, gamma);
            Assert.InRange(value, expected - (4 * error) - gap, expected + (4 * error) + gap);
            Assert.True(error + gap <= 0.01 * value);
        }
    }

    [Fact]
    public void The_paper_s_ReLU_network_has_one_flat_direction_for_each_hidden_unit()
    {
        var teacher = ReluTeacher.Draw([10, 20, 20, 10], seed: 1);
        var data = RealisableData.Draw(teacher.Network, teacher.Parameters, 3000, seed: 5);
        using var operation = new GaussNewtonOperator(teacher.Network, SquaredError.Mean, data, teacher.Parameters);
        var exact = QuadraticCoefficient.Exact(operation);
        Assert.Equal(850 - 40, exact.Rank(1e-7));
        Assert.InRange(exact.At(1e4 / Math.Log(1e4), 1).Value, 385, 405);
    }

    [Theory]
    [InlineData(new[] { 5, 6, 7, 4 }, new[] { 3, 5, 4 })]
    [InlineData(new[] { 6, 4, 5, 6, 3 }, new[] { 4, 1, 5, 2 })]
    [InlineData(new[] { 5, 4, 6 }, new[] { 0, 3 })]
    public void A_deep_linear_network_has_its_known_rank(int[] widths, int[] ranks)
    {
        var teacher = DeepLinearTeacher.Draw(widths, ranks, seed: 6);
        var data = RealisableData.Draw(teacher.Network, teacher.Parameters, 200, seed: 7);
        using var operation = new GaussNewtonOperator(teacher.Network, SquaredError.Sum, data, teacher.Parameters);
        var exact = QuadraticCoefficient.Exact(operation);
        var rank = (int)DeepLinear.GenericHessianRank(widths, ranks);
        Assert.Equal(rank, exact.Rank(1e-6));
        // With every other direction flat, λ_quad rises to half the rank: by less than half the sum of γ/(nβ·h).
        var smallest = exact.Eigenvalues![^rank];
        var ratio = 1e-3 * smallest;
        Assert.InRange(exact.At(1, ratio).Value, rank / 2.0 * (1 - 1e-3), (rank / 2.0) + 1e-3);
    }

    [Fact]
    public void An_embedding_with_cross_entropy_matches_the_definition()
    {
        var data = ModularAddition.Create(7);
        var network = new Network(new Embedding(7, 4, 2), new Dense(8, 9), new Relu(9), new Dense(9, 7));
        var w = Normal(network.Dimension, 3);
        using var operation = new GaussNewtonOperator(network, CrossEntropy.Instance, data, w);
        var reference = ReferenceGaussNewton.Of(network, CrossEntropy.Instance, data, w, 49);
        SameMatrix(reference, operation);
        // Adding one number to all outputs changes no probability: one flat direction at least, besides the rescalings.
        Assert.InRange(QuadraticCoefficient.Exact(operation).Rank(1e-6)!.Value, 1, network.Dimension - 1 - 9);
    }

    [Fact]
    public void Strengths_that_differ_between_blocks_enter_through_the_scaling()
    {
        const double nBeta = 1000;
        var (network, w, data) = Make(SquaredError.Sum, [4, 8, 5], 60);
        double[] gammas = [.. network.Blocks.SelectMany((block, i) => Enumerable.Repeat(Math.Pow(10, i - 1), block.Size))];
        using var operation = new GaussNewtonOperator(network, SquaredError.Sum, data, w, scaling: gammas);
        var h = ReferenceGaussNewton.Of(network, SquaredError.Sum, data, w, 60) * nBeta;
        var expected = (h * (h + Matrix<double>.Build.DenseOfDiagonalArray(gammas)).Inverse()).Trace() / 2;
        // The bend at h = 1/nβ and eigenvalues off by about 1e-7·λ₁ ≈ 1e-6 each: 85 of them move the sum by at most 85·1e-6·1000/8, and at random signs far less.
        Assert.Equal(expected, QuadraticCoefficient.Exact(operation).At(nBeta, 1).Value, 1e-3);
    }

    // Every float32 product has an error of some u times the sum of its terms' sizes, which √(G_ii·G_jj) bounds; the passes chain about ten of them.
    private static void SameMatrix(Matrix<double> expected, GaussNewtonOperator operation)
    {
        var actual = operation.Assemble();
        for (var i = 0; i < operation.Dimension; i++)
        {
            for (var j = 0; j < operation.Dimension; j++)
                Assert.Equal(expected[i, j], actual[(i * operation.Dimension) + j], 4e-6 * (Math.Sqrt(expected[i, i] * expected[j, j]) + 1e-12));
        }
    }

    private static double[] Spectrum(Matrix<double> matrix) => [.. matrix.Evd(Symmetricity.Symmetric).EigenValues.Select(value => value.Real).Order()];

    private static Matrix<double> Part(Matrix<double> matrix, ParameterSelection selection)
    {
        int[] indices = [.. selection.Blocks.SelectMany(block => Enumerable.Range(block.Offset, block.Size))];
        return Matrix<double>.Build.Dense(indices.Length, indices.Length, (i, j) => matrix[indices[i], indices[j]]);
    }

    private static float[] Normal(int count, ulong seed)
    {
        var values = new float[count];
        GaussianNoise.Fill(new RandomStream(seed, RandomPurpose.Data, 0, 0), values);
        return values;
    }

    private static (Network Network, float[] W, ArrayDataSet Data) Make(Loss loss, int[] widths, int samples)
    {
        List<Layer> layers = [];
        for (var l = 1; l < widths.Length; l++)
        {
            if (l > 1) layers.Add(l % 2 == 0 ? new Tanh(widths[l - 1]) : new Relu(widths[l - 1]));
            layers.Add(new Dense(widths[l - 1], widths[l]));
        }
        var network = new Network([.. layers]);
        var targets = Normal(samples * loss.TargetSize(widths[^1]), 3);
        if (loss is CrossEntropy) targets = [.. targets.Select((_, i) => (float)(i % widths[^1]))];
        return (network, Normal(network.Dimension, 1), new ArrayDataSet(Normal(samples * widths[0], 2), widths[0], targets, loss.TargetSize(widths[^1])));
    }
}
