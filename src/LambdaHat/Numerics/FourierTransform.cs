using System.Numerics;

namespace LambdaHat.Numerics;

/// <summary>
/// The discrete Fourier transform X_k = Σ_j x_j·exp(∓2πi·jk/N), unscaled, of a sequence whose length N is a power of two: by halves (Cooley &amp; Tukey 1965), in place.
/// </summary>
internal static class FourierTransform
{
    /// <summary>With the minus sign.</summary>
    public static void Forward(Span<Complex> x) => Transform(x, -1);

    /// <summary>With the plus sign; after <see cref="Forward"/> it leaves N times the sequence.</summary>
    public static void Inverse(Span<Complex> x) => Transform(x, 1);

    private static void Transform(Span<Complex> x, int sign)
    {
        Reverse(x);
        for (var half = 1; half < x.Length; half *= 2)
        {
            for (var k = 0; k < half; k++)
            {
                var angle = sign * k * Math.PI / half;
                var turn = new Complex(Math.Cos(angle), Math.Sin(angle));
                for (var i = k; i < x.Length; i += 2 * half)
                {
                    var (even, odd) = (x[i], turn * x[i + half]);
                    (x[i], x[i + half]) = (even + odd, even - odd);
                }
            }
        }
    }

    // Puts every element where its index has its bits in reverse.
    private static void Reverse(Span<Complex> x)
    {
        for (int i = 0, reversed = 0; i < x.Length; i++)
        {
            if (i < reversed) (x[i], x[reversed]) = (x[reversed], x[i]);
            var bit = x.Length >> 1;
            for (; (reversed & bit) != 0; bit >>= 1) reversed ^= bit;
            reversed |= bit;
        }
    }
}
