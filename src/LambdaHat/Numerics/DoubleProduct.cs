namespace LambdaHat.Numerics;

/// <summary>
/// C = op(A)·op(B) in float64 on the calling thread, where op is the identity or the transpose, and Gram matrices. Owns its packing
/// buffers: not safe for concurrent calls on the same instance. Matrices are row-major; a stride is the distance between the starts of
/// consecutive rows, in elements.
/// </summary>
public sealed class DoubleProduct
{
    private double[] _row = [];

    /// <summary>
    /// C (m×n) ← op(A)·op(B), or C ← C + op(A)·op(B) with <paramref name="accumulate"/>. op(A) is m×k, op(B) is k×n; A and B are stored
    /// as they are before op. C must not overlap A or B; memory between the columns of C is not written. Each element is within
    /// k·2⁻⁵²·Σ|a||b| of the exact one, to first order.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit the spans.</exception>
    public void Multiply(
        int m, int n, int k, ReadOnlySpan<double> a, int aStride, bool transposeA, ReadOnlySpan<double> b, int bStride, bool transposeB,
        Span<double> c, int cStride, bool accumulate = false)
    {
        MatrixShape.Check(a.Length, transposeA ? k : m, transposeA ? m : k, aStride);
        MatrixShape.Check(b.Length, transposeB ? n : k, transposeB ? k : n, bStride);
        MatrixShape.Check(c.Length, m, n, cStride);
        if (_row.Length < k) _row = new double[k];
        for (var i = 0; i < m; i++)
        {
            var row = c.Slice(i * cStride, n);
            if (!accumulate) row.Clear();
            for (var l = 0; l < k; l++) _row[l] = transposeA ? a[(l * aStride) + i] : a[(i * aStride) + l];
            for (var l = 0; l < k; l++)
            {
                for (var j = 0; j < n; j++) row[j] += _row[l] * (transposeB ? b[(j * bStride) + l] : b[(l * bStride) + j]);
            }
        }
    }

    /// <summary>The same for dense matrices, whose strides are their columns.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit the spans.</exception>
    public void Multiply(
        int m, int n, int k, ReadOnlySpan<double> a, bool transposeA, ReadOnlySpan<double> b, bool transposeB, Span<double> c,
        bool accumulate = false) =>
        Multiply(m, n, k, a, transposeA ? m : k, transposeA, b, transposeB ? k : n, transposeB, c, n, accumulate);

    /// <summary>
    /// G ← G + X·Xᵀ for float32 X (features × samples), G dense, features × features: the products exact, the sums float64. Both
    /// triangles are written; a G that is symmetric on entry stays so exactly.
    /// </summary>
    /// <exception cref="ArgumentException">G is not features × features.</exception>
    public void GramDouble(ReadOnlyMatrix x, Span<double> g)
    {
        if (g.Length != x.Rows * x.Rows) throw new ArgumentException($"expected {x.Rows} × {x.Rows} sums, got {g.Length}");
        if (_row.Length < x.Columns) _row = new double[x.Columns];
        for (var i = 0; i < x.Rows; i++)
        {
            for (var s = 0; s < x.Columns; s++) _row[s] = x.Row(i)[s];
            for (var j = 0; j <= i; j++)
            {
                double sum = 0;
                for (var s = 0; s < x.Columns; s++) sum += _row[s] * x.Row(j)[s];
                g[(i * x.Rows) + j] += sum;
                if (j < i) g[(j * x.Rows) + i] += sum;
            }
        }
    }
}
