using System.Numerics;
using MathNet.Numerics.IntegralTransforms;

namespace LambdaHat.Numerics;

/// <summary>The autocovariance of a sequence of draws.</summary>
public static class Autocovariance
{
    /// <summary>
    /// c(t) = (1/N) Σ_i (x_i − x̄)(x_{i+t} − x̄) for t = 0 … N − 1, by a fast Fourier transform of the padded sequence.
    /// </summary>
    public static double[] Of(ReadOnlySpan<double> draws)
    {
        var count = draws.Length;
        if (count == 0) return [];
        var mean = 0.0;
        foreach (var x in draws) mean += x / count;
        var padded = new Complex[(int)BitOperations.RoundUpToPowerOf2((uint)(2 * count))];
        for (var i = 0; i < count; i++) padded[i] = draws[i] - mean;
        Fourier.Forward(padded, FourierOptions.NoScaling);
        for (var i = 0; i < padded.Length; i++) padded[i] = padded[i].Real * padded[i].Real + padded[i].Imaginary * padded[i].Imaginary;
        Fourier.Inverse(padded, FourierOptions.NoScaling);
        var result = new double[count];
        for (var t = 0; t < count; t++) result[t] = padded[t].Real / padded.Length / count;
        return result;
    }
}
