namespace LambdaHat.Numerics;

/// <summary>What the last bits of float64 numbers are worth.</summary>
internal static class LastBits
{
    /// <summary>The mean square of the last bits of <paramref name="values"/>: of the step from each to the next larger number in size.</summary>
    public static double MeanSquare(ReadOnlySpan<double> values)
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
