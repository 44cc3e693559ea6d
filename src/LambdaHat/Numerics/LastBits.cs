namespace LambdaHat.Numerics;

/// <summary>What the last bits of float64 numbers are worth.</summary>
internal static class LastBits
{
    /// <summary>By how much a quadratic whose curvature has the trace <paramref name="trace"/> rises on average when each of <paramref name="values"/> moves up or down by its last bit, to second order and equally in all directions.</summary>
    public static double Rise(double trace, ReadOnlySpan<double> values) => trace / 2 * MeanSquare(values);

    /// <summary>The mean square of the last bits of <paramref name="values"/>: of the step from each to the next larger number in size.</summary>
    private static double MeanSquare(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            var bit = Math.BitIncrement(Math.Abs(value)) - Math.Abs(value);
            sum += bit * bit;
        }
        return values.Length > 0 ? sum / values.Length : 0;
    }
}
