using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LambdaHat.Numerics;

/// <summary>
/// Standard normal numbers from a <see cref="RandomStream"/> by the Box–Muller transform, 64 at a time: words (r0, r1) of a counter
/// give √(−2 ln u)·(cos θ, sin θ), words (r2, r3) two more. u = (r + ½)·2⁻³² reaches 6.66 standard deviations.
/// The position of a number is its index in the flat vector, so any part of a vector can be filled alone.
/// </summary>
public static class GaussianNoise
{
    /// <summary>Normals made at once; the numbers of group g have positions [64·g, 64·g + 64).</summary>
    public const int GroupSize = 64;

    /// <summary>values[i] ← the stream's normal number at position <paramref name="start"/> + i.</summary>
    public static void Fill(in RandomStream stream, Span<float> values, int start = 0)
    {
        Span<float> group = stackalloc float[GroupSize];
        for (var i = 0; i < values.Length;)
        {
            var position = start + i;
            var skip = position % GroupSize;
            var take = Math.Min(GroupSize - skip, values.Length - i);
            FillGroup(stream, (uint)(position / GroupSize), group);
            group.Slice(skip, take).CopyTo(values[i..]);
            i += take;
        }
    }

    /// <summary>values[0..64) ← the normal numbers of one group.</summary>
    internal static void FillGroup(in RandomStream stream, uint group, Span<float> values)
    {
        Group(stream, group, out var z0, out var z1, out var z2, out var z3);
        z0.CopyTo(values);
        z1.CopyTo(values[16..]);
        z2.CopyTo(values[32..]);
        z3.CopyTo(values[48..]);
    }

    /// <summary>The 64 normal numbers of one group, in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Group(in RandomStream stream, uint group, out Vector512<float> z0, out Vector512<float> z1, out Vector512<float> z2, out Vector512<float> z3)
    {
        stream.Words(group, out var r0, out var r1, out var r2, out var r3);
        BoxMuller(r0, r1, out z0, out z1);
        BoxMuller(r2, r3, out z2, out z3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void BoxMuller(Vector512<uint> radiusWord, Vector512<uint> angleWord, out Vector512<float> z0, out Vector512<float> z1)
    {
        // The angle: 24 bits give x in (−½, ½), a quarter turn around the axis; bit 0 swaps the axes, bit 1 turns by half.
        var x = (Vector512.ConvertToSingle(Vector512.ShiftRightArithmetic(angleWord.AsInt32(), 8)) + Vector512.Create(0.5f)) * Vector512.Create(1f / (1 << 24));
        QuarterTurn(x, out var sine, out var cosine);
        var swap = Vector512.Equals(angleWord & Vector512.Create(1u), Vector512.Create(1u)).AsSingle();
        var sign = Vector512.ShiftLeft(angleWord, 30) & Vector512.Create(0x80000000u);
        var radius = (Radius(radiusWord).AsUInt32() ^ sign).AsSingle();
        z0 = radius * Vector512.ConditionalSelect(swap, sine, cosine);
        z1 = radius * Vector512.ConditionalSelect(swap, cosine, sine);
    }

    // √(−2 ln u) with u = (word + ½)·2⁻³²; ln by x = m·2ᵉ, m in [√½, √2), and a polynomial of relative error 6e-9.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Radius(Vector512<uint> word)
    {
        var u = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(word), Vector512.Create(1f / (1L << 32)), Vector512.Create(0.5f / (1L << 32)));
        var bits = u.AsInt32();
        var exponent = Vector512.ShiftRightArithmetic(bits - Vector512.Create(0x3F3504F3), 23);
        var f = (bits - Vector512.ShiftLeft(exponent, 23)).AsSingle() - Vector512<float>.One;
        var p = Vector512.Create(-0.076344888f);
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(0.127615755f));
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(-0.131601843f));
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(0.142017582f));
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(-0.166233572f));
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(0.200012269f));
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(-0.250008210f));
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(0.333333317f));
        var square = f * f;
        var log = Vector512.FusedMultiplyAdd(p * square, f, Vector512.FusedMultiplyAdd(square, Vector512.Create(-0.5f), f));
        log = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(exponent), Vector512.Create(0.693147181f), log);
        return Vector512.Sqrt(Vector512.Max(log * Vector512.Create(-2f), Vector512<float>.Zero));
    }

    // sin and cos of x·π/2 for |x| ≤ ½, absolute error below 6e-9 before rounding.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void QuarterTurn(Vector512<float> x, out Vector512<float> sine, out Vector512<float> cosine)
    {
        var t = x * x;
        var s = Vector512.FusedMultiplyAdd(Vector512.Create(-0.004602177f), t, Vector512.Create(0.079680228f));
        s = Vector512.FusedMultiplyAdd(s, t, Vector512.Create(-0.645963479f));
        sine = Vector512.FusedMultiplyAdd(s, t, Vector512.Create(1.570796322f)) * x;
        var c = Vector512.FusedMultiplyAdd(Vector512.Create(0.000903632f), t, Vector512.Create(-0.020860071f));
        c = Vector512.FusedMultiplyAdd(c, t, Vector512.Create(0.253669204f));
        c = Vector512.FusedMultiplyAdd(c, t, Vector512.Create(-1.233700541f));
        cosine = Vector512.FusedMultiplyAdd(c, t, Vector512<float>.One);
    }
}
