using System.Numerics.Tensors;

namespace LambdaHat.Numerics;

/// <summary>
/// Orthonormal rows by block Gram–Schmidt: a block at a time is freed from the rows before it by matrix products, then its rows from each other, all of it twice, so that what is left is orthogonal to a few
/// roundings (Giraud et al. 2005), and again where the second time still takes much away, as from a row of which the first left nothing but rounding. Allocates nothing after construction.
/// </summary>
internal sealed class BlockGramSchmidt
{
    private const int BlockRows = 16, MostPasses = 6;

    // A row that keeps more of itself than this was orthogonal to rounding before.
    private const double Kept = 0.5;

    private readonly int _rows, _size;
    private readonly double[] _coefficients, _norms;

    /// <summary>For matrices of <paramref name="rows"/> rows of <paramref name="size"/> numbers.</summary>
    public BlockGramSchmidt(int rows, int size) => (_rows, _size, _coefficients, _norms) = (rows, size, new double[BlockRows * rows], new double[rows]);

    /// <summary>
    /// Makes the rows of <paramref name="y"/> (row-major) orthonormal, from the first to the last, or from the last to the first: a row keeps its part outside the span of those before it. Where that part is
    /// at most <paramref name="dependent"/> times the longest row the row becomes zero. The first <paramref name="known"/> in that order are orthonormal already and stay as they are.
    /// </summary>
    public void Orthonormalise(Span<double> y, bool fromLast, double dependent, DoubleProduct product, int known = 0)
    {
        var longest = 0.0;
        for (var i = fromLast ? 0 : known; i < (fromLast ? _rows - known : _rows); i++) longest = Math.Max(longest, _norms[i] = Normalise(Row(y, i)));
        for (var start = known; start < _rows; start += BlockRows)
        {
            var count = Math.Min(BlockRows, _rows - start);
            var block = fromLast ? _rows - start - count : start;
            var least = 0.0;
            for (var pass = 0; pass < 2 || (least < Kept && pass < MostPasses); pass++)
            {
                least = 1;
                ReduceBlock(y, block, count, fromLast ? block + count : 0, start, product);
                for (var k = 0; k < count; k++)
                {
                    var i = fromLast ? block + count - 1 - k : block + k;
                    var row = Row(y, i);
                    for (var j = 0; j < k; j++) Reduce(row, Row(y, fromLast ? i + k - j : block + j));
                    var kept = Normalise(row);
                    _norms[i] *= kept;
                    if (!(_norms[i] > dependent * longest)) row.Clear();
                    else least = Math.Min(least, kept);
                }
            }
        }
    }

    private Span<double> Row(Span<double> y, int i) => y.Slice(i * _size, _size);

    private static double Normalise(Span<double> row)
    {
        var norm = TensorPrimitives.Norm<double>(row);
        if (norm > 0) TensorPrimitives.Divide(row, norm, row);
        return norm;
    }

    // Y_block ← Y_block − (Y_block·Y_beforeᵀ)·Y_before.
    private void ReduceBlock(Span<double> y, int block, int count, int before, int beforeCount, DoubleProduct product)
    {
        if (beforeCount == 0) return;
        Span<double> rows = y.Slice(block * _size, count * _size), others = y.Slice(before * _size, beforeCount * _size), coefficients = _coefficients.AsSpan(0, count * beforeCount);
        product.Multiply(count, beforeCount, _size, rows, false, others, true, coefficients);
        TensorPrimitives.Negate(coefficients, coefficients);
        product.Multiply(count, _size, beforeCount, coefficients, false, others, false, rows, accumulate: true);
    }

    private static void Reduce(Span<double> row, ReadOnlySpan<double> other) => TensorPrimitives.MultiplyAdd(other, -TensorPrimitives.Dot<double>(row, other), row, row);
}
