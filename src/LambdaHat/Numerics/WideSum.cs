using System.Numerics;

namespace LambdaHat.Numerics;

/// <summary>Float32 numbers added to float64 sums. Nothing allocates.</summary>
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

    /// <summary>Σ a⁴, every operation in float64.</summary>
    public static double FourthPowers(ReadOnlySpan<float> a)
    {
        var sums = Vector<double>.Zero;
        var i = 0;
        for (; i <= a.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(a[i..]), out var low, out var high);
            (low, high) = (low * low, high * high);
            sums = Vector.FusedMultiplyAdd(low, low, Vector.FusedMultiplyAdd(high, high, sums));
        }
        var sum = Vector.Sum(sums);
        for (; i < a.Length; i++)
        {
            var square = (double)a[i] * a[i];
            sum += square * square;
        }
        return sum;
    }

    /// <summary>‖a‖².</summary>
    public static double Squares(ReadOnlySpan<float> a) => Squares(a, 0, a);

    /// <summary>‖a + c·b‖²; both of the same length, every operation in float64.</summary>
    public static double Squares(ReadOnlySpan<float> a, double c, ReadOnlySpan<float> b)
    {
        var (low, high, factor) = (Vector<double>.Zero, Vector<double>.Zero, new Vector<double>(c));
        var i = 0;
        for (; i <= a.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(a[i..]), out var x0, out var x1);
            Vector.Widen(new Vector<float>(b[i..]), out var y0, out var y1);
            x0 = Vector.FusedMultiplyAdd(factor, y0, x0);
            x1 = Vector.FusedMultiplyAdd(factor, y1, x1);
            low = Vector.FusedMultiplyAdd(x0, x0, low);
            high = Vector.FusedMultiplyAdd(x1, x1, high);
        }
        var sum = Vector.Sum(low + high);
        for (; i < a.Length; i++)
        {
            var x = a[i] + (c * b[i]);
            sum += x * x;
        }
        return sum;
    }
}
