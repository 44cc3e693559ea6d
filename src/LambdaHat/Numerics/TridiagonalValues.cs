namespace LambdaHat.Numerics;

/// <summary>
/// The eigenvalues of a symmetric tridiagonal matrix by the QL iteration of Pal, Walker and Kahan, which works with the squares of what
/// stands beside the diagonal and takes no square roots in its loop (LAPACK's dsterf).
/// </summary>
internal static class TridiagonalValues
{
    private const int IterationsEach = 60;
    private const double Tiny = 1e-280;

    /// <summary>
    /// The diagonal d becomes the eigenvalues, in no order; e, whose element i stands between d[i] and d[i + 1] and whose last is zero,
    /// is lost. Elements are below 1e75 in size.
    /// </summary>
    public static void Run(Span<double> d, Span<double> e)
    {
        var n = d.Length;
        double norm = 0;
        for (var i = 0; i < n; i++) norm = Math.Max(norm, Math.Abs(d[i]) + Math.Abs(e[i]));
        var negligible = Math.ScaleB(norm * norm, -104);
        for (var i = 0; i < n; i++) e[i] *= e[i];
        for (var l = 0; l < n; l++)
        {
            for (var iteration = 0; ; iteration++)
            {
                var m = l;
                while (m < n - 1 && e[m] > negligible) m++;
                if (m < n - 1) e[m] = 0;
                if (m == l) break;
                if (iteration == IterationsEach) throw new InvalidOperationException($"the QL iteration of eigenvalue {l} of {n} does not converge");
                Sweep(d, e, l, m);
            }
        }
    }

    private static void Sweep(Span<double> d, Span<double> e, int l, int m)
    {
        var beside = Math.Sqrt(e[l]);
        var shift = (d[l + 1] - d[l]) / (2 * beside);
        shift = d[l] - (beside / (shift + double.CopySign(double.Hypot(shift, 1), shift)));
        double c = 1, s = 0, gamma = d[m] - shift, p = gamma * gamma;
        for (var i = m - 1; i >= l; i--)
        {
            double square = e[i], sum = p + square, before = gamma, alpha = d[i];
            if (i < m - 1) e[i + 1] = s * sum;
            var old = c;
            // 1/c beside c, so that the one does not wait for the other.
            var inverse = sum / p;
            c = p / sum;
            s = square / sum;
            gamma = (c * (alpha - shift)) - (s * before);
            d[i + 1] = before + (alpha - gamma);
            p = c > Tiny ? gamma * gamma * inverse : c != 0 ? gamma * gamma / c : old * square;
        }
        e[l] = s * p;
        d[l] = shift + gamma;
    }
}
