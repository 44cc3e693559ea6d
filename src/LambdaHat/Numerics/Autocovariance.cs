using System.Numerics;

namespace LambdaHat.Numerics;

/// <summary>The autocovariance of a sequence of draws.</summary>
public static class Autocovariance
{
    /// <summary>
    /// c(t) = (1/N) Σ_i (x_i − x̄)(x_{i+t} − x̄) for t = 0 … N − 1, by a fast Fourier transform of the padded sequence.
    /// </summary>
    public static double[] Of(ReadOnlySpan<double> draws)
    {
        var result = new double[draws.Length];
        Add(draws, new Complex[PaddedLength(draws.Length)], result);
        return result;
    }

    /// <summary>The length of the padded sequence of <paramref name="count"/> draws.</summary>
    internal static int PaddedLength(int count) => (int)BitOperations.RoundUpToPowerOf2((uint)(2 * count));

    /// <summary>Adds c(t) to <paramref name="sums"/>, worked out in <paramref name="padded"/>, of <see cref="PaddedLength"/>.</summary>
    internal static void Add(ReadOnlySpan<double> draws, Span<Complex> padded, Span<double> sums)
    {
        var count = draws.Length;
        if (count == 0) return;
        var mean = 0.0;
        foreach (var x in draws) mean += x / count;
        for (var i = 0; i < count; i++) padded[i] = draws[i] - mean;
        padded[count..].Clear();
        FourierTransform.Forward(padded);
        for (var i = 0; i < padded.Length; i++) padded[i] = padded[i].Real * padded[i].Real + padded[i].Imaginary * padded[i].Imaginary;
        FourierTransform.Inverse(padded);
        for (var t = 0; t < count; t++) sums[t] += padded[t].Real / padded.Length / count;
    }
}
