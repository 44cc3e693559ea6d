namespace LambdaHat.Numerics;

/// <summary>Moves between sample-major and feature-major order.</summary>
public static class Transposition
{
    /// <summary>
    /// Column j of <paramref name="result"/> (size × columns) ← the <paramref name="size"/> numbers of record indices[j] in
    /// <paramref name="records"/>; columns beyond the indices ← 0.
    /// </summary>
    public static void Gather(ReadOnlySpan<float> records, int size, ReadOnlySpan<int> indices, Matrix result)
    {
        if (result.Rows != size || result.Columns < indices.Length)
            throw new ArgumentException($"{indices.Length} records of {size} into a {result.Rows} × {result.Columns} matrix");
        for (var j = 0; j < indices.Length; j++)
        {
            var record = records.Slice(indices[j] * size, size);
            for (var i = 0; i < size; i++) result.Data[(i * result.Stride) + j] = record[i];
        }
        for (var i = 0; i < size; i++) result.Row(i)[indices.Length..].Clear();
    }
}
