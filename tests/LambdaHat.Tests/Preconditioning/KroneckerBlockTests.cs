using LambdaHat.Numerics;
using LambdaHat.Preconditioning;
using LambdaHat.Tests.Losses;
using MathNet.Numerics.LinearAlgebra;

namespace LambdaHat.Tests.Preconditioning;

public sealed class KroneckerBlockTests
{
    // Weight and bias, either alone, an embedding (no basis for the rows), a vector of biases with a column basis that is none.
    [Theory]
    [InlineData(4, 6, true, true, true, true)]
    [InlineData(4, 5, true, false, true, true)]
    [InlineData(4, 1, false, true, true, false)]
    [InlineData(7, 3, true, false, false, true)]
    [InlineData(7, 3, true, false, false, false)]
    public void It_turns_into_its_bases_and_back(int rows, int columns, bool weight, bool bias, bool rowBasis, bool columnBasis)
    {
        const int before = 3, between = 2;
        var width = columns - (bias ? 1 : 0);
        var biasAt = before + (rows * width) + between;
        using var block = new KroneckerBlock(rows, columns, weight ? before : -1, bias ? biasAt : -1, rowBasis, columnBasis);
        Assert.Equal((rows * columns, rowBasis, columnBasis), (block.Size, !block.RowBasis.IsEmpty, !block.ColumnBasis.IsEmpty));
        var left = Orthogonal(block.RowBasis, rows, 1);
        var right = Orthogonal(block.ColumnBasis, columns, 2);
        var flat = LinearRegressionData.Normals(3, 0, biasAt + rows + 4, 1);
        var v = Matrix<double>.Build.Dense(rows, columns, (j, i) => bias && i == width ? flat[biasAt + j] : flat[before + (j * width) + i]);
        var expected = left * v * right.Transpose();
        var turned = new float[block.Size];
        using var product = new MatrixProduct();
        block.ToBasis(flat, turned, product);
        // Sums of up to 7 products of numbers of size 1, twice.
        for (var k = 0; k < turned.Length; k++) Assert.Equal(expected[k / columns, k % columns], turned[k], 4e-6);

        // What is added is Vᵀ's own, and what lies beside it is not touched.
        float[] result = [.. flat];
        block.FromBasis(turned, result, product);
        int[] own = [.. Enumerable.Range(before, weight ? rows * width : 0), .. Enumerable.Range(biasAt, bias ? rows : 0)];
        for (var i = 0; i < flat.Length; i++) Assert.Equal(flat[i] * (own.Contains(i) ? 2 : 1), result[i], own.Contains(i) ? 8e-6 : 0);
    }

    // Fills the basis, if there is one, with the Q of a random matrix.
    private static Matrix<double> Orthogonal(Span<float> basis, int n, ulong seed)
    {
        if (basis.IsEmpty) return Matrix<double>.Build.DenseIdentity(n);
        var q = LinearRegressionData.ToMatrix(LinearRegressionData.Normals(seed, 0, n * n, 1), n, n).QR().Q;
        LinearRegressionData.Floats(q).CopyTo(basis);
        return q;
    }
}
