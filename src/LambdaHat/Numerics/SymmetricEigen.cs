namespace LambdaHat.Numerics;

/// <summary>
/// Eigenvalues and eigenvectors of dense symmetric matrices in float64, A = Σ_i values[i]·r_iᵀ·r_i with orthonormal rows r_i, on the
/// calling thread. An instance holds the workspace, about four matrices of the largest n so far, within which repeated calls allocate
/// nothing. Not safe for concurrent calls.
/// </summary>
public sealed unsafe class SymmetricEigen
{
    private readonly SymmetricEigenEngine _engine;

    /// <summary>Creates a workspace for the widest registers of this processor.</summary>
    public SymmetricEigen() : this(0) { }

    /// <summary>The same for registers of <paramref name="bits"/> bits.</summary>
    internal SymmetricEigen(int bits) => _engine = SymmetricEigenEngine.Create(bits);

    /// <summary>
    /// On entry an n×n row-major matrix of which the lower triangle (j ≤ i) is read; on exit row i is the unit eigenvector of
    /// values[i], values ascending. Residuals ‖A·r_i − values[i]·r_i‖ and departures from orthonormality are of the order of
    /// n·2⁻⁵³·‖A‖ and n·2⁻⁵³. A matrix with NaN or ∞ in its lower triangle gives NaN everywhere. Householder's reduction, then
    /// divide and conquer (as LAPACK's dsyevd).
    /// </summary>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public void Decompose(Span<double> matrix, int n, Span<double> values) => Run(matrix, n, values, vectors: true);

    /// <summary>The eigenvalues alone, ascending, by the rational QL iteration. <paramref name="matrix"/> is read like that of <see cref="Decompose"/>.</summary>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public void Values(ReadOnlySpan<double> matrix, int n, Span<double> values) => Run(matrix, n, values, vectors: false);

    private void Run(ReadOnlySpan<double> matrix, int n, Span<double> values, bool vectors)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        if (matrix.Length < (long)n * n || values.Length < n)
            throw new ArgumentException($"a {n} × {n} matrix needs {(long)n * n} elements and {n} values, got {matrix.Length} and {values.Length}");
        if (n == 0) return;
        fixed (double* pm = matrix, pv = values) _engine.Run(pm, n, pv, vectors);
    }
}
