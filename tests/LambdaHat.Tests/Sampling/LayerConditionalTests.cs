using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Sampling;
using LambdaHat.Tests.Losses;
using LambdaHat.Tests.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace LambdaHat.Tests.Sampling;

/// <summary>The draws of <see cref="GibbsByLayers"/> themselves, and its contract.</summary>
public sealed class LayerConditionalTests
{
    // A single sampled matrix, the others at w*: draws are independent, of the Gaussian with precision 2nβc·(AAᵀ ⊗ BᵀB) + γ over vec W, set up densely from
    // the samples. Narrow layers on either side, on both, on none; inputs of full and of deficient rank; the first, the last and the middle layer.
    [Theory]
    [InlineData(new[] { 6, 3, 5, 2, 4 }, 1, 6, 5, false)]
    [InlineData(new[] { 6, 3, 5, 2, 4 }, 2, 6, 5, false)]
    [InlineData(new[] { 6, 3, 5, 2, 4 }, 0, 4, 0.5, false)]
    [InlineData(new[] { 6, 3, 5, 2, 4 }, 3, 2, 40, false)]
    [InlineData(new[] { 5, 4, 3, 6 }, 1, 5, 2, false)]
    [InlineData(new[] { 5, 4, 3, 6 }, 0, 5, 0.01, false)]
    [InlineData(new[] { 5, 4, 3, 6 }, 2, 3, 0.1, false)]
    [InlineData(new[] { 6, 3, 5, 2, 4 }, 1, 6, 5, true)]
    [InlineData(new[] { 6, 3, 5, 2, 4 }, 0, 4, 0.5, true)]
    [InlineData(new[] { 5, 4, 3, 6 }, 1, 5, 2, true)]
    [InlineData(new[] { 5, 4, 3, 6 }, 2, 3, 0.1, true)]
    public void Draws_have_the_moments_of_the_dense_conditional(int[] widths, int layer, int inputRank, double gamma, bool refined)
    {
        const int count = 50, draws = 4000;
        const double nBeta = 300;
        var problem = new LinearRegressionData(widths, inputRank, count, 0.3, 5);
        var objective = new LinearNetworkObjective(problem.Network, SquaredError.Mean, problem.Data, problem.Center);
        var matrices = problem.Matrices(problem.Center);
        var below = matrices.Take(layer).Aggregate(problem.X, (product, m) => m * product);
        var above = matrices.Skip(layer + 1).Aggregate(Matrix<double>.Build.DenseIdentity(widths[layer + 1]), (product, m) => m * product);
        var scale = 2 * nBeta / widths[^1] / count;
        var d = widths[layer] * widths[layer + 1];
        var precision = (scale * (below * below.Transpose()).KroneckerProduct(above.Transpose() * above)) + (gamma * Matrix<double>.Build.DenseIdentity(d));
        var linear = (scale * above.Transpose() * problem.Y * below.Transpose()) + (gamma * matrices[layer]);
        var factor = precision.Cholesky();
        var mean = factor.Solve(Vector(linear));

        var sampler = new GibbsByLayers(objective, nBeta, [gamma], 9, 0, [.. matrices.Select((_, l) => l == layer)]) { Refined = refined };
        var w = new float[objective.Dimension];
        var z = Matrix<double>.Build.Dense(d, draws);
        for (var i = 0; i < draws; i++)
        {
            var value = sampler.Sweep(i);
            sampler.CopyTo(w);
            z.SetColumn(i, factor.Factor.TransposeThisAndMultiply(Vector(problem.Matrices(w)[layer]) - mean));
            if (i >= 10) continue;
            var known = nBeta / widths[^1] * (problem.SquaredDistance(problem.Product(w)) - problem.SquaredDistance(problem.Product(problem.Center)));
            // w is rounded to float32, which moves every output by up to 1e-6 of the targets' size.
            Assert.Equal(known, value, 1e-5 * nBeta * Math.Pow(problem.Y.FrobeniusNorm(), 2) / count);
        }
        Assert.All(objective.Blocks.Where((_, l) => l != layer), b => Assert.Equal(b.In(problem.Center.AsSpan()).ToArray(), b.In(w.AsSpan()).ToArray()));

        // Whitened, they are standard normal: N·‖mean‖², N·Σ_{i<j} c_ij² and (N/2)·Σ (c_ii − 1)² are then χ² (nearly, for N draws) with that many
        // degrees f of freedom, whose mean is f and standard deviation √(2f). Five of them.
        var average = z.RowSums() / draws;
        var covariance = z * z.Transpose() / draws;
        var diagonal = covariance.Diagonal() - 1;
        AssertChiSquared(draws * (average * average), d);
        AssertChiSquared(draws / 2.0 * (diagonal * diagonal), d);
        covariance.SetDiagonal(new double[d]);
        AssertChiSquared(draws / 2.0 * Math.Pow(covariance.FrobeniusNorm(), 2), d * (d - 1) / 2);
    }

