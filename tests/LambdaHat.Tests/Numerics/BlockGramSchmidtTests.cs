using LambdaHat.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace LambdaHat.Tests.Numerics;

/// <summary>Block Gram–Schmidt against the triangle of a QR decomposition, on rows that are nearly dependent, dependent, and far apart in length.</summary>
public sealed class BlockGramSchmidtTests
{
    // More rows than a block holds, so that they are freed from each other within blocks and between them. Departures from orthonormality are a small multiple of n·2⁻⁵³: 16·n bounds them.
    [Theory]
    [InlineData(50, 70, 0.0, false)]
    [InlineData(50, 70, 0.0, true)]
    [InlineData(50, 50, 1e-9, false)]
    [InlineData(50, 50, 1e-9, true)]
    [InlineData(1, 3, 0.0, true)]
    public void Rows_become_orthonormal_and_span_what_they_spanned_in_order(int rows, int size, double apart, bool fromLast)
    {
        var y = Rows(rows, size, apart);
        var result = Orthonormalised(y, fromLast, 0);

        var tolerance = 16 * size * Math.ScaleB(1, -53);
        var gram = result * result.Transpose();
        Assert.True((gram - Matrix<double>.Build.DenseIdentity(rows)).Enumerate().All(e => Math.Abs(e) <= tolerance), "not orthonormal");
        // Row i lies in the span of itself and the rows before it in the order: Y·Qᵀ is triangular, to a rounding of each row's length.
        var triangle = y * result.Transpose();
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < rows; j++)
            {
                var later = fromLast ? j < i : j > i;
                if (later) Assert.True(Math.Abs(triangle[i, j]) <= tolerance * y.Row(i).L2Norm(), $"row {i} has a part {triangle[i, j]} along row {j}, which comes later");
            }
            Assert.True(triangle[i, i] > 0, $"row {i} has turned round");
        }
    }

    // The sum of two rows before it, one of them a block away, leaves nothing.
    [Fact]
    public void A_dependent_row_becomes_zero_and_spoils_no_other()
    {
        var y = Rows(40, 60, 0);
        y.SetRow(35, y.Row(2) - (1e5 * y.Row(34)));
        var result = Orthonormalised(y, fromLast: false, 1e-14);

        Assert.Equal(0, result.Row(35).L2Norm());
        var gram = result * result.Transpose();
        for (var i = 0; i < 40; i++)
            for (var j = 0; j < 40; j++)
                Assert.Equal(i == j && i != 35 ? 1 : 0, gram[i, j], 16 * 60 * Math.ScaleB(1, -53));
    }

    // With no bound on what counts as dependent, rounding takes the place of what is gone, orthogonal like every other row.
    [Fact]
    public void Rows_of_which_nothing_is_left_are_orthonormal_all_the_same()
    {
        var y = Rows(80, 80, 0);
        for (var i = 20; i < 60; i++) y.SetRow(i, y.Row(i % 20) + (3 * y.Row((i + 7) % 20)));
        var result = Orthonormalised(y, fromLast: false, 0);
        var gram = result * result.Transpose();
        Assert.True((gram - Matrix<double>.Build.DenseIdentity(80)).Enumerate().All(e => Math.Abs(e) <= 16 * 80 * Math.ScaleB(1, -53)), "not orthonormal");
    }

    // Lengths from 1 to 1e-12; with `apart` above 0 every odd row is the one before it but for that share.
    private static Matrix<double> Rows(int rows, int size, double apart)
    {
        var y = Matrix<double>.Build.Random(rows, size, 1);
        for (var i = 1; apart > 0 && i < rows; i += 2) y.SetRow(i, y.Row(i - 1) + (apart * y.Row(i)));
        for (var i = 0; i < rows; i++) y.SetRow(i, y.Row(i) * Math.Pow(10, -12.0 * i / rows));
        return y;
    }

    private static Matrix<double> Orthonormalised(Matrix<double> y, bool fromLast, double dependent)
    {
        var flat = y.ToRowMajorArray();
        new BlockGramSchmidt(y.RowCount, y.ColumnCount).Orthonormalise(flat, fromLast, dependent, new DoubleProduct());
        return Matrix<double>.Build.DenseOfRowMajor(y.RowCount, y.ColumnCount, flat);
    }
}
