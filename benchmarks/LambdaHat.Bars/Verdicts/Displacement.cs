using LambdaHat.Numerics;

namespace LambdaHat.Bars.Verdicts;

/// <summary>Points off a minimum.</summary>
internal static class Displacement
{
    private const double Share = 0.1;

    public static float[] Of(ReadOnlySpan<float> center, ulong seed)
    {
        var sum = 0.0;
        foreach (var value in center) sum += (double)value * value;
        var spread = (float)(Share * (sum > 0 ? Math.Sqrt(sum / center.Length) : 1));
        var moved = new float[center.Length];
        GaussianNoise.Fill(new RandomStream(seed, RandomPurpose.Probe, 1, 0), moved);
        for (var i = 0; i < moved.Length; i++) moved[i] = center[i] + (spread * moved[i]);
        return moved;
    }
}