    // Widths 2, all weights exact in float32: above the sampled layer stands H·diag(2²¹, 1)·H·diag(2²¹, 1) with H = (1 1; 1 −1), so that BᵀB = 4·diag(2⁸⁴, 1) by
    // way of products whose entries nearly cancel. Rounding in the square of the small one is 2⁸⁶·2⁻⁵² ≫ 4; its own precision is 2nβc·4 + γ all the same, which the draws show in their variance and mean.
    [Fact]
    public void A_small_singular_value_beside_a_very_large_one_keeps_its_own_precision()
    {
        const int draws = 4000;
        const float large = 1 << 21;
        const double nBeta = 3, gamma = 2;
        var objective = new LinearNetworkObjective(GibbsByLayersTests.Chain(2, 2, 2, 2), SquaredError.Sum, new ArrayDataSet([1, 1, 1, -1], 2, new float[4], 2),
            [0, 0, 0.5f, 0, large, 1, large, -1, large, large, 1, -1]);
        var sampler = new GibbsByLayers(objective, nBeta, [gamma], 4, 0, [true, false, false]);
        var w = new float[12];
        double sum = 0, squares = 0, stiff = 0;
        for (var i = 0; i < draws; i++)
        {
            sampler.Sweep(i);
            sampler.CopyTo(w);
            sum += w[2];
            squares += w[2] * (double)w[2];
            stiff = Math.Max(stiff, Math.Abs(w[0]));
        }
        // Inputs (1, 1), (1, −1): Σ_xx = 1. Loss ‖B·W‖², so precision 2nβ·s² + γ with s² = 4·1 for the second row of W.
        var precision = (2 * nBeta * 4) + gamma;
        Assert.InRange(sum / draws, (gamma * 0.5 / precision) - (4 / Math.Sqrt(precision * draws)), (gamma * 0.5 / precision) + (4 / Math.Sqrt(precision * draws)));
        var variance = (squares / draws) - (sum / draws * (sum / draws));
        Assert.InRange(variance * precision, 1 - (4 * Math.Sqrt(2.0 / draws)), 1 + (4 * Math.Sqrt(2.0 / draws)));
        Assert.True(stiff < 1e-10, $"the stiff row moved by {stiff}");
        Assert.True(sampler.Refined);
    }

    [Fact]
    public void The_same_seed_and_chain_give_the_same_draws_and_others_do_not()
    {
        var problem = new LinearRegressionData([6, 3, 5], 6, 50, 0.3, 5);
        var objective = new LinearNetworkObjective(problem.Network, SquaredError.Sum, problem.Data, problem.Center);
        var sampler = new GibbsByLayers(objective, 100, [1, 2], 9, 0);
        double[] first = [sampler.Sweep(0), sampler.Sweep(1)];
        float[] w = new float[objective.Dimension], again = new float[w.Length];
        sampler.CopyTo(w);
        sampler.Restart(objective.Center);
        double[] second = [sampler.Sweep(0), sampler.Sweep(1)];
        Assert.Equal(first, second);
        sampler.CopyTo(again);
        Assert.Equal(w, again);
        Assert.NotEqual(first[0], new GibbsByLayers(objective, 100, [1, 2], 9, 1).Sweep(0));
        Assert.NotEqual(first[0], new GibbsByLayers(objective, 100, [1, 2], 8, 0).Sweep(0));
        Assert.NotEqual(first[0], new GibbsByLayers(objective, 100, [2, 1], 9, 0).Sweep(0));
    }

