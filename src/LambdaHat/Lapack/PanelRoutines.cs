namespace LambdaHat.Lapack;

/// <summary>
/// The routines that a blocked reduction by reflections is made of, in float32 or float64: QR of a panel (geqrf), the triangular factor of its reflections (larft), products with a symmetric matrix (symm), its update of rank 2k
/// (syr2k), products (gemm). Matrices are column-major; of symmetric ones the lower triangle is meant.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed unsafe class PanelRoutines<T>(LapackLibrary library, int threads)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
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
        T one = T.One, zero = T.Zero;
        _symm(&left, &lower, &m, &n, &one, a, &stride, b, &bStride, &zero, c, &cStride, 1, 1);
    }

    /// <summary>A ← A − V·Wᵀ − W·Vᵀ with a symmetric n×n A and n×k V, W.</summary>
    public void Subtract(T* a, long n, long stride, T* v, T* w, long k, long factorStride)
    {
        byte lower = (byte)'L', plain = (byte)'N';
        T minus = -T.One, one = T.One;
        _syr2k(&lower, &plain, &n, &k, &minus, v, &factorStride, w, &factorStride, &one, a, &stride, 1, 1);
    }

    /// <summary>C ← α·op(A)·B + β·C of m×k and k×n matrices, op the transpose where <paramref name="transposed"/>.</summary>
    public void Multiply(bool transposed, long m, long n, long k, T alpha, T* a, long aStride, T* b, long bStride, T beta, T* c, long cStride)
    {
        byte first = (byte)(transposed ? 'T' : 'N'), second = (byte)'N';
        _gemm(&first, &second, &m, &n, &k, &alpha, a, &aStride, b, &bStride, &beta, c, &cStride, 1, 1);
    }
}
