using System.Numerics.Tensors;

namespace LambdaHat.Numerics;

/// <summary>
/// The eigenpairs of XᵀX for matrices X of one shape (a × n), as min(a, n) rows in ℝⁿ that are orthonormal or zero and span the rows of X:
/// XᵀX = Σ_i Squares[i]·p_iᵀ·p_i. What is orthogonal to them, XᵀX sends to zero. Squares are accurate to about n·2⁻⁵² of the largest of them, none is negative. Allocates nothing after construction.
/// </summary>
internal sealed class RangeBasis
{
    // Rows whose part outside the rows before is below this share of the longest row are dependent on them.
    private const double Dependent = 1e-14;

    private readonly int _vectors;
    private readonly double[] _eigenvectors, _orthonormal, _coefficients;

    /// <summary>For matrices of <paramref name="vectors"/> rows of <paramref name="size"/> numbers.</summary>
    public RangeBasis(int vectors, int size)
    {
        (_vectors, Size, Count) = (vectors, size, Math.Min(vectors, size));
        var narrow = vectors < size;
        Rows = new double[Count * size];
        Squares = new double[Count];
        _eigenvectors = narrow ? new double[vectors * vectors] : Rows;
        _orthonormal = narrow ? new double[vectors * size] : [];
        _coefficients = narrow ? new double[vectors * vectors] : [];
    }

    /// <summary>n.</summary>
    public int Size { get; }

    /// <summary>The number of rows p_i.</summary>
    public int Count { get; }

    /// <summary>p_i, row-major, Count × n.</summary>
    public double[] Rows { get; }

    /// <summary>The squared singular values of X that belong to them, ascending.</summary>
    public double[] Squares { get; }

    /// <summary>Decomposes XᵀX for the <paramref name="x"/> given row-major.</summary>
    public void Update(ReadOnlySpan<double> x, SymmetricEigen eigen, DoubleProduct product)
    {
        if (_vectors >= Size)
        {
            product.Gram(Size, _vectors, x, Size, true, Rows);
            eigen.Decompose(Rows, Size, Squares);
        }
        else
        {
            // X = C·Y with orthonormal rows Y and C = X·Yᵀ, so that XᵀX = Yᵀ(CᵀC)Y.
            x.CopyTo(_orthonormal);
            Orthonormalise(_orthonormal);
            product.Multiply(_vectors, _vectors, Size, x, false, _orthonormal, true, _coefficients);
            product.Gram(_vectors, _vectors, _coefficients, _vectors, true, _eigenvectors);
            eigen.Decompose(_eigenvectors, _vectors, Squares);
            product.Multiply(_vectors, Size, _vectors, _eigenvectors, false, _orthonormal, false, Rows);
        }
        foreach (ref var square in Squares.AsSpan()) square = Math.Max(square, 0);
    }

    // Modified Gram–Schmidt, every row twice; dependent rows become zero.
    private void Orthonormalise(Span<double> y)
    {
        var longest = 0.0;
        for (var i = 0; i < _vectors; i++) longest = Math.Max(longest, TensorPrimitives.Norm<double>(y.Slice(i * Size, Size)));
        for (var i = 0; i < _vectors; i++)
        {
            var row = y.Slice(i * Size, Size);
            for (var pass = 0; pass < 2; pass++)
            {
                for (var j = 0; j < i; j++)
                {
                    var other = y.Slice(j * Size, Size);
                    TensorPrimitives.MultiplyAdd(other, -TensorPrimitives.Dot<double>(row, other), row, row);
                }
            }
            var norm = TensorPrimitives.Norm<double>(row);
            if (norm > Dependent * longest) TensorPrimitives.Divide(row, norm, row);
            else row.Clear();
        }
    }
}
