using System.Numerics;
using System.Runtime.InteropServices;

namespace LambdaHat.Numerics;

/// <summary>The implicit QL iteration of a small symmetric tridiagonal matrix with its eigenvectors.</summary>
internal static class TridiagonalQl
{
    private const double LeastSquare = 1e-270;
    private const int IterationsEach = 60;

    /// <summary>
    /// The diagonal d becomes the eigenvalues, in no order; e, whose element i stands between d[i] and d[i+1] and whose last is
    /// zero, is lost. Row i of <paramref name="rows"/> (n of n numbers, <paramref name="stride"/> apart) becomes Σ_j
    /// s_i[j]·(row j) for eigenvector s_i: from the identity, s_i itself. Elements of d and e are below 1e150 in size.
    /// </summary>
    public static void Run(Span<double> d, Span<double> e, Span<double> rows, int stride)
    {
        var n = d.Length;
        double norm = 0;
        for (var i = 0; i < n; i++) norm = Math.Max(norm, Math.Abs(d[i]) + Math.Abs(e[i]));
        var negligible = Math.ScaleB(norm, -53);
        for (var l = 0; l < n; l++)
        {
            for (var iteration = 0; ; iteration++)
            {
                var m = l;
                while (m < n - 1 && Math.Abs(e[m]) > negligible) m++;
                if (m == l) break;
                if (iteration == IterationsEach) throw new InvalidOperationException($"the QL iteration of eigenvalue {l} of {n} does not converge");
                Sweep(d, e, l, m, rows, stride);
            }
        }
    }

    private static void Sweep(Span<double> d, Span<double> e, int l, int m, Span<double> rows, int stride)
    {
        var g = (d[l + 1] - d[l]) / (2 * e[l]);
        var r = double.Hypot(g, 1);
        g = d[m] - d[l] + (e[l] / (g + double.CopySign(r, g)));
        double s = 1, c = 1, p = 0;
        for (var i = m - 1; i >= l; i--)
        {
            double f = s * e[i], b = c * e[i], square = (f * f) + (g * g);
            r = square > LeastSquare ? Math.Sqrt(square) : double.Hypot(f, g);
            e[i + 1] = r;
            if (r == 0)
            {
                d[i + 1] -= p;
                e[m] = 0;
                return;
            }
            s = f / r;
            c = g / r;
            g = d[i + 1] - p;
            r = ((d[i] - g) * s) + (2 * c * b);
            p = s * r;
            d[i + 1] = g + p;
            g = (c * r) - b;
            Rotate(rows.Slice(i * stride, d.Length), rows.Slice((i + 1) * stride, d.Length), c, s);
        }
        d[l] -= p;
        e[l] = g;
        e[m] = 0;
    }

    /// <summary>(x, y) ← (c·x − s·y, s·x + c·y).</summary>
    internal static void Rotate(Span<double> x, Span<double> y, double c, double s)
    {
        Span<Vector<double>> xs = MemoryMarshal.Cast<double, Vector<double>>(x), ys = MemoryMarshal.Cast<double, Vector<double>>(y);
        Vector<double> cs = new(c), ss = new(s);
        for (var i = 0; i < xs.Length; i++)
        {
            var (u, v) = (xs[i], ys[i]);
            xs[i] = (cs * u) - (ss * v);
            ys[i] = (ss * u) + (cs * v);
        }
        for (var i = xs.Length * Vector<double>.Count; i < x.Length; i++) (x[i], y[i]) = ((c * x[i]) - (s * y[i]), (s * x[i]) + (c * y[i]));
    }
}
