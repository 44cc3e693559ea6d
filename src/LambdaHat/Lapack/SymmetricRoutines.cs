using System.Runtime.InteropServices;

namespace LambdaHat.Lapack;

/// <summary>
/// The routines for symmetric matrices: A = L·D·Lᵀ with Bunch–Kaufman pivoting (sytrf) in float32 and float64, eigenvectors (dsyevd) in float64. They work in
/// place on the column-major lower triangle with its diagonal, the row-major upper one; the first leaves the rest alone.
/// </summary>
/// <remarks>Integers are passed as 64-bit numbers; a library with 32-bit ones reads their lower half, which comes first.</remarks>
internal sealed unsafe class SymmetricRoutines(LapackLibrary library, int threads)
{
    public static readonly string[] All = ["ssytrf", "dsytrf", "dsyevd"];

    private const int MaximumNarrow = 32_766;

    /// <summary>Factorises an n×n matrix with rows <paramref name="stride"/> apart; the pivots, negative in pairs for 2×2 blocks, as LAPACK numbers them.</summary>
    public long[] Factorise(float* a, int n, long stride) => Factorise<float>("ssytrf", a, n, stride);

    /// <summary>The same in float64.</summary>
    public long[] Factorise(double* a, int n, long stride) => Factorise<double>("dsytrf", a, n, stride);

    /// <summary>All eigenvalues, ascending; row i of the dense n×n matrix becomes the eigenvector of values[i]. Works on two more matrices of that size.</summary>
    public void Decompose(double* a, int n, Span<double> values)
    {
        if (!library.HasWideIntegers && n > MaximumNarrow)
            throw new InvalidInputException($"all eigenvectors of a matrix of dimension {n} need LAPACK with 64-bit integers, got {library.Name}: install package libopenblas64-0-pthread");
        var routine = (delegate* unmanaged[Cdecl]<byte*, byte*, long*, double*, long*, double*, double*, long*, long*, long*, long*, nint, nint, void>)library.Routine("dsyevd");
        byte vectors = (byte)'V', lower = (byte)'L';
        long size = n, query = -1, info = 0, wantedIntegers = 0;
        double wanted = 0;
        using var scope = library.Enter(threads);
        fixed (double* v = values)
        {
            routine(&vectors, &lower, &size, a, &size, v, &wanted, &query, &wantedIntegers, &query, &info, 1, 1);
            Check("dsyevd", info);
            long length = Room(wanted), integers = Room(Integer(wantedIntegers));
            using NativeBlock work = new(length * sizeof(double)), integerWork = new(integers * sizeof(long));
            info = 0;
            routine(&vectors, &lower, &size, a, &size, v, (double*)work.Pointer, &length, (long*)integerWork.Pointer, &integers, &info, 1, 1);
        }
        Check("dsyevd", info);
    }

    private long[] Factorise<T>(string name, void* a, int n, long stride)
        where T : unmanaged
    {
        var routine = (delegate* unmanaged[Cdecl]<byte*, long*, void*, long*, void*, void*, long*, long*, nint, void>)library.Routine(name);
        var pivots = new long[n];
        var lower = (byte)'L';
        long size = n, lead = stride, query = -1, info = 0;
        T wanted = default;
        using var scope = library.Enter(threads);
        fixed (long* p = pivots)
        {
            routine(&lower, &size, a, &lead, p, &wanted, &query, &info, 1);
            Check(name, info);
            var length = Room(Number(wanted));
            using var work = new NativeBlock(length * sizeof(T));
            info = 0;
            routine(&lower, &size, a, &lead, p, work.Pointer, &length, &info, 1);
        }
        // A positive number says that a pivot is exactly zero, which is an answer here.
        if (Integer(info) < 0) Check(name, info);
        if (library.HasWideIntegers) return pivots;
        var narrow = MemoryMarshal.Cast<long, int>(pivots)[..n].ToArray();
        for (var i = 0; i < n; i++) pivots[i] = narrow[i];
        return pivots;
    }

    private static double Number<T>(T value) => value is float single ? single : (double)(object)value!;

    // The routines give the length of their workspace as a floating-point number, rounded.
    private static long Room(double wanted) => (long)(wanted * (1 + 1e-6)) + 64;

    private long Integer(long value) => library.HasWideIntegers ? value : (int)value;

    private void Check(string name, long info)
    {
        if (Integer(info) != 0) throw new ArithmeticException($"{name} of {library.Name} ended with code {Integer(info)}");
    }
}
