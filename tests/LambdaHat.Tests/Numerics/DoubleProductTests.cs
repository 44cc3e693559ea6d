using LambdaHat.Numerics;

namespace LambdaHat.Tests.Numerics;

public sealed class DoubleProductTests
{
    [Theory]
    [MemberData(nameof(MatrixProductTests.Widths), MemberType = typeof(MatrixProductTests))]
    public void Products_of_any_shape_stride_and_orientation_are_exact(int bits)
    {
        var random = new Random(1);
        var product = new DoubleProduct(bits);
        int[] sizes = [1, 2, 3, 5, 7, 8, 9, 13, 16, 17, 24, 25, 33, 64, 70, 100, 129, 193, 400];
        for (var round = 0; round < 300; round++)
        {
            int m = sizes[random.Next(sizes.Length)], n = sizes[random.Next(sizes.Length)], k = sizes[random.Next(sizes.Length)];
            bool ta = random.Next(2) == 0, tb = random.Next(2) == 0, accumulate = random.Next(2) == 0;
            // Now and then rows that fall on one set of the cache, for which A is packed.
            int aStride = round % 8 == 0 ? 512 : (ta ? m : k) + random.Next(3), bStride = (tb ? k : n) + random.Next(3), cStride = n + random.Next(3);
            double[] a = Fill(aStride * (ta ? k : m)), b = Fill(bStride * (tb ? n : k)), c = Fill(cStride * m), before = [.. c];
            product.Multiply(m, n, k, a, aStride, ta, b, bStride, tb, c, cStride, accumulate);
            for (var i = 0; i < m; i++)
            {
                for (var j = 0; j < cStride; j++)
                {
                    var at = (i * cStride) + j;
                    // Integers of at most 2²⁰ in size: every order of summation of fewer than 2¹³ products is exact.
                    double expected = j < n && !accumulate ? 0 : before[at];
                    for (var l = 0; l < k && j < n; l++)
                        expected += (ta ? a[(l * aStride) + i] : a[(i * aStride) + l]) * (tb ? b[(j * bStride) + l] : b[(l * bStride) + j]);
                    Assert.Equal(expected, c[at]);
                }
            }
        }

        double[] Fill(int length) => [.. Enumerable.Range(0, length).Select(_ => (double)random.Next(-(1 << 20), 1 << 20))];
    }

    [Fact]
    public void A_product_over_no_depth_is_zero_or_what_was_there()
    {
        var product = new DoubleProduct();
        double[] c = [1, 2];
        product.Multiply(1, 2, 0, [], false, [], false, c, accumulate: true);
        Assert.Equal([1, 2], c);
        product.Multiply(1, 2, 0, [], false, [], false, c);
        Assert.Equal([0, 0], c);
        Assert.Throws<ArgumentException>(() => product.Multiply(2, 2, 2, new double[3], false, new double[4], false, new double[4]));
    }

    [Theory]
    [InlineData(7, 30, false)]
    [InlineData(40, 25, true)]
    [InlineData(150, 210, false)]
    [InlineData(420, 5, true)]
    public void A_gram_matrix_is_the_product_with_its_transpose(int m, int k, bool transpose)
    {
        var random = new Random(m);
        var stride = (transpose ? m : k) + 1;
        double[] x = [.. Enumerable.Range(0, stride * (transpose ? k : m)).Select(_ => (double)random.Next(-(1 << 20), 1 << 20))], g = new double[m * m];
        g[m - 1] = double.NaN;
        var product = new DoubleProduct();
        for (var round = 1; round <= 2; round++)
        {
            product.Gram(m, k, x, stride, transpose, g, accumulate: round == 2);
            for (var i = 0; i < m; i++)
            {
                for (var j = 0; j < m; j++)
                {
                    double expected = 0;
                    for (var l = 0; l < k; l++) expected += transpose ? x[(l * stride) + i] * x[(l * stride) + j] : x[(i * stride) + l] * x[(j * stride) + l];
                    Assert.Equal(round * expected, g[(i * m) + j]);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(MatrixProductTests.Widths), MemberType = typeof(MatrixProductTests))]
    public void A_gram_matrix_of_float32_is_accumulated_in_float64(int bits)
    {
        var random = new Random(2);
        var product = new DoubleProduct(bits);
        foreach (var (rows, columns) in ((int, int)[])[(1, 1), (2, 5), (3, 16), (7, 33), (8, 8), (20, 512), (33, 100), (50, 1000), (70, 300), (130, 2)])
        {
            var stride = columns + 3;
            var x = new float[rows * stride];
            // Integers of 20 bits: products exact in float64 and not in float32, sums below 2⁵³.
            foreach (ref var value in x.AsSpan()) value = random.Next(-(1 << 20), 1 << 20);
            var g = new double[rows * rows];
            for (var i = 0; i < rows; i++)
            {
                for (var j = 0; j < rows; j++) g[(i * rows) + j] = i + j;
            }
            product.GramDouble(new ReadOnlyMatrix(x, rows, columns, stride), g);
            for (var i = 0; i < rows; i++)
            {
                for (var j = 0; j < rows; j++)
                {
                    double expected = i + j;
                    for (var s = 0; s < columns; s++) expected += (double)x[(i * stride) + s] * x[(j * stride) + s];
                    Assert.Equal(expected, g[(i * rows) + j]);
                }
            }
        }
    }
}
