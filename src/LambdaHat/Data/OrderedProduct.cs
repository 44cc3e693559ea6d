using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using LambdaHat.Numerics;

namespace LambdaHat.Data;

/// <summary>
/// Y = W·X where element (i, s) is the chain of fused multiply-adds W[i,0]·X[0,s], + W[i,1]·X[1,s], …: a column of Y depends on the same column of X alone,
/// bit for bit, whatever the other columns and the width of the machine's vectors.
/// </summary>
internal static class OrderedProduct
{
    private const int Lanes = 16, RowTile = 4;

    /// <summary>
    /// Y ← W·X with W row-major, Y.Rows × X.Rows. Uses the first 16·X.Rows elements of <paramref name="scratch"/>. Y must not overlap X.
    /// </summary>
    public static void Multiply(ReadOnlySpan<float> w, ReadOnlyMatrix x, Matrix y, Span<float> scratch)
    {
        for (var column = 0; column < x.Columns; column += Lanes)
        {
            // The panel of 16 columns, packed; a part of one is filled up with zeros.
            var count = Math.Min(Lanes, x.Columns - column);
            for (var k = 0; k < x.Rows; k++)
            {
                var packed = scratch.Slice(k * Lanes, Lanes);
                x.Data.Slice((k * x.Stride) + column, count).CopyTo(packed);
                packed[count..].Clear();
            }
            for (var row = 0; row < y.Rows; row += RowTile) Tile(w, x.Rows, scratch, y, row, column, count);
        }
    }

    private static void Tile(ReadOnlySpan<float> w, int inner, ReadOnlySpan<float> panel, Matrix y, int row, int column, int count)
    {
        var rows = Math.Min(RowTile, y.Rows - row);
        // Missing rows repeat the last; their sums are not stored.
        ref var w0 = ref MemoryMarshal.GetReference(w[(row * inner)..]);
        ref var w1 = ref MemoryMarshal.GetReference(w[(Math.Min(row + 1, y.Rows - 1) * inner)..]);
        ref var w2 = ref MemoryMarshal.GetReference(w[(Math.Min(row + 2, y.Rows - 1) * inner)..]);
        ref var w3 = ref MemoryMarshal.GetReference(w[(Math.Min(row + 3, y.Rows - 1) * inner)..]);
        ref var x = ref MemoryMarshal.GetReference(panel);
        Vector512<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        for (var k = 0; k < inner; k++)
        {
            var v = Vector512.LoadUnsafe(ref x, (nuint)(k * Lanes));
            sum0 = Vector512.FusedMultiplyAdd(Vector512.Create(System.Runtime.CompilerServices.Unsafe.Add(ref w0, k)), v, sum0);
            sum1 = Vector512.FusedMultiplyAdd(Vector512.Create(System.Runtime.CompilerServices.Unsafe.Add(ref w1, k)), v, sum1);
            sum2 = Vector512.FusedMultiplyAdd(Vector512.Create(System.Runtime.CompilerServices.Unsafe.Add(ref w2, k)), v, sum2);
            sum3 = Vector512.FusedMultiplyAdd(Vector512.Create(System.Runtime.CompilerServices.Unsafe.Add(ref w3, k)), v, sum3);
        }
        Store(sum0, y, row, column, count);
        if (rows > 1) Store(sum1, y, row + 1, column, count);
        if (rows > 2) Store(sum2, y, row + 2, column, count);
        if (rows > 3) Store(sum3, y, row + 3, column, count);
    }

    private static void Store(Vector512<float> sums, Matrix y, int row, int column, int count)
    {
        Span<float> lanes = stackalloc float[Lanes];
        sums.CopyTo(lanes);
        lanes[..count].CopyTo(y.Data[((row * y.Stride) + column)..]);
    }
}
