namespace LambdaHat.Numerics;

/// <summary>
/// C = op(A)·op(B) in float64 on the calling thread, where op is the identity or the transpose, and Gram matrices. Owns its packing
/// buffers: not safe for concurrent calls on the same instance. Matrices are row-major; a stride is the distance between the starts of
/// consecutive rows, in elements.
/// </summary>
public sealed unsafe class DoubleProduct
{
    /// <summary>The samples that are widened at a time, 31 lines of the cache: an odd number, so that a tile's rows fall on different sets.</summary>
    private const int WidenedSamples = 248;

    private readonly AlignedDoubles _widened = new();

    /// <summary>Creates an engine for the widest registers of this processor; its buffers grow with the first products.</summary>
    public DoubleProduct() : this(0) { }

    /// <summary>The same for registers of <paramref name="bits"/> bits.</summary>
    internal DoubleProduct(int bits) => Engine = DoubleEngine.Create(bits);

    internal DoubleEngine Engine { get; }

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
        fixed (double* pa = a, pb = b, pc = c) Multiply(m, n, k, pa, aStride, transposeA, pb, bStride, transposeB, pc, cStride, accumulate);
    }

    /// <summary>The same for dense matrices, whose strides are their columns.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit the spans.</exception>
    public void Multiply(
        int m, int n, int k, ReadOnlySpan<double> a, bool transposeA, ReadOnlySpan<double> b, bool transposeB, Span<double> c,
        bool accumulate = false) =>
        Multiply(m, n, k, a, transposeA ? m : k, transposeA, b, transposeB ? k : n, transposeB, c, n, accumulate);

    /// <summary>
    /// G (dense, m×m) ← X·Xᵀ for X m×k, or XᵀX for X k×m with <paramref name="transpose"/>; added to G with <paramref name="accumulate"/>,
    /// when the lower triangle of G is read. Half the work of the product; exactly symmetric.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit the spans.</exception>
    public void Gram(int m, int k, ReadOnlySpan<double> x, int stride, bool transpose, Span<double> g, bool accumulate = false)
    {
        MatrixShape.Check(x.Length, transpose ? k : m, transpose ? m : k, stride);
        MatrixShape.Check(g.Length, m, m, m);
        fixed (double* px = x, pg = g)
        {
            Multiply(m, m, k, px, stride, transpose, px, stride, !transpose, pg, m, accumulate, lower: true);
            Mirror(pg, m);
        }
    }

    /// <summary>
    /// G ← G + X·Xᵀ for float32 X (features × samples), G dense, features × features: the products exact, the sums float64. The lower
    /// triangle of G is read; the upper becomes its mirror image.
    /// </summary>
    /// <exception cref="ArgumentException">G is too short.</exception>
    public void GramDouble(ReadOnlyMatrix x, Span<double> g)
    {
        var m = x.Rows;
        MatrixShape.Check(g.Length, m, m, m);
        var widened = _widened.Reserve((long)m * WidenedSamples);
        fixed (float* px = x.Data)
        fixed (double* pg = g)
        {
            for (var start = 0; start < x.Columns; start += WidenedSamples)
            {
                var count = Math.Min(WidenedSamples, x.Columns - start);
                for (var i = 0; i < m; i++) Engine.Widen(px + ((nint)i * x.Stride) + start, widened + ((nint)i * WidenedSamples), count);
                Multiply(m, m, count, widened, WidenedSamples, false, widened, WidenedSamples, true, pg, m, accumulate: true, lower: true);
            }
            Mirror(pg, m);
        }
        GC.KeepAlive(this);
    }

    /// <summary>The product by pointers, strides in elements; nothing is checked.</summary>
    internal void Multiply(
        int m, int n, int k, double* a, int aStride, bool transposeA, double* b, int bStride, bool transposeB, double* c, int cStride,
        bool accumulate, bool lower = false)
    {
        if (k == 0 && !accumulate)
        {
            for (var i = 0; i < m; i++) new Span<double>(c + ((nint)i * cStride), n).Clear();
        }
        if (m == 0 || n == 0 || k == 0) return;
        Engine.Multiply(ProductTask.Of(m, n, k, sizeof(double), a, aStride, transposeA, b, bStride, transposeB, c, cStride, accumulate), lower);
    }

    private static void Mirror(double* g, int m)
    {
        for (var i = 1; i < m; i++)
        {
            for (var j = 0; j < i; j++) g[((nint)j * m) + i] = g[((nint)i * m) + j];
        }
    }
}
