using LambdaHat.Curvature;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace LambdaHat.Tests.Losses;

/// <summary>The curvature seen from the outputs against the dense matrix (2c/n)·Σ J_sᵀJ_s over the parameters, set up from the samples.</summary>
public sealed class LinearNetworkCurvatureTests
{
    [Fact]
    public void Threads_that_share_a_wide_network_change_no_bit()
    {
        var problem = new LinearRegressionData([20, 15, 300], 20, 50, 0.3, 5);
        var objective = new LinearNetworkObjective(problem.Network, SquaredError.Mean, problem.Data, problem.Center);
        using var team = new WorkTeam(2);
        LinearNetworkCurvature alone = new(objective, ParameterSelection.All(objective.Blocks)), shared = new(objective, ParameterSelection.All(objective.Blocks), team: team);
        double[] v = [.. Enumerable.Range(0, alone.Dimension).Select(i => Math.Sin(i + 1))], first = new double[v.Length], second = new double[v.Length];
        alone.Multiply(v, first);
        shared.Multiply(v, second);
        Assert.Equal(first, second);
        Assert.NotEqual(0, first[^1]);
    }

    [Theory]
    [InlineData(new[] { 6, 3, 5, 2, 4 }, 6, "*", false)]
    [InlineData(new[] { 6, 3, 5, 2, 4 }, 4, "*", true)]
    [InlineData(new[] { 5, 4, 3, 6 }, 5, "0.*", false)]
    [InlineData(new[] { 5, 4, 3, 6 }, 3, "2.*", true)]
    public void Its_eigenvalues_are_those_of_the_matrix_over_the_parameters(int[] widths, int inputRank, string restrict, bool scaled)
    {
        const int count = 50;
        var problem = new LinearRegressionData(widths, inputRank, count, 0.3, 5);
        var objective = new LinearNetworkObjective(problem.Network, SquaredError.Mean, problem.Data, problem.Center);
        var sampled = restrict == "*" ? ParameterSelection.All(objective.Blocks) : ParameterSelection.Matching(objective.Blocks, [restrict]);
        double[] gammas = scaled ? [.. sampled.Blocks.Select((_, l) => 0.5 + l)] : [];
        var curvature = new LinearNetworkCurvature(objective, sampled, gammas);

        // J_s = A_l·x_s ⊗ B_l, the columns of vec W_l.
        var matrices = problem.Matrices(problem.Center);
        List<Matrix<double>> jacobians = [];
        for (var l = 0; l < matrices.Length; l++)
        {
            var index = sampled.Blocks.ToList().FindIndex(b => b.Offset == objective.Blocks[l].Offset);
            if (index < 0) continue;
            var below = matrices.Take(l).Aggregate(problem.X, (product, m) => m * product);
            var above = matrices.Skip(l + 1).Aggregate(Matrix<double>.Build.DenseIdentity(widths[l + 1]), (product, m) => m * product);
            jacobians.Add(below.Transpose().KroneckerProduct(above) / Math.Sqrt(scaled ? gammas[index] : 1));
        }
        var jacobian = jacobians.Skip(1).Aggregate(jacobians[0], (joined, next) => joined.Append(next));
        var dense = 2.0 / widths[^1] / count * jacobian.TransposeThisAndMultiply(jacobian);
        double[] known = [.. dense.Evd(Symmetricity.Symmetric).EigenValues.Select(v => v.Real).OrderDescending()];
        double[] found = [.. QuadraticCoefficient.Exact(curvature).Eigenvalues!.OrderDescending()];
        // Second moments in float64 of float32 data: rounding of the order 1e-13 of the largest eigenvalue; one formula or the other has more zeros.
        for (var i = 0; i < Math.Max(known.Length, found.Length); i++)
            Assert.Equal(known.ElementAtOrDefault(i), found.ElementAtOrDefault(i), 1e-12 * known[0]);
        Assert.Equal(widths[^1] * inputRank, curvature.Dimension);
    }

    [Fact]
    public void Matrices_in_part_are_refused()
    {
        var problem = new LinearRegressionData([5, 4, 3], 5, 50, 0.3, 5);
        var objective = new LinearNetworkObjective(problem.Network, SquaredError.Mean, problem.Data, problem.Center);
        Assert.False(LinearNetworkCurvature.Supports(objective, ParameterSelection.Matching([new ParameterBlock("part", [3], 2, 3)], ["part"])));
    }
}
