using System.Runtime.CompilerServices;

namespace LambdaHat.Numerics;

/// <summary>
/// Householder's reduction of a symmetric matrix to tridiagonal form, from the last row up: T = H_1⋯H_{n−1}·A·H_{n−1}⋯H_1 with H_i =
/// I − scale[i]·v_i·v_iᵀ, and v_i without elements from i on. One pass over the lower triangle a step makes the rank-2 update of the step
/// before and multiplies the updated matrix by the new v, so that each number is read and written once for eight operations.
/// </summary>
internal static unsafe class TridiagonalReduction<TLanes, TVector>
    where TLanes : struct, IDoubleLanes<TVector>
    where TVector : struct
{
    /// <summary>The rows and columns of the blocks on the diagonal, both triangles of which are kept: no row of the triangle has a ragged end.</summary>
    public const int Block = 8;

    /// <summary>Below this ‖·‖² a row counts as zero: matrices are scaled to a largest element of about 1.</summary>
    private const double NegligibleSquare = 1e-280;

    /// <summary>
    /// Reduces the matrix at a, its rows stride apart (both multiples of <see cref="Block"/>, zeros beyond n; lower triangle and the whole of
    /// the diagonal blocks). Row i of a becomes v_i and zeros. d and e become the diagonal and what stands beside it, e[n − 1] = 0;
    /// work has room for three rows.
    /// </summary>
    public static void Run(double* a, int n, int stride, double* d, double* e, double* scale, double* work)
    {
        double* old = work, w = work + stride, p = w + stride;
        new Span<double>(work, 3 * stride).Clear();
        e[n - 1] = 0;
        var pending = false;
        for (var i = n - 1; i >= 0; i--)
        {
            var v = a + ((nint)i * stride);
            var rows = Padded(i);
            if (pending) Update(v, Padded(i + 1), old, w, -w[i], -old[i]);
            d[i] = v[i];
            new Span<double>(v + i, stride - i).Clear();
            if (i == 0) return;
            old[i] = w[i] = 0;
            e[i - 1] = Reflector(v, i, rows, out scale[i]);
            if (scale[i] == 0 && !pending) continue;
            new Span<double>(p, rows).Clear();
            Pass(a, stride, rows, old, w, v, p);
            new Span<double>(p + i, rows - i).Clear();
            var half = -0.5 * scale[i] * scale[i] * Dot(p, v, rows);
            for (var c = 0; c < rows; c += TLanes.Count)
            {
                var x = TLanes.Load(v + c);
                TLanes.Store(old + c, x);
                TLanes.Store(w + c, TLanes.MultiplyAdd(TLanes.Create(half), x, TLanes.Multiply(TLanes.Create(scale[i]), TLanes.Load(p + c))));
            }
            pending = scale[i] != 0;
        }
    }

    /// <summary>The next multiple of <see cref="Block"/>.</summary>
    public static int Padded(int length) => (length + Block - 1) & ~(Block - 1);

    /// <summary>Row v of i elements becomes a reflector with v[i − 1] = 1 that takes the row to (0, …, 0, result); scale 0 and v = 0 where nothing is to be done.</summary>
    private static double Reflector(double* v, int i, int padded, out double scale)
    {
        var last = v[i - 1];
        v[i - 1] = 0;
        var rest = Dot(v, v, padded);
        if (rest < NegligibleSquare)
        {
            new Span<double>(v, i).Clear();
            scale = 0;
            return last;
        }
        var beta = -double.CopySign(Math.Sqrt(rest + (last * last)), last);
        scale = (beta - last) / beta;
        var factor = TLanes.Create(1 / (last - beta));
        for (var c = 0; c < padded; c += TLanes.Count) TLanes.Store(v + c, TLanes.Multiply(factor, TLanes.Load(v + c)));
        v[i - 1] = 1;
        return beta;
    }

    private static double Dot(double* x, double* y, int length)
    {
        TVector sum = default;
        for (var c = 0; c < length; c += TLanes.Count) sum = TLanes.MultiplyAdd(TLanes.Load(x + c), TLanes.Load(y + c), sum);
        return TLanes.Sum(sum);
    }

    /// <summary>row += x·f + y·g.</summary>
    private static void Update(double* row, int length, double* x, double* y, double f, double g)
    {
        for (var c = 0; c < length; c += TLanes.Count)
        {
            var updated = TLanes.MultiplyAdd(TLanes.Create(f), TLanes.Load(x + c), TLanes.Load(row + c));
            TLanes.Store(row + c, TLanes.MultiplyAdd(TLanes.Create(g), TLanes.Load(y + c), updated));
        }
    }

    /// <summary>A ← A − old·wᵀ − w·oldᵀ and p ← p + A·v, over the lower triangle of the leading rows; four of them at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pass(double* a, nint stride, int rows, double* old, double* w, double* v, double* p)
    {
        for (var r = 0; r < rows; r += 4)
        {
            double* a0 = a + (r * stride), a1 = a0 + stride, a2 = a1 + stride, a3 = a2 + stride;
            TVector f0 = TLanes.Create(-old[r]), f1 = TLanes.Create(-old[r + 1]), f2 = TLanes.Create(-old[r + 2]), f3 = TLanes.Create(-old[r + 3]);
            TVector g0 = TLanes.Create(-w[r]), g1 = TLanes.Create(-w[r + 1]), g2 = TLanes.Create(-w[r + 2]), g3 = TLanes.Create(-w[r + 3]);
            TVector v0 = TLanes.Create(v[r]), v1 = TLanes.Create(v[r + 1]), v2 = TLanes.Create(v[r + 2]), v3 = TLanes.Create(v[r + 3]);
            TVector s0 = default, s1 = default, s2 = default, s3 = default;
            var diagonal = r & ~(Block - 1);
            nint c = 0;
            for (; c < diagonal; c += TLanes.Count)
            {
                TVector oldC = TLanes.Load(old + c), wC = TLanes.Load(w + c), vC = TLanes.Load(v + c), pC = TLanes.Load(p + c);
                var x0 = Updated(a0 + c, f0, wC, g0, oldC);
                var x1 = Updated(a1 + c, f1, wC, g1, oldC);
                var x2 = Updated(a2 + c, f2, wC, g2, oldC);
                var x3 = Updated(a3 + c, f3, wC, g3, oldC);
                s0 = TLanes.MultiplyAdd(x0, vC, s0);
                s1 = TLanes.MultiplyAdd(x1, vC, s1);
                s2 = TLanes.MultiplyAdd(x2, vC, s2);
                s3 = TLanes.MultiplyAdd(x3, vC, s3);
                pC = TLanes.MultiplyAdd(x1, v1, TLanes.MultiplyAdd(x0, v0, pC));
                TLanes.Store(p + c, TLanes.MultiplyAdd(x3, v3, TLanes.MultiplyAdd(x2, v2, pC)));
            }
            for (; c < diagonal + Block; c += TLanes.Count)
            {
                TVector oldC = TLanes.Load(old + c), wC = TLanes.Load(w + c), vC = TLanes.Load(v + c);
                s0 = TLanes.MultiplyAdd(Updated(a0 + c, f0, wC, g0, oldC), vC, s0);
                s1 = TLanes.MultiplyAdd(Updated(a1 + c, f1, wC, g1, oldC), vC, s1);
                s2 = TLanes.MultiplyAdd(Updated(a2 + c, f2, wC, g2, oldC), vC, s2);
                s3 = TLanes.MultiplyAdd(Updated(a3 + c, f3, wC, g3, oldC), vC, s3);
            }
            p[r] += TLanes.Sum(s0);
            p[r + 1] += TLanes.Sum(s1);
            p[r + 2] += TLanes.Sum(s2);
            p[r + 3] += TLanes.Sum(s3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Updated(double* a, TVector f, TVector w, TVector g, TVector old)
    {
        var x = TLanes.MultiplyAdd(g, old, TLanes.MultiplyAdd(f, w, TLanes.Load(a)));
        TLanes.Store(a, x);
        return x;
    }
}
