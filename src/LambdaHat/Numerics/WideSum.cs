using System.Numerics;

namespace LambdaHat.Numerics;

/// <summary>Float32 numbers added to float64 sums.</summary>
internal static class WideSum
{
    /// <summary>sums[i] += values[i]; both of the same length.</summary>
    public static void Add(ReadOnlySpan<float> values, Span<double> sums)
    {
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(values[i..]), out var low, out var high);
            var second = sums[(i + Vector<double>.Count)..];
            (new Vector<double>(sums[i..]) + low).CopyTo(sums[i..]);
            (new Vector<double>(second) + high).CopyTo(second);
        }
        for (; i < values.Length; i++) sums[i] += values[i];
    }
}
