namespace LambdaHat.Lapack;

/// <summary>
/// The routines that a blocked reduction by reflections is made of, in float32 or float64: QR of a panel (geqrf), the triangular factor of its reflections (larft), products (gemm), and on the
/// diagonal of a symmetric matrix those with it (symm) and its update of rank 2k (syr2k). Matrices are column-major; of symmetric ones the lower triangle is meant.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed unsafe class PanelRoutines<T>(LapackLibrary library, int threads)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    // Columns of a symmetric matrix that are multiplied at once: with few columns beside it symm runs at half the speed of gemm.
    private const long Tile = 512;

    private static readonly string s_prefix = typeof(T) == typeof(float) ? "s" : "d";

    private readonly delegate* unmanaged[Cdecl]<long*, long*, T*, long*, T*, T*, long*, long*, void> _geqrf = (delegate* unmanaged[Cdecl]<long*, long*, T*, long*, T*, T*, long*, long*, void>)library.Routine(s_prefix + "geqrf");
    private readonly delegate* unmanaged[Cdecl]<byte*, byte*, long*, long*, T*, long*, T*, T*, long*, nint, nint, void> _larft = (delegate* unmanaged[Cdecl]<byte*, byte*, long*, long*, T*, long*, T*, T*, long*, nint, nint, void>)library.Routine(s_prefix + "larft");
    private readonly delegate* unmanaged[Cdecl]<byte*, byte*, long*, long*, T*, T*, long*, T*, long*, T*, T*, long*, nint, nint, void> _symm = (delegate* unmanaged[Cdecl]<byte*, byte*, long*, long*, T*, T*, long*, T*, long*, T*, T*, long*, nint, nint, void>)library.Routine(s_prefix + "symm");
    private readonly delegate* unmanaged[Cdecl]<byte*, byte*, long*, long*, T*, T*, long*, T*, long*, T*, T*, long*, nint, nint, void> _syr2k = (delegate* unmanaged[Cdecl]<byte*, byte*, long*, long*, T*, T*, long*, T*, long*, T*, T*, long*, nint, nint, void>)library.Routine(s_prefix + "syr2k");
    private readonly delegate* unmanaged[Cdecl]<byte*, byte*, long*, long*, long*, T*, T*, long*, T*, long*, T*, T*, long*, nint, nint, void> _gemm = (delegate* unmanaged[Cdecl]<byte*, byte*, long*, long*, long*, T*, T*, long*, T*, long*, T*, T*, long*, nint, nint, void>)library.Routine(s_prefix + "gemm");

    /// <summary>All that are used, without the letter of the type.</summary>
    public static readonly string[] Names = ["geqrf", "larft", "symm", "syr2k", "gemm"];

    /// <summary>Claims the library, until the scope is disposed.</summary>
    public Lock.Scope Enter() => library.Enter(threads);

    /// <summary>A = Q·R of an m×n panel in place: R in the upper triangle, the reflections below it; <paramref name="work"/> has room for <paramref name="room"/> numbers, n at least.</summary>
    public void Factorise(T* a, long m, long n, long stride, T* scales, T* work, long room)
    {
        long info = 0;
        _geqrf(&m, &n, a, &stride, scales, work, &room, &info);
        if ((int)info != 0) throw new ArithmeticException($"{s_prefix}geqrf of {library.Name} ended with code {(int)info}");
    }

    /// <summary>The k×k upper triangle T with Q = I − V·T·Vᵀ; what lies below it is left alone.</summary>
    public void Triangle(T* v, long m, long k, long stride, T* scales, T* triangle, long triangleStride)
    {
        byte forward = (byte)'F', columns = (byte)'C';
        _larft(&forward, &columns, &m, &k, v, &stride, scales, triangle, &triangleStride, 1, 1);
    }

    /// <summary>C ← A·B with a symmetric m×m A and m×n B.</summary>
    public void MultiplySymmetric(T* a, long m, long stride, T* b, long n, long bStride, T* c, long cStride)
    {
        byte left = (byte)'L', lower = (byte)'L';
        var one = T.One;
        for (long j = 0; j < n; j++) new Span<T>(c + (j * cStride), (int)m).Clear();
        for (long first = 0; first < m; first += Tile)
        {
            long width = Math.Min(Tile, m - first), next = first + width;
            T* column = a + (first * stride);
            _symm(&left, &lower, &width, &n, &one, column + first, &stride, b + first, &bStride, &one, c + first, &cStride, 1, 1);
            if (next == m) return;
            Multiply(false, false, m - next, n, width, one, column + next, stride, b + first, bStride, one, c + next, cStride);
            Multiply(true, false, width, n, m - next, one, column + next, stride, b + next, bStride, one, c + first, cStride);
        }
    }

    /// <summary>A ← A − V·Wᵀ − W·Vᵀ with a symmetric n×n A and n×k V, W; <paramref name="factors"/> are the 3k columns V, W and V again.</summary>
    public void Subtract(T* a, long n, long stride, T* factors, long k)
    {
        byte lower = (byte)'L', plain = (byte)'N';
        T minus = -T.One, one = T.One;
        T* turned = factors + (k * n);
        for (long first = 0; first < n; first += Tile)
        {
            long width = Math.Min(Tile, n - first), next = first + width;
            T* column = a + (first * stride);
            _syr2k(&lower, &plain, &width, &k, &minus, factors + first, &n, turned + first, &n, &one, column + first, &stride, 1, 1);
            if (next < n) Multiply(false, true, n - next, width, 2 * k, minus, factors + next, n, turned + first, n, one, column + next, stride);
        }
    }

    /// <summary>C ← α·op(A)·op(B) + β·C of m×k and k×n matrices, op the transpose of the one or the other.</summary>
    public void Multiply(bool firstTransposed, bool secondTransposed, long m, long n, long k, T alpha, T* a, long aStride, T* b, long bStride, T beta, T* c, long cStride)
    {
        byte first = (byte)(firstTransposed ? 'T' : 'N'), second = (byte)(secondTransposed ? 'T' : 'N');
        _gemm(&first, &second, &m, &n, &k, &alpha, a, &aStride, b, &bStride, &beta, c, &cStride, 1, 1);
    }
}
