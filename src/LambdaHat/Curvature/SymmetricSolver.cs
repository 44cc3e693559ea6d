using LambdaHat.Lapack;
using LambdaHat.Numerics;

namespace LambdaHat.Curvature;

/// <summary>
/// Eigenpairs of dense float64 matrices by whichever way suits the size: the library's own up to <see cref="ManagedSize"/>, whose bits do not depend on the
/// number of threads; LAPACK beyond, where it is installed.
/// </summary>
internal sealed unsafe class SymmetricSolver(int threads, bool useNative)
{
    /// <summary>The largest dimension for which LAPACK is not asked.</summary>
    public const int ManagedSize = 1500;

    /// <summary>The largest dimension without LAPACK: some minutes on one thread.</summary>
    public const int ManagedLimit = 5000;

    private readonly SymmetricEigen _managed = new();

    /// <summary>
    /// Row i of the dense symmetric n×n <paramref name="matrix"/> ← the unit eigenvector of values[i], values ascending; as <see cref="SymmetricEigen.Decompose"/>.
    /// </summary>
    /// <exception cref="InvalidInputException">The matrix is larger than <see cref="ManagedLimit"/> and LAPACK is missing or not to be used.</exception>
    public void Decompose(Span<double> matrix, int n, Span<double> values)
    {
        if (n <= ManagedSize || (!Native && n <= ManagedLimit))
        {
            _managed.Decompose(matrix, n, values);
            return;
        }
        if (!useNative) throw new InvalidInputException($"eigenvectors without a native library: expected a dimension of at most {ManagedLimit}, got {n}");
        var library = LapackLibrary.Require($"the eigenvectors of a matrix of dimension {n} (above {ManagedLimit})");
        fixed (double* pointer = matrix) new SymmetricRoutines(library, threads).Decompose(pointer, n, values);
    }

    private bool Native => useNative && LapackLibrary.Find() is not null;
}
