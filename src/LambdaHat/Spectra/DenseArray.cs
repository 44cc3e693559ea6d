using System.Numerics.Tensors;
using LambdaHat.Numerics;

namespace LambdaHat.Spectra;

/// <summary>A small dense matrix in float64, row-major; sizes may be 0.</summary>
internal sealed record DenseArray(int Rows, int Columns, double[] Values)
{
    /// <summary>
    /// Singular values up to this share of the largest count as zero: a rank-deficient matrix rounded to float32 has singular values of about 1e-7 of the largest, and products add some roundings
    /// (<see cref="Networks.LinearChain.Ranks"/> takes the same).
    /// </summary>
    public const double RankTolerance = 1e-5;

    /// <summary>All zero.</summary>
    public DenseArray(int rows, int columns) : this(rows, columns, new double[checked(rows * columns)]) { }

    /// <summary>Row i.</summary>
    public Span<double> Row(int i) => Values.AsSpan(i * Columns, Columns);

    /// <summary>This times <paramref name="other"/>.</summary>
    public DenseArray Times(DenseArray other)
    {
        var product = new DenseArray(Rows, other.Columns);
        for (var i = 0; i < Rows; i++)
        {
            for (var k = 0; k < Columns; k++) TensorPrimitives.MultiplyAdd(other.Row(k), Values[(i * Columns) + k], product.Row(i), product.Row(i));
        }
        return product;
    }

    /// <summary>Rows × rows: this times its transpose.</summary>
    public double[] Gram()
    {
        var gram = new double[Rows * Rows];
        for (var i = 0; i < Rows; i++)
        {
            for (var j = 0; j <= i; j++) gram[(j * Rows) + i] = gram[(i * Rows) + j] = TensorPrimitives.Dot<double>(Row(i), Row(j));
        }
        return gram;
    }

    /// <summary>The transpose.</summary>
    public DenseArray Transposed()
    {
        var result = new DenseArray(Columns, Rows);
        for (var i = 0; i < Rows; i++)
        {
            for (var j = 0; j < Columns; j++) result.Values[(j * Rows) + i] = Values[(i * Columns) + j];
        }
        return result;
    }

    /// <summary>How many singular values exceed <see cref="RankTolerance"/> of the largest: their squares are eigenvalues of the smaller Gram matrix, which resolves them (1e-10 is far above its rounding).</summary>
    public int Rank()
    {
        var small = Rows <= Columns ? this : Transposed();
        if (small.Rows == 0) return 0;
        var values = new double[small.Rows];
        new SymmetricEigen().Values(small.Gram(), small.Rows, values);
        return values[^1] > 0 ? values.Count(v => v > RankTolerance * RankTolerance * values[^1]) : 0;
    }
}
