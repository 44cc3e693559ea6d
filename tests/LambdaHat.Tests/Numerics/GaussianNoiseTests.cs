using LambdaHat.Numerics;
using MathNet.Numerics.Distributions;

namespace LambdaHat.Tests.Numerics;

public sealed class GaussianNoiseTests
{
    private static readonly RandomStream s_stream = new(0x1234_5678_9abc_def0, RandomPurpose.Noise, 3, 1L << 33);

    [Fact]
    public void Equals_Box_Muller_in_float64_on_the_same_words()
    {
        var values = new float[64 * 500];
        GaussianNoise.Fill(s_stream, values);
        for (var i = 0; i < values.Length; i++)
        {
            var (radius, direction) = Reference(i);
            // u is rounded to 24 bits, so ln u is off by 2⁻²⁴ and the radius by 2⁻²⁴/radius; then a few roundings of the result.
            var tolerance = (Math.Min(Math.Pow(2, -23) / radius, Math.Pow(2, -11)) * Math.Abs(direction)) + (4e-7 * radius);
            Assert.True(Math.Abs((radius * direction) - values[i]) <= tolerance, $"position {i}: {values[i]} for {radius * direction}");
        }
    }

    [Fact]
    public void Any_part_of_the_vector_can_be_filled_alone()
    {
        var whole = new float[1000];
        GaussianNoise.Fill(s_stream, whole);
        foreach (var (start, length) in new[] { (0, 1), (63, 2), (64, 64), (100, 777), (999, 1), (5, 0) })
        {
            var part = new float[length];
            GaussianNoise.Fill(s_stream, part, start);
            Assert.Equal(whole[start..(start + length)], part);
        }
    }

    [Fact]
    public void Moments_and_distribution_are_standard_normal()
    {
        const int count = 1 << 20;
        var values = new float[count];
        GaussianNoise.Fill(new RandomStream(7, RandomPurpose.Noise, 0, 0), values);
        // Five standard errors of the k-th moment of N(0, 1): √(E z^{2k} − (E z^k)²) / √N.
        double[] expected = [0, 1, 0, 3], deviation = [1, Math.Sqrt(2), Math.Sqrt(15), Math.Sqrt(96)];
        for (var k = 1; k <= 4; k++)
            Assert.InRange(values.Average(v => Math.Pow(v, k)) - expected[k - 1], -5 * deviation[k - 1] / Math.Sqrt(count), 5 * deviation[k - 1] / Math.Sqrt(count));
        // Kolmogorov–Smirnov at a significance of about 1e-6: 2·exp(−2x²) = 1e-6 at x = 2.69.
        var sorted = values.Order().ToArray();
        var distance = sorted.Select((v, i) => Math.Max(Math.Abs(Normal.CDF(0, 1, v) - (i / (double)count)), Math.Abs(Normal.CDF(0, 1, v) - ((i + 1) / (double)count)))).Max();
        Assert.True(distance < 2.69 / Math.Sqrt(count), $"distance {distance}");
    }

    [Fact]
    public void Streams_of_different_chains_steps_seeds_and_purposes_are_uncorrelated()
    {
        const int count = 1 << 16;
        RandomStream[] streams = [new(1, RandomPurpose.Noise, 0, 0), new(1, RandomPurpose.Noise, 1, 0), new(1, RandomPurpose.Noise, 0, 1), new(2, RandomPurpose.Noise, 0, 0), new(1, RandomPurpose.Data, 0, 0), new(1, RandomPurpose.Noise, 0, 1L << 32)];
        var draws = streams.Select(s => { var v = new float[count]; GaussianNoise.Fill(s, v); return v; }).ToArray();
        for (var i = 0; i < draws.Length; i++)
            for (var j = 0; j < i; j++)
                Assert.InRange(draws[i].Zip(draws[j], (a, b) => (double)a * b).Average(), -5 / Math.Sqrt(count), 5 / Math.Sqrt(count));
    }

    // The same transform of the same words, from the scalar generator and the standard library in float64.
    private static (double Radius, double Direction) Reference(int position)
    {
        var (group, k, lane) = (position / 64, position % 64 / 16, position % 16);
        var words = Philox.Generate((uint)((group * 16) + lane), s_stream.Counter1, s_stream.Counter2, s_stream.Counter3, s_stream.Key0, s_stream.Key1);
        var (radiusWord, angleWord) = k < 2 ? (words.R0, words.R1) : (words.R2, words.R3);
        var radius = Math.Sqrt(-2 * Math.Log((radiusWord + 0.5) / 4294967296.0));
        var sign = (angleWord & 2) != 0 ? -1 : 1;
        var angle = (((int)angleWord >> 8) + 0.5) / (1 << 24) * Math.PI / 2;
        var cosine = (k % 2 == 0) != ((angleWord & 1) != 0);
        return (radius, sign * (cosine ? Math.Cos(angle) : Math.Sin(angle)));
    }
}
