using LambdaHat.Curvature;
using LambdaHat.Numerics;

namespace LambdaHat.Tests.Curvature;

/// <summary>Matrices with known spectra.</summary>
internal sealed class MatrixOperator(int dimension, Action<double[], double[]> multiply) : SymmetricOperator
{
    public override int Dimension => dimension;

    public override void Multiply(ReadOnlySpan<double> v, Span<double> result)
    {
        var product = new double[dimension];
        multiply(v.ToArray(), product);
        product.CopyTo(result);
    }

    /// <summary>Q·diag(spectrum)·Qᵀ, Q orthogonal and mixing all coordinates: four Hadamard transforms of the first and of the last 2ᵏ of them, random signs between.</summary>
    public static MatrixOperator Rotated(double[] spectrum, ulong seed = 1)
    {
        var signs = Enumerable.Range(0, 4).Select(k => Normal(spectrum.Length, seed, k)).ToArray();
        var length = 1;
        while (2 * length <= spectrum.Length) length *= 2;
        void Stage(int k, double[] v) => Hadamard(v.AsSpan(k % 2 == 0 ? 0 : v.Length - length, length));
        void Flip(int k, double[] v)
        {
            for (var i = 0; i < v.Length; i++) v[i] = Math.CopySign(1, signs[k][i]) * v[i];
        }
        return new(spectrum.Length, (v, result) =>
        {
            v.CopyTo(result, 0);
            for (var k = 0; k < 4; k++)
            {
                Flip(k, result);
                Stage(k, result);
            }
            for (var i = 0; i < result.Length; i++) result[i] *= spectrum[i];
            for (var k = 3; k >= 0; k--)
            {
                Stage(k, result);
                Flip(k, result);
            }
        });
    }

    public static double[] PowerLaw(int dimension, double exponent) => [.. Enumerable.Range(1, dimension).Select(i => Math.Pow(i, -exponent))];

    public static double[] Normal(int length, ulong seed, int chain)
    {
        var values = new float[length];
        GaussianNoise.Fill(new RandomStream(seed, RandomPurpose.Data, chain, 0), values);
        return Array.ConvertAll(values, x => (double)x);
    }

    // The symmetric orthogonal Walsh–Hadamard transform.
    private static void Hadamard(Span<double> v)
    {
        for (var half = 1; half < v.Length; half *= 2)
        {
            for (var i = 0; i < v.Length; i++)
            {
                if ((i & half) != 0) continue;
                (v[i], v[i + half]) = ((v[i] + v[i + half]) * Math.Sqrt(0.5), (v[i] - v[i + half]) * Math.Sqrt(0.5));
            }
        }
    }
}
