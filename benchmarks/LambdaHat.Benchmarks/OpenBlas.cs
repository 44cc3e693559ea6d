using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using LambdaHat.Numerics;

namespace LambdaHat.Benchmarks;

/// <summary>The sgemm of an installed OpenBLAS, to compare with; the library itself does not use it.</summary>
internal sealed unsafe partial class OpenBlas
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

    /// <summary>
    /// The installed library, or null. A version older than the processor does not know it and falls back to its slowest kernels; unless
    /// OPENBLAS_CORETYPE says otherwise, it is told to use those for the widest registers here.
    /// </summary>
    public static OpenBlas? TryLoad()
    {
        if (OperatingSystem.IsLinux())
        {
            var core = Vector512.IsHardwareAccelerated ? "SkylakeX" : Vector256.IsHardwareAccelerated ? "Haswell" : null;
            if (core is not null && SetEnvironment("OPENBLAS_CORETYPE", core, overwrite: 0) != 0) return null;
        }
        return NativeLibrary.TryLoad("libopenblas.so.0", out var library) ? new(library) : null;
    }

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

    /// <summary>The environment that native code sees; the runtime's own copy does not reach it.</summary>
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
