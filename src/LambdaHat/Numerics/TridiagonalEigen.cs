namespace LambdaHat.Numerics;

/// <summary>
/// Eigenvectors of symmetric tridiagonal matrices by divide and conquer: T = diag(T₁, T₂) + |ρ|·u·uᵀ, where the eigenvectors of the
/// halves turn the rest into a secular equation (Cuppen, 1981). Numerically orthogonal vectors come from the weights of which
/// the computed roots are the exact ones (Gu and Eisenstat, 1995); what the coupling moves by less than rounding is left as it is.
/// </summary>
internal sealed unsafe class TridiagonalEigen<TLanes, TVector>(DoubleProduct product)
    where TLanes : struct, IDoubleLanes<TVector>
    where TVector : struct
{
    /// <summary>Up to this size the QL iteration is used; the time hardly depends on it between 12 and 32.</summary>
    private const int Leaf = 25;

    private const double Epsilon = 1.0 / (1L << 53), Negligible = 1e-200;

    private readonly AlignedDoubles _matrices = new();
    private readonly AlignedDoubles _vectors = new();
    private int[] _integers = [];
    private int _stride;
    private double* _d, _e, _rows, _packed, _secular, _z, _poles, _weights, _exact, _ratio;

    private enum Side
    {
        Left,
        Both,
        Right,
    }

    private Span<int> Sorted => _integers.AsSpan(_stride, _stride);

    private Span<int> Merged => _integers.AsSpan(2 * _stride, _stride);

    private Span<int> Kept => _integers.AsSpan(3 * _stride, _stride);

    private Span<int> Deflated => _integers.AsSpan(4 * _stride, _stride);

    private Span<int> Position => _integers.AsSpan(5 * _stride, _stride);

    private Span<int> Sides => _integers.AsSpan(0, _stride);

    /// <summary>
    /// d becomes the eigenvalues and rows (n of them, <paramref name="stride"/> apart, a multiple of 8) their eigenvectors;
    /// e is lost. Returns the indices in ascending order of the eigenvalues, valid until the next call.
    /// </summary>
    public ReadOnlySpan<int> Run(double* d, double* e, int n, double* rows, int stride)
    {
        _d = d;
        _e = e;
        _rows = rows;
        _stride = stride;
        if (_integers.Length < 6 * stride) _integers = new int[6 * stride];
        new Span<double>(rows, n * stride).Clear();
        if (n > Leaf)
        {
            _packed = _matrices.Reserve(2L * n * stride);
            _secular = _packed + ((nint)n * stride);
            _z = _vectors.Reserve(5L * stride);
            _poles = _z + stride;
            _weights = _poles + stride;
            _exact = _weights + stride;
            _ratio = _exact + stride;
        }
        Solve(0, n);
        return Sorted[..n];
    }

    private void Solve(int start, int end)
    {
        var size = end - start;
        if (size <= Leaf)
        {
            for (var i = start; i < end; i++) _rows[((nint)i * _stride) + i] = 1;
            var block = new Span<double>(_rows + ((nint)start * _stride) + start, ((size - 1) * _stride) + size);
            TridiagonalQl.Run(new Span<double>(_d + start, size), new Span<double>(_e + start, size), block, _stride);
            Sort(start, end);
            return;
        }
        var middle = start + (size / 2);
        var coupling = _e[middle - 1];
        _e[middle - 1] = 0;
        _d[middle - 1] -= Math.Abs(coupling);
        _d[middle] -= Math.Abs(coupling);
        Solve(start, middle);
        Solve(middle, end);
        Merge(start, middle, end, coupling);
        Sort(start, end);
    }

    private void Sort(int start, int end)
    {
        var order = Sorted[start..end];
        for (var i = 0; i < order.Length; i++) order[i] = start + i;
        // An insertion sort: after a merge two ascending runs, and short ones in the leaves.
        for (var i = 1; i < order.Length; i++)
        {
            var (index, j) = (order[i], i - 1);
            for (; j >= 0 && _d[order[j]] > _d[index]; j--) order[j + 1] = order[j];
            order[j + 1] = index;
        }
    }

    private void Merge(int start, int middle, int end, double coupling)
    {
        int size = end - start, kept = Deflate(start, middle, end, coupling);
        // Rows of the left half, rows of both, rows of the right: two products leave out the zeros of the others.
        Span<int> next = stackalloc int[3];
        Span<int> counts = [0, 0, 0];
        for (var k = 0; k < kept; k++) counts[Sides[Kept[k]]]++;
        next[0] = 0;
        next[1] = counts[0];
        next[2] = counts[0] + counts[1];
        for (var k = 0; k < kept; k++) Position[k] = next[Sides[Kept[k]]]++;
        for (var k = 0; k < size; k++)
        {
            var from = k < kept ? Kept[k] : Deflated[k - kept];
            var to = k < kept ? Position[k] : k;
            new Span<double>(_rows + ((nint)from * _stride) + start, size).CopyTo(new Span<double>(_packed + ((nint)to * _stride) + start, size));
            if (k >= kept) _ratio[k] = _d[from];
        }
        for (var k = kept; k < size; k++)
        {
            _d[start + k] = _ratio[k];
            new Span<double>(_packed + ((nint)k * _stride) + start, size).CopyTo(new Span<double>(_rows + ((nint)(start + k) * _stride) + start, size));
        }
        Secular(start, kept, 2 * Math.Abs(coupling));
        var target = _rows + ((nint)start * _stride);
        product.Multiply(
            kept, middle - start, counts[0] + counts[1], _secular, _stride, false, _packed + start, _stride, false, target + start, _stride, false);
        product.Multiply(
            kept, end - middle, counts[1] + counts[2], _secular + counts[0], _stride, false, _packed + ((nint)counts[0] * _stride) + middle, _stride, false,
            target + middle, _stride, false);
    }

    /// <summary>The new eigenvalues, and the orthogonal matrix that takes the packed rows to their eigenvectors.</summary>
    private void Secular(int start, int kept, double rho)
    {
        for (var k = 0; k < kept; k++) _exact[k] = 1;
        for (var k = 0; k < kept; k++)
        {
            var gaps = _secular + ((nint)k * _stride);
            _d[start + k] = SecularEquation<TLanes, TVector>.Root(k, kept, _poles, _weights, rho, gaps);
            SecularEquation<TLanes, TVector>.MultiplyWeights(k, kept, _poles, gaps, _exact);
        }
        for (var k = 0; k < kept; k++) _exact[k] = double.CopySign(Math.Sqrt(Math.Abs(_exact[k])), _weights[k]);
        for (var k = 0; k < kept; k++)
        {
            var gaps = _secular + ((nint)k * _stride);
            var factor = SecularEquation<TLanes, TVector>.Vector(kept, _exact, gaps, _ratio);
            for (var j = 0; j < kept; j++) gaps[Position[j]] = factor * _ratio[j];
        }
    }

    /// <summary>
    /// Poles and weights of the secular equation from the eigenvalues of the halves, without those that the coupling does not move and,
    /// of two that are close, the one that a rotation frees. Fills Kept and Deflated, returns how many are kept.
    /// </summary>
    private int Deflate(int start, int middle, int end, double coupling)
    {
        var rho = 2 * Math.Abs(coupling);
        Span<int> sides = Sides, merged = Merged, kept = Kept, deflated = Deflated;
        var largest = rho;
        for (var i = start; i < end; i++)
        {
            var left = i < middle;
            sides[i] = (int)(left ? Side.Left : Side.Right);
            var component = _rows[((nint)i * _stride) + (left ? middle - 1 : middle)] * Math.Sqrt(0.5);
            _z[i] = left || coupling > 0 ? component : -component;
            largest = Math.Max(largest, Math.Abs(_d[i]));
        }
        for (int i = start, l = start, r = middle; i < end; i++)
            merged[i] = r == end || (l < middle && _d[Sorted[l]] <= _d[Sorted[r]]) ? Sorted[l++] : Sorted[r++];
        var tolerance = Math.Max(8 * Epsilon * largest, Negligible);
        int count = 0, freed = 0, before = -1;
        for (var k = start; k < end; k++)
        {
            var i = merged[k];
            if (rho * Math.Abs(_z[i]) <= tolerance)
            {
                deflated[freed++] = i;
                continue;
            }
            if (before >= 0 && !Free(before, i, start, end, tolerance)) Keep(before, count++);
            else if (before >= 0) deflated[freed++] = before;
            before = i;
        }
        if (before >= 0) Keep(before, count++);
        return count;
    }

    private void Keep(int row, int place)
    {
        Kept[place] = row;
        _poles[place] = _d[row];
        _weights[place] = _z[row];
    }

    /// <summary>Rotates rows i and j so that the first takes no more part, if that leaves an element within the tolerance beside the diagonal.</summary>
    private bool Free(int i, int j, int start, int end, double tolerance)
    {
        double length = double.Hypot(_z[i], _z[j]), c = _z[j] / length, s = _z[i] / length, gap = _d[j] - _d[i];
        if (Math.Abs(gap * c * s) > tolerance) return false;
        (_z[i], _z[j]) = (0, length);
        if (Sides[i] != Sides[j]) Sides[i] = Sides[j] = (int)Side.Both;
        var size = end - start;
        TridiagonalQl.Rotate(
            new Span<double>(_rows + ((nint)i * _stride) + start, size), new Span<double>(_rows + ((nint)j * _stride) + start, size), c, s);
        var moved = gap * s * s;
        _d[i] += moved;
        _d[j] -= moved;
        return true;
    }
}
