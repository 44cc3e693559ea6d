using System.Numerics.Tensors;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Preconditioning;

/// <summary>
/// The metric of one layer whose parameters form a matrix V (rows × columns), curvature nβ·c·(S ⊗ A) + γ: with the eigenbases S = U_S·diag(s)·U_Sᵀ and
/// A = U_A·diag(a)·U_Aᵀ,
/// <code>
///     L·Z = U_S·(Z ∘ R)·U_Aᵀ,   R_ji = 1/√(nβ·c·s_j·a_i + γ)
/// </code>
/// For a dense layer the rows are its outputs and the columns its inputs, the bias b as one more column, the weights b/r of a constant input r; for an embedding the rows are the vocabulary, on which A is
/// diagonal (how often a token occurs), and the columns the vector. A side whose factor is diagonal has no basis.
/// </summary>
public sealed class KroneckerBlock : IDisposable
{
    private readonly int _weight, _bias;
    private readonly AlignedMemory? _rowBasis, _columnBasis;
    private readonly AlignedMemory _scale, _first, _second;

    /// <summary>
    /// The block of parameters with its matrix at [<paramref name="weight"/>, …) of the flat vector, or without one (−1), and its bias at
    /// <paramref name="bias"/>, or without one (−1). P = 1 until its bases and scales are set.
    /// </summary>
    public KroneckerBlock(int rows, int columns, int weight, int bias, bool rowBasis, bool columnBasis)
    {
        (Rows, Columns, _weight, _bias) = (rows, columns, weight, bias);
        _rowBasis = rowBasis ? new AlignedMemory(checked(rows * rows)) : null;
        _columnBasis = columnBasis ? new AlignedMemory(checked(columns * columns)) : null;
        (_scale, _first, _second) = (new AlignedMemory(rows * columns), new AlignedMemory(rows * columns), new AlignedMemory(rows * columns));
        _scale.Span.Fill(1);
        if (_rowBasis is not null) Identity(_rowBasis.Span, rows);
        if (_columnBasis is not null) Identity(_columnBasis.Span, columns);
    }

    /// <summary>Rows of V.</summary>
    public int Rows { get; }

    /// <summary>Columns of V, the bias included.</summary>
    public int Columns { get; }

    /// <summary>Elements of V.</summary>
    public int Size => Rows * Columns;

    /// <summary>r, the constant input whose weights a bias divided by it is. Where bias and matrix are localised by γ_b and γ, r = √(γ/γ_b) makes it one γ for the whole of V.</summary>
    public float ConstantInput { get; set; } = 1;

    /// <summary>R, rows × columns, row-major.</summary>
    public Span<float> Scale => _scale.Span;

    /// <summary>U_Sᵀ: row j is the eigenvector of s_j; empty where S is diagonal.</summary>
    public Span<float> RowBasis => _rowBasis is null ? [] : _rowBasis.Span;

    /// <summary>U_Aᵀ: row i is the eigenvector of a_i; empty where A is diagonal.</summary>
    public Span<float> ColumnBasis => _columnBasis is null ? [] : _columnBasis.Span;

    /// <summary>result ← U_Sᵀ·V·U_A of a gradient's block in the flat vector <paramref name="v"/>, its bias times r; result has <see cref="Size"/> elements.</summary>
    public void ToBasis(ReadOnlySpan<float> v, Span<float> result, MatrixProduct product)
    {
        var gathered = _rowBasis is null && _columnBasis is null ? result : _first.Span;
        Gather(v, gathered);
        if (ConstantInput != 1 && _bias >= 0)
            for (var i = Columns - 1; i < Size; i += Columns) gathered[i] *= ConstantInput;
        if (_rowBasis is not null)
        {
            var target = _columnBasis is null ? result : _second.Span;
            product.Multiply(new ReadOnlyMatrix(_rowBasis.Span, Rows, Rows), false, new ReadOnlyMatrix(gathered, Rows, Columns), false, new Matrix(target, Rows, Columns));
            gathered = target;
        }
        if (_columnBasis is not null)
            product.Multiply(new ReadOnlyMatrix(gathered, Rows, Columns), false, new ReadOnlyMatrix(_columnBasis.Span, Columns, Columns), true, new Matrix(result, Rows, Columns));
    }

    /// <summary>The block of <paramref name="v"/> ← it + U_S·Z·U_Aᵀ, its bias's column times r.</summary>
    public void FromBasis(ReadOnlySpan<float> z, Span<float> v, MatrixProduct product)
    {
        var here = z;
        if (_rowBasis is not null)
        {
            product.Multiply(new ReadOnlyMatrix(_rowBasis.Span, Rows, Rows), true, new ReadOnlyMatrix(here, Rows, Columns), false, new Matrix(_first.Span, Rows, Columns));
            here = _first.Span;
        }
        if (_columnBasis is not null)
        {
            product.Multiply(new ReadOnlyMatrix(here, Rows, Columns), false, new ReadOnlyMatrix(_columnBasis.Span, Columns, Columns), false, new Matrix(_second.Span, Rows, Columns));
            here = _second.Span;
        }
        AddTo(v, here);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _rowBasis?.Dispose();
        _columnBasis?.Dispose();
        _scale.Dispose();
        _first.Dispose();
        _second.Dispose();
    }

    private static void Identity(Span<float> matrix, int n)
    {
        matrix.Clear();
        for (var i = 0; i < n; i++) matrix[(i * n) + i] = 1;
    }

    /// <summary>matrix ← V, from the flat vector <paramref name="v"/>; matrix has <see cref="Size"/> elements.</summary>
    internal void Gather(ReadOnlySpan<float> v, Span<float> matrix)
    {
        if (_bias < 0)
        {
            v.Slice(_weight, Size).CopyTo(matrix);
            return;
        }
        var width = _weight < 0 ? 0 : Columns - 1;
        for (var j = 0; j < Rows; j++)
        {
            if (width > 0) v.Slice(_weight + (j * width), width).CopyTo(matrix[(j * Columns)..]);
            matrix[(j * Columns) + width] = v[_bias + j];
        }
    }

    /// <summary>The block of <paramref name="v"/> ← the matrix.</summary>
    internal void Scatter(ReadOnlySpan<float> matrix, Span<float> v)
    {
        var width = _bias < 0 ? Columns : _weight < 0 ? 0 : Columns - 1;
        for (var j = 0; j < Rows; j++)
        {
            if (width > 0) matrix.Slice(j * Columns, width).CopyTo(v[(_weight + (j * width))..]);
            if (_bias >= 0) v[_bias + j] = matrix[(j * Columns) + width];
        }
    }

    private void AddTo(Span<float> v, ReadOnlySpan<float> matrix)
    {
        var width = _bias < 0 ? Columns : _weight < 0 ? 0 : Columns - 1;
        for (var j = 0; j < Rows; j++)
        {
            var row = matrix.Slice(j * Columns, width);
            if (width > 0)
            {
                var target = v.Slice(_weight + (j * width), width);
                TensorPrimitives.Add(target, row, target);
            }
            if (_bias >= 0) v[_bias + j] += ConstantInput * matrix[(j * Columns) + width];
        }
    }
}
