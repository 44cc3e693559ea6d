using System.Runtime.InteropServices;
using LambdaHat.Numerics;

namespace LambdaHat.Benchmarks;

/// <summary>The sgemm of an installed OpenBLAS, to compare with; the library itself does not use it.</summary>
internal sealed unsafe class OpenBlas
{
    private const int RowMajor = 101, NoTranspose = 111, Transpose = 112;
    private readonly delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void> _gemm;
    private readonly delegate* unmanaged<int, void> _setThreads;
    private readonly delegate* unmanaged<byte*> _configuration;

    private OpenBlas(nint library)
    {
        _gemm = (delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)NativeLibrary.GetExport(library, "cblas_sgemm");
        _setThreads = (delegate* unmanaged<int, void>)NativeLibrary.GetExport(library, "openblas_set_num_threads");
        _configuration = (delegate* unmanaged<byte*>)NativeLibrary.GetExport(library, "openblas_get_config");
    }

    /// <summary>Its version and the processor it was tuned for.</summary>
    public string Configuration => Marshal.PtrToStringUTF8((nint)_configuration()) ?? "";

    /// <summary>The installed library, or null.</summary>
    public static OpenBlas? TryLoad() => NativeLibrary.TryLoad("libopenblas.so.0", out var library) ? new(library) : null;

    /// <summary>How many threads its products use.</summary>
    public void SetThreads(int threads) => _setThreads(threads);

    /// <summary>C ← op(A)·op(B).</summary>
    public void Multiply(ReadOnlyMatrix a, bool transposeA, ReadOnlyMatrix b, bool transposeB, Matrix c)
    {
        var k = transposeA ? a.Rows : a.Columns;
        fixed (float* pa = a.Data, pb = b.Data, pc = c.Data)
        {
            _gemm(
                RowMajor, transposeA ? Transpose : NoTranspose, transposeB ? Transpose : NoTranspose, c.Rows, c.Columns, k,
                1f, pa, a.Stride, pb, b.Stride, 0f, pc, c.Stride);
        }
    }
}
