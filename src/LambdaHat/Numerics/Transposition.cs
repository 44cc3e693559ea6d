using System.Runtime.Intrinsics;

namespace LambdaHat.Numerics;

/// <summary>Moves between sample-major and feature-major order.</summary>
public static class Transposition
{
    /// <summary>
    /// Column j of <paramref name="result"/> (size × columns) ← the <paramref name="size"/> numbers of record indices[j] in
    /// <paramref name="records"/>; columns beyond the indices ← 0. The result must not overlap the records.
    /// </summary>
    /// <exception cref="ArgumentException">The result has other rows than the records numbers, or fewer columns than there are indices.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index names no whole record.</exception>
    public static void Gather(ReadOnlySpan<float> records, int size, ReadOnlySpan<int> indices, Matrix result) =>
        Gather(records, size, indices, result, RegisterWidth.Widest);

    /// <summary>The same with registers of <paramref name="bits"/> bits.</summary>
    internal static void Gather(ReadOnlySpan<float> records, int size, ReadOnlySpan<int> indices, Matrix result, int bits)
    {
        if (result.Rows != size || result.Columns < indices.Length)
            throw new ArgumentException($"expected a matrix of {size} rows and at least {indices.Length} columns for {indices.Length} records of {size}, got {result.Rows} × {result.Columns}");
        if (size == 0) return;
        CheckIndices(indices, records.Length / size);
        if (bits == 512) Gather<Lanes512, Vector512<float>>(records, size, indices, result);
        else if (bits == 256) Gather<Lanes256, Vector256<float>>(records, size, indices, result);
        else Gather<Lanes128, Vector128<float>>(records, size, indices, result);
        for (var i = 0; i < size; i++) result.Row(i)[indices.Length..].Clear();
    }

    private static void CheckIndices(ReadOnlySpan<int> indices, int count)
    {
        for (var j = 0; j < indices.Length; j++)
        {
            if ((uint)indices[j] >= (uint)count)
                throw new ArgumentOutOfRangeException(nameof(indices), indices[j], $"expected indices from 0 to {count - 1} at position {j}");
        }
    }

    private static unsafe void Gather<TLanes, TVector>(ReadOnlySpan<float> records, int size, ReadOnlySpan<int> indices, Matrix result)
        where TLanes : struct, ISingleLanes<TVector>
        where TVector : struct
    {
        var rows = stackalloc byte*[TLanes.Count];
        fixed (float* source = records, target = result.Data)
        {
            for (var first = 0; first < indices.Length; first += TLanes.Count)
            {
                for (var lane = 0; lane < TLanes.Count; lane++)
                    rows[lane] = (byte*)(source + ((nint)indices[Math.Min(first + lane, indices.Length - 1)] * size));
                Strip<TLanes, TVector>.Transpose(rows, size, target + first, result.Stride, TLanes.Mask(indices.Length - first));
            }
        }
    }
}
