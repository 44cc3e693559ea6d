using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace LambdaHat.Tests.Networks;

/// <summary>Matrices of random deep linear networks against singular value decompositions of what they are cut from, and their product.</summary>
public sealed class DeepLinearTeacherTests
{
    // Taller than wide, wider than tall, square; a rank of nothing, of one and of nearly all. Float32 entries of size 1/√fan-in.
    [Theory]
    [InlineData(9, 14, 4)]
    [InlineData(14, 9, 4)]
    [InlineData(120, 120, 119)]
    [InlineData(7, 7, 1)]
    [InlineData(6, 5, 0)]
    public void A_matrix_cut_to_a_rank_is_the_nearest_of_that_rank(int inputs, int outputs, int rank)
    {
        var whole = Matrix(DeepLinearTeacher.Draw([inputs, outputs], [Math.Min(inputs, outputs)], 5).Parameters, outputs, inputs);
        var cut = Matrix(DeepLinearTeacher.Draw([inputs, outputs], [rank], 5).Parameters, outputs, inputs);
        var svd = whole.Svd();
        for (var i = rank; i < svd.S.Count; i++) svd.S[i] = 0;
        var expected = svd.U * svd.W * svd.VT;
        Assert.InRange((cut - expected).Enumerate().Max(Math.Abs), 0, 2e-7);
    }

    [Fact]
    public void The_product_is_that_of_the_matrices()
    {
        int[] widths = [130, 40, 101, 9];
        var teacher = DeepLinearTeacher.Draw(widths, null, 3);
        var expected = Matrix<double>.Build.DenseIdentity(widths[0]);
        for (var l = 0; l + 1 < widths.Length; l++) expected = Matrix(teacher.Network.Slice(teacher.Parameters.AsSpan(), l).ToArray(), widths[l + 1], widths[l]) * expected;
        Assert.InRange((Matrix(teacher.Product(), widths[^1], widths[0]) - expected).Enumerate().Max(Math.Abs), 0, 1e-6 * expected.Enumerate().Max(Math.Abs));
    }

    [Fact]
    public void Threads_do_not_change_a_teacher()
    {
        int[] widths = [130, 40, 101, 9], ranks = [17, 30, 9];
        using var team = new WorkTeam(3);
        DeepLinearTeacher alone = DeepLinearTeacher.Draw(widths, ranks, 3), shared = DeepLinearTeacher.Draw(widths, ranks, 3, threads: 3);
        Assert.Equal(alone.Parameters, shared.Parameters);
        Assert.Equal(alone.Product(), shared.Product(team));
    }

    // 250 parameters of a map of 24: the losses at w* are found by one matrix, and are those of a pass through all ten.
    [Fact]
    public void Losses_at_the_centre_of_many_matrices_are_those_of_a_pass()
    {
        var teacher = DeepLinearTeacher.Draw([6, 5, 5, 5, 5, 5, 5, 5, 5, 5, 4], null, 2);
        float[] x = [.. Enumerable.Range(0, 6 * 50).Select(i => MathF.Sin(i * i))], y = [.. Enumerable.Range(0, 4 * 50).Select(i => MathF.Cos(i))];
        var data = new ArrayDataSet(x, 6, y, 4);
        var objective = new NetworkObjective(teacher.Network, SquaredError.Mean, data, teacher.Parameters);
        Assert.Equal(24, NetworkObjective.Shortest(teacher.Network, 50, teacher.Parameters, null).Network.Dimension);
        var losses = new double[50];
        FullPass.SampleLosses(teacher.Network, SquaredError.Mean, data, teacher.Parameters, losses);
        for (var s = 0; s < 50; s++) Assert.Equal(losses[s], objective.CenterLosses[s], 1e-5 * losses[s]);
    }

    private static Matrix<double> Matrix(float[] entries, int rows, int columns) => Matrix<double>.Build.Dense(rows, columns, (i, j) => entries[(i * columns) + j]);
}
