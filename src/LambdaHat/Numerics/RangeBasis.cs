using System.Numerics.Tensors;

namespace LambdaHat.Numerics;

/// <summary>
/// The singular value decomposition X = Leftᵀ·diag(s)·Rows of matrices X of one shape (a × n), without what X sends to zero: min(a, n) rows in ℝⁿ that are orthonormal or zero and span the rows of X, with
/// XᵀX = Σ_i Squares[i]·p_iᵀ·p_i. <see cref="Update"/> takes it from XᵀX: the squares are accurate to about n·2⁻⁵² of the largest of them. <see cref="UpdateRefined"/> takes
/// the singular values themselves to about n·2⁻⁵² of the largest, for two to three times the work. No square is negative. Allocates nothing after construction, but for the first refinement.
/// </summary>
internal sealed class RangeBasis
{
    // Rows whose part outside the rows before is below this share of the longest row are dependent on them.
    private const double Dependent = 1e-14;

    // Squares below this share of the largest are found anew, from X restricted to their own space.
    private const double Resolved = 1e-10;

    private const int Refinements = 3;

    private readonly int _vectors;
    private readonly RangeWorkspace _work;
    private readonly BlockGramSchmidt? _gramSchmidt;
    private BlockGramSchmidt? _turning;

    /// <summary>For matrices of <paramref name="vectors"/> rows of <paramref name="size"/> numbers; bases that are worked on in turn may share <paramref name="work"/>.</summary>
    public RangeBasis(int vectors, int size, RangeWorkspace? work = null)
    {
        (_vectors, Size, Count) = (vectors, size, Math.Min(vectors, size));
        Rows = new double[Count * size];
        Squares = new double[Count];
        _gramSchmidt = vectors < size ? new(vectors, size) : null;
        _work = work ?? new();
        _work.Fit(vectors, size);
    }

    /// <summary>n.</summary>
    public int Size { get; }

    /// <summary>The number of rows p_i.</summary>
    public int Count { get; }

    /// <summary>p_i, row-major, Count × n.</summary>
    public double[] Rows { get; }

    /// <summary>The squared singular values of X that belong to them, ascending.</summary>
    public double[] Squares { get; }

    /// <summary>The left singular vectors X·p_iᵀ/s_i, row-major, Count × a; zero where s_i is. Of the last <see cref="UpdateRefined"/> of any that share the workspace.</summary>
    public ReadOnlySpan<double> Left => _work.Images.AsSpan(0, Count * _vectors);

    private double[] Eigenvectors => _vectors < Size ? _work.Eigenvectors : Rows;

    /// <summary>Decomposes the <paramref name="x"/> given row-major, by way of XᵀX.</summary>
    public void Update(ReadOnlySpan<double> x)
    {
        var product = _work.Product;
        var within = Within(x);
        product.Gram(Count, _vectors, within, Count, true, Eigenvectors);
        _work.Eigen.Decompose(Eigenvectors, Count, Squares);
        if (_vectors < Size) product.Multiply(_vectors, Size, _vectors, Eigenvectors, false, _work.Orthonormal, false, Rows);
        foreach (ref var square in Squares.AsSpan()) square = Math.Max(square, 0);
    }

    /// <summary>Decomposes the <paramref name="x"/> given row-major; squares too small for XᵀX are taken from X on what the larger ones leave, repeatedly.</summary>
    public void UpdateRefined(ReadOnlySpan<double> x)
    {
        var (eigen, product) = (_work.Eigen, _work.Product);
        _work.FitRefinement();
        var (images, small, turned) = (_work.Images, _work.Small, _work.Turned);
        var within = Within(x);
        var basis = Eigenvectors.AsSpan(0, Count * Count);
        product.Gram(Count, _vectors, within, Count, true, basis);
        eigen.Decompose(basis, Count, Squares);
        var (open, rounding) = (Count, Math.ScaleB(Count * (double)Count, -104) * Squares[Count - 1]);
        for (var pass = 0; pass < Refinements && open > 0; pass++)
        {
            var largest = Squares[open - 1];
            // What is left is zero to rounding: a step of the power method would leave nothing of it.
            if (!(largest > rounding)) break;
            var unresolved = 0;
            while (unresolved < open && !(Squares[unresolved] > Resolved * largest)) unresolved++;
            if (unresolved == 0 || unresolved == open) break;
            // What is resolved: one step of the power method, z·X with z = p·Xᵀ, frees it from what is not, which then stands orthogonal to it.
            var (start, count) = (unresolved * Count, open - unresolved);
            product.Multiply(count, _vectors, Count, basis[start..], false, within, true, images);
            product.Multiply(count, Count, _vectors, images, false, within, false, basis[start..]);
            _turning ??= new(Count, Count);
            _turning.Orthonormalise(basis, fromLast: true, 0, product, known: Count - open);
            product.Multiply(unresolved, _vectors, Count, basis, false, within, true, images);
            product.Gram(unresolved, _vectors, images, _vectors, false, small);
            eigen.Decompose(small, unresolved, Squares);
            product.Multiply(unresolved, Count, unresolved, small, false, basis, false, turned);
            turned.AsSpan(0, start).CopyTo(basis);
            open = unresolved;
        }
        product.Multiply(Count, _vectors, Count, basis, false, within, true, images);
        for (var i = 0; i < Count; i++)
        {
            var image = images.AsSpan(i * _vectors, _vectors);
            var value = TensorPrimitives.Norm<double>(image);
            Squares[i] = value * value;
            if (value > 0) TensorPrimitives.Divide(image, value, image);
        }
        if (_vectors < Size) product.Multiply(_vectors, Size, _vectors, basis, false, _work.Orthonormal, false, Rows);
    }

    // X itself where it has at least as many rows as columns; otherwise C of X = C·Y, Y with orthonormal rows.
    private ReadOnlySpan<double> Within(ReadOnlySpan<double> x)
    {
        if (_vectors >= Size) return x;
        x.CopyTo(_work.Orthonormal);
        _gramSchmidt!.Orthonormalise(_work.Orthonormal, fromLast: false, Dependent, _work.Product);
        _work.Product.Multiply(_vectors, _vectors, Size, x, false, _work.Orthonormal, true, _work.Coefficients);
        return _work.Coefficients;
    }
}
