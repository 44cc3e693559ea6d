using System.Numerics;

namespace LambdaHat.Numerics;

/// <summary>
/// Runs a <see cref="IDifferentiableFunction"/> over spans of equal length. An output may be the very same memory as an input, but
/// must not overlap it otherwise. Elements do not influence each other, so a result does not depend on its position.
/// </summary>
internal static class ElementwiseLoop
{
    /// <summary>y ← f(x).</summary>
    public static void Value<TFunction>(ReadOnlySpan<float> x, Span<float> y) where TFunction : struct, IDifferentiableFunction
    {
        CheckLengths(y.Length, x.Length);
        var i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
            TFunction.Value(new Vector<float>(x[i..])).CopyTo(y[i..]);
        for (; i < x.Length; i++) y[i] = TFunction.Value(new Vector<float>(x[i]))[0];
    }

    /// <summary>result ← f′(x)·v, given y = f(x).</summary>
    public static void Chain<TFunction>(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> v, Span<float> result)
        where TFunction : struct, IDifferentiableFunction
    {
        CheckLengths(result.Length, x.Length);
        CheckLengths(result.Length, y.Length);
        CheckLengths(result.Length, v.Length);
        var i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
            (TFunction.Derivative(new Vector<float>(x[i..]), new Vector<float>(y[i..])) * new Vector<float>(v[i..])).CopyTo(result[i..]);
        for (; i < x.Length; i++) result[i] = TFunction.Derivative(new Vector<float>(x[i]), new Vector<float>(y[i]))[0] * v[i];
    }

    /// <summary>result ← f″(x)·v, given y = f(x).</summary>
    public static void Curve<TFunction>(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> v, Span<float> result)
        where TFunction : struct, IDifferentiableFunction
    {
        CheckLengths(result.Length, x.Length);
        CheckLengths(result.Length, y.Length);
        CheckLengths(result.Length, v.Length);
        var i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
            (TFunction.SecondDerivative(new Vector<float>(x[i..]), new Vector<float>(y[i..])) * new Vector<float>(v[i..])).CopyTo(result[i..]);
        for (; i < x.Length; i++) result[i] = TFunction.SecondDerivative(new Vector<float>(x[i]), new Vector<float>(y[i]))[0] * v[i];
    }

    private static void CheckLengths(int result, int argument)
    {
        if (result != argument) throw new ArgumentException($"expected spans of one length, got {argument} and {result}");
    }
}
