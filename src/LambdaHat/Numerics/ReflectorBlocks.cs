namespace LambdaHat.Numerics;

/// <summary>
/// X ← X·H_1·H_2⋯H_{n−1} for the reflectors of a tridiagonal reduction, a block of them at a time: H_a⋯H_b = I − VᵀTV with the rows
/// v_a … v_b of V and an upper triangular T (Schreiber and Van Loan, 1989), so that the work is matrix products.
/// </summary>
internal sealed unsafe class ReflectorBlocks
{
    private const int Size = 32;

    /// <summary>The distance of rows of X·Vᵀ: an odd number of cache lines.</summary>
    private const int Stride = Size + 8;

    private readonly AlignedDoubles _work = new();

    /// <summary>Multiplies the n×n matrix at x; row i of v is v_i with zeros from i on, scale[i] its factor. Both have the same stride.</summary>
    public void Apply(double* x, double* v, double* scale, int n, int stride, DoubleProduct product)
    {
        double* gram = _work.Reserve((2L * Size * Stride) + (2L * n * Stride)), t = gram + (Size * Stride);
        double* projected = t + (Size * Stride), scaled = projected + ((nint)n * Stride);
        for (var start = 1; start < n; start += Size)
        {
            var count = Math.Min(Size, n - start);
            var width = start + count - 1;
            var rows = v + ((nint)start * stride);
            product.Multiply(count, count, width, rows, stride, false, rows, stride, true, gram, Stride, false, lower: true);
            Triangle(gram, scale + start, count, t);
            product.Multiply(n, count, width, x, stride, false, rows, stride, true, projected, Stride, false);
            product.Multiply(n, count, count, projected, Stride, false, t, Stride, false, scaled, Stride, false);
            product.Multiply(n, width, count, scaled, Stride, false, rows, stride, false, x, stride, true);
        }
        GC.KeepAlive(this);
    }

    /// <summary>−T, by columns: T_jj = scale_j, T_ij = −scale_j·Σ_{i≤l&lt;j} T_il·(v_l·v_j).</summary>
    private static void Triangle(double* gram, double* scale, int count, double* t)
    {
        for (var j = 0; j < count; j++)
        {
            for (var i = 0; i < j; i++)
            {
                double sum = 0;
                for (var l = i; l < j; l++) sum += t[(i * Stride) + l] * gram[(j * Stride) + l];
                t[(i * Stride) + j] = -scale[j] * sum;
                t[(j * Stride) + i] = 0;
            }
            t[(j * Stride) + j] = -scale[j];
        }
    }
}