    [Fact]
    public void A_sweep_allocates_nothing()
    {
        var problem = new LinearRegressionData([6, 3, 9, 5], 6, 50, 0.3, 5);
        var sampler = new GibbsByLayers(new LinearNetworkObjective(problem.Network, SquaredError.Sum, problem.Data, problem.Center), 100, [1], 9, 0);
        var w = new float[problem.Network.Dimension];
        for (var step = 0; step < 50; step++) Step(step);
        Assert.Equal(0, AllocatedBytes.Of(() =>
        {
            for (var step = 50; step < 100; step++) Step(step);
        }));

        void Step(long step)
        {
            sampler.Sweep(step);
            sampler.CopyTo(w);
        }
    }

    [Fact]
    public void Without_localisation_an_improper_conditional_is_refused()
    {
        var data = new ArrayDataSet([1, 2, 3, 5, 7, 11], 2, [0, 0, 0], 1);
        // The first layer of 2-3-1 has 6 weights and meets the data through 2 of their combinations, whatever the last one is.
        var wide = new LinearNetworkObjective(GibbsByLayersTests.Chain(2, 3, 1), SquaredError.Sum, data, new float[9]);
        Assert.Contains("0.weight", Assert.Throws<InvalidInputException>(() => new GibbsByLayers(wide, 10, [0], 1, 0)).Message, StringComparison.Ordinal);
        // 2-1-1: proper unless the last layer is zero.
        var narrow = GibbsByLayersTests.Chain(2, 1, 1);
        var proper = new GibbsByLayers(new LinearNetworkObjective(narrow, SquaredError.Sum, data, [1, 1, 1]), 10, [0], 1, 0);
        Assert.True(double.IsFinite(proper.Sweep(0)));
        var zero = new GibbsByLayers(new LinearNetworkObjective(narrow, SquaredError.Sum, data, [1, 1, 0]), 10, [0], 1, 0);
        Assert.Contains("γ > 0", Assert.Throws<InvalidInputException>(() => zero.Sweep(0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Inputs_that_are_all_zero_leave_the_prior()
    {
        var objective = new LinearNetworkObjective(GibbsByLayersTests.Chain(2, 3, 1), SquaredError.Sum, new ArrayDataSet(new float[6], 2, [1, 2, 3], 1), new float[9]);
        var sampler = new GibbsByLayers(objective, 10, [4], 1, 0);
        var w = new float[9];
        var squares = 0.0;
        for (var step = 0; step < 1000; step++)
        {
            Assert.Equal(0, sampler.Sweep(step));
            sampler.CopyTo(w);
            squares += w.Sum(v => (double)v * v);
        }
        Assert.Equal(14.0 / 3, objective.CenterLoss, 1e-6);
        AssertChiSquared(4 * squares, 9000);
    }

    [Theory]
    [InlineData(-1, new[] { 1.0 }, "nβ")]
    [InlineData(double.PositiveInfinity, new[] { 1.0 }, "nβ")]
    [InlineData(1, new[] { -1.0 }, "-1")]
    [InlineData(1, new[] { 1, double.NaN }, "NaN")]
    [InlineData(1, new[] { 1.0, 1, 1 }, "2")]
    public void Bad_options_are_refused(double nBeta, double[] gammas, string word)
    {
        var problem = new LinearRegressionData([2, 2, 2], 2, 5, 0, 1);
        var objective = new LinearNetworkObjective(problem.Network, SquaredError.Sum, problem.Data, problem.Center);
        Assert.Contains(word, Assert.Throws<InvalidInputException>(() => new GibbsByLayers(objective, nBeta, gammas, 1, 0)).Message, StringComparison.Ordinal);
    }

    // Columns one after the other: vec(B·W·A) = (Aᵀ ⊗ B)·vec W.
    private static Vector<double> Vector(Matrix<double> matrix) => Vector<double>.Build.Dense(matrix.ToColumnMajorArray());

    private static void AssertChiSquared(double value, double freedom) =>
        Assert.InRange(value, freedom - (5 * Math.Sqrt(2 * freedom)), freedom + (5 * Math.Sqrt(2 * freedom)) + 5);
}
