using System.Runtime.Intrinsics;
using LambdaHat.Numerics;

namespace LambdaHat.Losses;

/// <summary>Matrices of random signs, one random bit each.</summary>
internal static class RandomSigns
{
    private const int Bits = 32;
    private const int Group = 64;

    /// <summary>
    /// result[i, s] ← ±<paramref name="magnitude"/> with equal probabilities for s &lt; <paramref name="columns"/>. 32 rows share the words of a group of 64 columns, a bit each; the words
    /// of (group g, rows 32·r …) are the stream's group g·⌈rows/32⌉ + r.
    /// </summary>
    public static void Fill(in RandomStream stream, Matrix result, int columns, float magnitude)
    {
        Span<uint> buffer = stackalloc uint[Group];
        var size = Vector512.Create(magnitude).AsUInt32();
        var blocks = (result.Rows + Bits - 1) / Bits;
        for (var first = 0; first < columns; first += Group)
        {
            var count = Math.Min(Group, columns - first);
            for (var block = 0; block < blocks; block++)
            {
                stream.Words((uint)((first / Group * blocks) + block), out var r0, out var r1, out var r2, out var r3);
                var rows = Math.Min(Bits, result.Rows - (block * Bits));
                for (var bit = 0; bit < rows; bit++)
                {
                    (Sign(r0, bit) ^ size).CopyTo(buffer);
                    (Sign(r1, bit) ^ size).CopyTo(buffer[16..]);
                    (Sign(r2, bit) ^ size).CopyTo(buffer[32..]);
                    (Sign(r3, bit) ^ size).CopyTo(buffer[48..]);
                    System.Runtime.InteropServices.MemoryMarshal.Cast<uint, float>(buffer[..count]).CopyTo(result.Row((block * Bits) + bit)[first..]);
                }
            }
        }
    }

    private static Vector512<uint> Sign(Vector512<uint> words, int bit) => Vector512.ShiftLeft(words, Bits - 1 - bit) & Vector512.Create(0x80000000u);
}
