using LambdaHat.Theory;

namespace LambdaHat.Tests.Theory;

/// <summary>
/// Compares the rank formula with the rank of the derivative of the product itself, both over the integers modulo a prime, where
/// elimination is exact.
/// </summary>
public sealed class HessianRankTests
{
    private const long Prime = 2_147_483_647;

    [Fact]
    public void It_is_the_rank_of_the_product_s_derivative_at_random_points_of_given_ranks()
    {
        var random = new Random(11);
        for (var trial = 0; trial < 60; trial++)
        {
            var widths = Enumerable.Range(0, random.Next(2, 6)).Select(_ => random.Next(1, 5)).ToArray();
            var ranks = widths.Zip(widths.Skip(1), (x, y) => random.Next(0, Math.Min(x, y) + 1)).ToArray();
            var matrices = ranks.Select((r, l) => Multiply(Uniform(random, widths[l + 1], r), Uniform(random, r, widths[l]))).ToArray();
            var exact = Rank(Derivative(widths, matrices));
            Assert.Equal(exact, DeepLinear.GenericHessianRank(widths, ranks));
            Assert.Equal(exact, FromRanks(widths, matrices));
        }
    }

    [Fact]
    public void It_holds_where_products_lose_rank_by_alignment()
    {
        var random = new Random(12);
        var aligned = 0;
        for (var trial = 0; trial < 200; trial++)
        {
            var widths = Enumerable.Range(0, random.Next(3, 6)).Select(_ => random.Next(1, 5)).ToArray();
            var matrices = widths.Zip(widths.Skip(1), (x, y) => Sparse(random, y, x)).ToArray();
            var exact = Rank(Derivative(widths, matrices));
            Assert.Equal(exact, FromRanks(widths, matrices));
            if (exact != DeepLinear.GenericHessianRank(widths, [.. matrices.Select(Rank)])) aligned++;
        }
        Assert.True(aligned > 10, $"only {aligned} points were special: the test would not see the difference");
    }

    [Fact]
    public void Known_values()
    {
        Assert.Equal(510, DeepLinear.GenericHessianRank([84, 6, 72, 13, 12], [1, 6, 13, 9]));
        Assert.Equal(400, DeepLinear.GenericHessianRank([20, 20, 20], [20, 20]));
        Assert.Equal(15, DeepLinear.HessianRank([5], [3]));
        Assert.Equal(0, DeepLinear.HessianRank([5, 0], [0, 3]));
    }

    [Fact]
    public void Bad_input_is_named_with_its_range_and_place()
    {
        SmallPotentialTests.Fails(() => DeepLinear.HessianRank([3, 2], [3]), "2 prefix ranks", "1 suffix ranks");
        SmallPotentialTests.Fails(() => DeepLinear.HessianRank([], []), "at least 1");
        SmallPotentialTests.Fails(() => DeepLinear.HessianRank([3, 4], [1, 2]), "prefix ranks", "got 3 then 4", "layer 1");
        SmallPotentialTests.Fails(() => DeepLinear.HessianRank([3, -1], [1, 2]), "prefix ranks", "got -1", "layer 2");
        SmallPotentialTests.Fails(() => DeepLinear.HessianRank([3, 2], [3, 2]), "suffix ranks", "got 3 then 2", "layer 2");
        SmallPotentialTests.Fails(() => DeepLinear.GenericHessianRank([3, 2, 3], [1]), "ranks", "expected 2", "got 1");
        SmallPotentialTests.Fails(() => DeepLinear.GenericHessianRank([3, 2, 3], [1, 3]), "ranks, matrix 2", "from 0 to 2", "got 3");
        SmallPotentialTests.Fails(() => DeepLinear.GenericHessianRank([0, 2], [1]), "widths, entry 1 of 2", "got 0");
    }

    private static long FromRanks(int[] widths, long[][,] matrices)
    {
        var l = matrices.Length;
        var prefix = Enumerable.Range(0, l).Select(i => Rank(Chain(widths, matrices, 0, i))).ToArray();
        var suffix = Enumerable.Range(0, l).Select(i => Rank(Chain(widths, matrices, i + 1, l))).ToArray();
        return DeepLinear.HessianRank(prefix, suffix);
    }

    // W_{to}…W_{from + 1}, the identity where the range is empty.
    private static long[,] Chain(int[] widths, long[][,] matrices, int from, int to)
    {
        var product = new long[widths[from], widths[from]];
        for (var i = 0; i < widths[from]; i++) product[i, i] = 1;
        for (var l = from; l < to; l++) product = Multiply(matrices[l], product);
        return product;
    }

    // One row for each entry of each matrix, one column for each entry of the product.
    private static long[,] Derivative(int[] widths, long[][,] matrices)
    {
        var rows = new List<long[]>();
        for (var l = 0; l < matrices.Length; l++)
        {
            var (after, before) = (Chain(widths, matrices, l + 1, matrices.Length), Chain(widths, matrices, 0, l));
            for (var i = 0; i < widths[l + 1]; i++)
            {
                for (var j = 0; j < widths[l]; j++)
                    rows.Add([.. from o in Enumerable.Range(0, widths[^1]) from x in Enumerable.Range(0, widths[0]) select after[o, i] * before[j, x] % Prime]);
            }
        }
        var derivative = new long[rows.Count, widths[0] * widths[^1]];
        for (var i = 0; i < rows.Count; i++)
        {
            for (var j = 0; j < rows[i].Length; j++) derivative[i, j] = rows[i][j];
        }
        return derivative;
    }

    private static long[,] Uniform(Random random, int rows, int columns) => Fill(rows, columns, () => random.NextInt64(Prime));

    private static long[,] Sparse(Random random, int rows, int columns) => Fill(rows, columns, () => random.Next(0, 3) == 0 ? 1 : 0);

    private static long[,] Fill(int rows, int columns, Func<long> draw)
    {
        var matrix = new long[rows, columns];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++) matrix[i, j] = draw();
        }
        return matrix;
    }

    private static long[,] Multiply(long[,] x, long[,] y)
    {
        var product = new long[x.GetLength(0), y.GetLength(1)];
        for (var i = 0; i < x.GetLength(0); i++)
        {
            for (var j = 0; j < y.GetLength(1); j++)
            {
                for (var k = 0; k < x.GetLength(1); k++) product[i, j] = (product[i, j] + (x[i, k] * y[k, j])) % Prime;
            }
        }
        return product;
    }

    private static int Rank(long[,] matrix)
    {
        var m = (long[,])matrix.Clone();
        var (rows, columns, rank) = (m.GetLength(0), m.GetLength(1), 0);
        for (var c = 0; c < columns && rank < rows; c++)
        {
            var pivot = rank;
            while (pivot < rows && m[pivot, c] == 0) pivot++;
            if (pivot == rows) continue;
            for (var j = 0; j < columns; j++) (m[rank, j], m[pivot, j]) = (m[pivot, j], m[rank, j]);
            for (var i = rank + 1; i < rows; i++)
            {
                var (lead, factor) = (m[rank, c], m[i, c]);
                for (var j = c; j < columns; j++) m[i, j] = ((m[i, j] * lead % Prime) + Prime - (factor * m[rank, j] % Prime)) % Prime;
            }
            rank++;
        }
        return rank;
    }
}
