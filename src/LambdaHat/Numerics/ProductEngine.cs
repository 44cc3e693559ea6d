namespace LambdaHat.Numerics;

/// <summary>
/// Pointers and shape of one product C (M×N) ← A (M×K) · B (K×N). Element (i, p) of op(A) lies at A + i·ARow + p·ADepth, element (p, j) of
/// op(B) at B + p·BDepth + j·BColumn, strides in bytes.
/// </summary>
internal unsafe struct ProductTask
{
    public byte* A;
    public nint ARow;
    public nint ADepth;
    public byte* B;
    public nint BDepth;
    public nint BColumn;
    public byte* C;
    public nint CRow;
    public int M;
    public int N;
    public int K;
    public bool Accumulate;

    /// <summary>The task C (m×n) ← op(A)·op(B) of row-major operands, each with <paramref name="aStride"/> … elements of <paramref name="size"/> bytes from row to row.</summary>
    public static ProductTask Of(int m, int n, int k, int size, void* a, int aStride, bool transposeA, void* b, int bStride, bool transposeB, void* c, int cStride, bool accumulate)
    {
        nint aBytes = (nint)aStride * size, bBytes = (nint)bStride * size;
        return new ProductTask
        {
            A = (byte*)a,
            ARow = transposeA ? size : aBytes,
            ADepth = transposeA ? aBytes : size,
            B = (byte*)b,
            BDepth = transposeB ? size : bBytes,
            BColumn = transposeB ? bBytes : size,
            C = (byte*)c,
            CRow = (nint)cStride * size,
            M = m,
            N = n,
            K = k,
            Accumulate = accumulate,
        };
    }
}

/// <summary>A matrix product for one width of register.</summary>
internal abstract class ProductEngine : IDisposable
{
    /// <summary>Computes the product, on the threads of the team where given and worth it.</summary>
    public abstract void Multiply(in ProductTask task, WorkTeam? team);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>The engine for registers of <paramref name="bits"/> bits, or for the widest that the processor has (0).</summary>
    public static ProductEngine Create(int bits) => RegisterWidth.Resolve(bits) switch
    {
        512 => new ProductEngine<Lanes512, System.Runtime.Intrinsics.Vector512<float>>(),
        256 => new ProductEngine<Lanes256, System.Runtime.Intrinsics.Vector256<float>>(),
        _ => new ProductEngine<Lanes128, System.Runtime.Intrinsics.Vector128<float>>(),
    };
}
