namespace LambdaHat.Numerics;

/// <summary>
/// A row-major float32 matrix over memory that the caller owns. Element (i, j) is <c>Data[i·Stride + j]</c>.
/// Activations are feature-major: one row a feature, one column a sample, so that the minibatch is the
/// contiguous, vectorised dimension whatever the widths of the layers.
/// </summary>
public readonly ref struct Matrix
{
    /// <summary>Views <paramref name="data"/> as rows × columns, consecutive rows <paramref name="stride"/> elements apart.</summary>
    /// <exception cref="ArgumentException">The span is too short for the shape.</exception>
    public Matrix(Span<float> data, int rows, int columns, int stride)
    {
        MatrixShape.Check(data.Length, rows, columns, stride);
        Data = data;
        Rows = rows;
        Columns = columns;
        Stride = stride;
    }

    /// <summary>Views <paramref name="data"/> as a dense rows × columns matrix (stride = columns).</summary>
    public Matrix(Span<float> data, int rows, int columns) : this(data, rows, columns, columns) { }

    /// <summary>The memory, from element (0, 0) on.</summary>
    public Span<float> Data { get; }

    /// <summary>The number of rows.</summary>
    public int Rows { get; }

    /// <summary>The number of columns.</summary>
    public int Columns { get; }

    /// <summary>The distance between the starts of consecutive rows, in elements.</summary>
    public int Stride { get; }

    /// <summary>True for the matrix without rows, which stands for "not wanted".</summary>
    public bool IsEmpty => Rows == 0;

    /// <summary>Row <paramref name="i"/>, its columns only.</summary>
    public Span<float> Row(int i) => Data.Slice(i * Stride, Columns);

    /// <summary>Rows [start, start + count).</summary>
    public Matrix RowRange(int start, int count) => new(Data[(start * Stride)..], count, Columns, Stride);

    /// <summary>Of a block of <paramref name="vectors"/> matrices whose rows alternate, the same memory as one row for all of a feature: rows/vectors × vectors·columns.</summary>
    /// <exception cref="ArgumentException">There are gaps between the rows of a block of more than one.</exception>
    internal Matrix Joined(int vectors) => vectors == 1 ? this
        : Stride == Columns ? new(Data, Rows / vectors, vectors * Stride, vectors * Stride)
        : throw new ArgumentException($"expected a block matrix without gaps between its rows, got {Columns} columns with stride {Stride}");

    /// <summary>Matrix <paramref name="j"/> of a block of <paramref name="vectors"/> matrices whose rows alternate.</summary>
    internal Matrix Vector(int j, int vectors) => new(Data[(j * Stride)..], Rows / vectors, Columns, vectors * Stride);

    /// <summary>Sets every element, the padding between the rows left alone.</summary>
    public void Fill(float value)
    {
        for (var i = 0; i < Rows; i++) Row(i).Fill(value);
    }

    /// <summary>The same view, read-only.</summary>
    public static implicit operator ReadOnlyMatrix(Matrix m) => new(m.Data, m.Rows, m.Columns, m.Stride);
}

/// <summary>The read-only counterpart of <see cref="Matrix"/>.</summary>
public readonly ref struct ReadOnlyMatrix
{
    /// <summary>Views <paramref name="data"/> as rows × columns, consecutive rows <paramref name="stride"/> elements apart.</summary>
    /// <exception cref="ArgumentException">The span is too short for the shape.</exception>
    public ReadOnlyMatrix(ReadOnlySpan<float> data, int rows, int columns, int stride)
    {
        MatrixShape.Check(data.Length, rows, columns, stride);
        Data = data;
        Rows = rows;
        Columns = columns;
        Stride = stride;
    }

    /// <summary>Views <paramref name="data"/> as a dense rows × columns matrix (stride = columns).</summary>
    public ReadOnlyMatrix(ReadOnlySpan<float> data, int rows, int columns) : this(data, rows, columns, columns) { }

    /// <summary>The memory, from element (0, 0) on.</summary>
    public ReadOnlySpan<float> Data { get; }

    /// <summary>The number of rows.</summary>
    public int Rows { get; }

    /// <summary>The number of columns.</summary>
    public int Columns { get; }

    /// <summary>The distance between the starts of consecutive rows, in elements.</summary>
    public int Stride { get; }

    /// <summary>True for the matrix without rows, which stands for "none".</summary>
    public bool IsEmpty => Rows == 0;

    /// <summary>Row <paramref name="i"/>, its columns only.</summary>
    public ReadOnlySpan<float> Row(int i) => Data.Slice(i * Stride, Columns);

    /// <summary>Rows [start, start + count).</summary>
    public ReadOnlyMatrix RowRange(int start, int count) => new(Data[(start * Stride)..], count, Columns, Stride);

    /// <summary>Of a block of <paramref name="vectors"/> matrices whose rows alternate, the same memory as one row for all of a feature: rows/vectors × vectors·columns.</summary>
    /// <exception cref="ArgumentException">There are gaps between the rows of a block of more than one.</exception>
    internal ReadOnlyMatrix Joined(int vectors) => vectors == 1 ? this
        : Stride == Columns ? new(Data, Rows / vectors, vectors * Stride, vectors * Stride)
        : throw new ArgumentException($"expected a block matrix without gaps between its rows, got {Columns} columns with stride {Stride}");

    /// <summary>Matrix <paramref name="j"/> of a block of <paramref name="vectors"/> matrices whose rows alternate.</summary>
    internal ReadOnlyMatrix Vector(int j, int vectors) => new(Data[(j * Stride)..], Rows / vectors, Columns, vectors * Stride);
}

internal static class MatrixShape
{
    public static void Check(int length, int rows, int columns, int stride)
    {
        if (rows < 0 || columns < 0 || stride < columns)
            throw new ArgumentException($"expected rows ≥ 0, columns ≥ 0 and stride ≥ columns, got {rows} × {columns} with stride {stride}");
        if (rows > 0 && ((long)(rows - 1) * stride) + columns > length)
            throw new ArgumentException($"a {rows} × {columns} matrix with stride {stride} needs {((long)(rows - 1) * stride) + columns} elements, got {length}");
    }
}
