using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LambdaHat.Numerics;

/// <summary>
/// Philox 4×32-10 (Salmon, Moraes, Dror &amp; Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"): a bijection of a 128-bit counter under
/// a 64-bit key, whose values at successive counters are random words. No state: any word can be computed at once.
/// </summary>
public static class Philox
{
    private const uint M0 = 0xD2511F53, M1 = 0xCD9E8D57, W0 = 0x9E3779B9, W1 = 0xBB67AE85;
    private const int Rounds = 10;

    /// <summary>The four words at counter (c0, c1, c2, c3) under key (k0, k1).</summary>
    public static (uint R0, uint R1, uint R2, uint R3) Generate(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var p0 = (ulong)M0 * c0;
            var p1 = (ulong)M1 * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += W0;
            k1 += W1;
        }
        return (c0, c1, c2, c3);
    }

    /// <summary>
    /// The words of sixteen counters at once: lane i holds those of (16·group + i, c1, c2, c3). The same numbers on every machine.
    /// </summary>
    public static void Generate16(uint group, uint c1, uint c2, uint c3, uint k0, uint k1,
        out Vector512<uint> r0, out Vector512<uint> r1, out Vector512<uint> r2, out Vector512<uint> r3)
    {
        r0 = Vector512.Create(group * 16) + Vector512<uint>.Indices;
        r1 = Vector512.Create(c1);
        r2 = Vector512.Create(c2);
        r3 = Vector512.Create(c3);
        Encrypt(ref r0, ref r1, ref r2, ref r3, k0, k1);
    }

    /// <summary>Replaces sixteen counters, one a lane, by their words.</summary>
    public static void Encrypt(ref Vector512<uint> r0, ref Vector512<uint> r1, ref Vector512<uint> r2, ref Vector512<uint> r3, uint k0, uint k1)
    {
        for (var round = 0; round < Rounds; round++)
        {
            Multiply(r0, M0, out var high0, out var low0);
            Multiply(r2, M1, out var high1, out var low1);
            r0 = high1 ^ r1 ^ Vector512.Create(k0);
            r1 = low1;
            r2 = high0 ^ r3 ^ Vector512.Create(k1);
            r3 = low0;
            k0 += W0;
            k1 += W1;
        }
    }

    private static void Multiply(Vector512<uint> a, uint factor, out Vector512<uint> high, out Vector512<uint> low)
    {
        var even = MultiplyEven(a, factor);
        var odd = MultiplyEven(Vector512.ShiftRightLogical(a.AsUInt64(), 32).AsUInt32(), factor);
        var odds = Vector512.Create(0xFFFFFFFF_00000000UL);
        high = Vector512.ConditionalSelect(odds, odd, Vector512.ShiftRightLogical(even, 32)).AsUInt32();
        low = Vector512.ConditionalSelect(odds, Vector512.ShiftLeft(odd, 32), even).AsUInt32();
    }

    // The 64-bit products of the even 32-bit lanes.
    private static Vector512<ulong> MultiplyEven(Vector512<uint> a, uint factor)
    {
        if (Avx512F.IsSupported) return Avx512F.Multiply(a, Vector512.Create(factor));
        if (Avx2.IsSupported)
        {
            var f = Vector256.Create(factor);
            return Vector512.Create(Avx2.Multiply(a.GetLower(), f), Avx2.Multiply(a.GetUpper(), f));
        }
        return (a.AsUInt64() & Vector512.Create(0xFFFFFFFFUL)) * Vector512.Create((ulong)factor);
    }
}
