namespace LambdaHat.Numerics;

/// <summary>
/// Eigenvalues and eigenvectors of dense symmetric matrices in float64, A = Σ_i values[i]·r_iᵀ·r_i with orthonormal rows r_i.
/// An instance holds the workspace: repeated calls up to the largest n so far allocate nothing. Not safe for concurrent calls.
/// </summary>
public sealed class SymmetricEigen
{
    private double[] _offDiagonal = [];
    private double[] _work = [];
    private double[] _order = [];

    /// <summary>
    /// On entry an n×n row-major matrix of which the lower triangle (j ≤ i) is read; on exit row i is the unit eigenvector of
    /// values[i], values ascending. Residuals ‖A·r_i − values[i]·r_i‖ and departures from orthonormality are of the order of
    /// n·2⁻⁵³·‖A‖ and n·2⁻⁵³. A matrix with NaN or ∞ in its lower triangle gives NaN everywhere.
    /// </summary>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public void Decompose(Span<double> matrix, int n, Span<double> values) => Run(matrix, n, values, vectors: true);

    /// <summary>The eigenvalues alone, ascending. The contents of <paramref name="matrix"/> are lost.</summary>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public void Values(Span<double> matrix, int n, Span<double> values) => Run(matrix, n, values, vectors: false);

    private void Run(Span<double> matrix, int n, Span<double> values, bool vectors)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        if (matrix.Length < (long)n * n || values.Length < n)
            throw new ArgumentException($"a {n} × {n} matrix needs {(long)n * n} elements and {n} values, got {matrix.Length} and {values.Length}");
        if (n == 0) return;
        var d = values[..n];
        var largest = LargestSize(matrix, n);
        if (!double.IsFinite(largest))
        {
            d.Fill(double.NaN);
            matrix[..(n * n)].Fill(double.NaN);
            return;
        }
        var exponent = largest == 0 ? 0 : Math.ILogB(largest);
        if (_work.Length < n * n) _work = new double[n * n];
        if (_offDiagonal.Length < n)
        {
            _offDiagonal = new double[n];
            _order = new double[n];
        }
        var e = _offDiagonal.AsSpan(0, n);
        var a = _work.AsSpan(0, n * n);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++) a[(i * n) + j] = a[(j * n) + i] = Math.ScaleB(matrix[(i * n) + j], -exponent);
        }
        Reduce(a, n, d, e, _order.AsSpan(0, n));
        var rows = vectors ? matrix[..(n * n)] : default;
        if (vectors)
        {
            rows.Clear();
            for (var i = 0; i < n; i++) rows[(i * n) + i] = 1;
        }
        TridiagonalQl.Run(d, e, rows, n);
        if (vectors) ApplyReflectors(a, n, rows, _order);
        Sort(d, rows, n);
        for (var i = 0; i < n; i++) d[i] = Math.ScaleB(d[i], exponent);
    }

    private static double LargestSize(ReadOnlySpan<double> matrix, int n)
    {
        double largest = 0;
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var size = Math.Abs(matrix[(i * n) + j]);
                if (!(size <= double.MaxValue)) return double.NaN;
                largest = Math.Max(largest, size);
            }
        }
        return largest;
    }

    // Row i, columns below i, becomes the Householder vector v_i; scale[i] is its 2/‖v‖².
    private static void Reduce(Span<double> a, int n, Span<double> d, Span<double> e, Span<double> scale)
    {
        var p = new double[n];
        e[n - 1] = 0;
        for (var i = n - 1; i > 0; i--)
        {
            var v = a.Slice(i * n, i);
            d[i] = a[(i * n) + i];
            double rest = 0;
            for (var j = 0; j < i - 1; j++) rest += v[j] * v[j];
            var alpha = v[i - 1];
            if (rest == 0)
            {
                e[i - 1] = alpha;
                scale[i] = 0;
                continue;
            }
            var norm = Math.Sqrt(rest + (alpha * alpha));
            var beta = alpha > 0 ? -norm : norm;
            e[i - 1] = beta;
            v[i - 1] = alpha - beta;
            var tau = scale[i] = 2 / (rest + ((alpha - beta) * (alpha - beta)));
            double pv = 0;
            for (var r = 0; r < i; r++)
            {
                double sum = 0;
                for (var c = 0; c < i; c++) sum += a[(r * n) + c] * v[c];
                p[r] = tau * sum;
                pv += p[r] * v[r];
            }
            for (var r = 0; r < i; r++) p[r] -= 0.5 * tau * pv * v[r];
            for (var r = 0; r < i; r++)
            {
                for (var c = 0; c < i; c++) a[(r * n) + c] -= (v[r] * p[c]) + (p[r] * v[c]);
            }
        }
        d[0] = a[0];
    }

    private static void ApplyReflectors(ReadOnlySpan<double> a, int n, Span<double> rows, ReadOnlySpan<double> scale)
    {
        for (var i = 1; i < n; i++)
        {
            if (scale[i] == 0) continue;
            var v = a.Slice(i * n, i);
            for (var r = 0; r < n; r++)
            {
                var row = rows.Slice(r * n, i);
                double sum = 0;
                for (var c = 0; c < i; c++) sum += row[c] * v[c];
                sum *= scale[i];
                for (var c = 0; c < i; c++) row[c] -= sum * v[c];
            }
        }
    }

    private static void Sort(Span<double> d, Span<double> rows, int n)
    {
        for (var i = 0; i < n - 1; i++)
        {
            var least = i;
            for (var j = i + 1; j < n; j++)
            {
                if (d[j] < d[least]) least = j;
            }
            if (least == i) continue;
            (d[i], d[least]) = (d[least], d[i]);
            for (var c = 0; c < n && !rows.IsEmpty; c++) (rows[(i * n) + c], rows[(least * n) + c]) = (rows[(least * n) + c], rows[(i * n) + c]);
        }
    }
}
