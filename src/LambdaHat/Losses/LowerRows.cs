namespace LambdaHat.Losses;

/// <summary>
/// Where a symmetric float32 matrix is written to, lower triangle: row <paramref name="row"/>, of which the elements in columns 0 … row, at least, can be written. Rows are asked for by several
/// threads at once, each row by one of them. The storage may be packed or full and longer than a span.
/// </summary>
public delegate Span<float> LowerRows(int row);
