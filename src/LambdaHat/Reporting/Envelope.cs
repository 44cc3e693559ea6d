namespace LambdaHat.Reporting;

/// <summary>One column of a decimated series: where it stands and the mean, least and greatest of the values that fell into it.</summary>
internal readonly record struct Column(double X, double Mean, double Least, double Greatest);

/// <summary>A series too long for the width of a figure, as one column per bucket of consecutive values.</summary>
internal static class Envelope
{
    /// <summary>How many consecutive values one column stands for, at least 1, so that no more than that many columns are drawn.</summary>
    public static int BucketSize(int length, int columns) => Math.Max(1, (length + columns - 1) / columns);

    /// <summary>
    /// The columns of values[i] at x = i·spacing, up to the first value that is not finite; the series ends there.
    /// </summary>
    public static Column[] Of(ReadOnlySpan<double> values, double spacing, int bucket)
    {
        var end = 0;
        while (end < values.Length && double.IsFinite(values[end])) end++;
        var columns = new Column[(end + bucket - 1) / bucket];
        for (var c = 0; c < columns.Length; c++)
        {
            var start = c * bucket;
            var part = values[start..Math.Min(end, start + bucket)];
            double mean = 0, least = part[0], greatest = part[0];
            for (var i = 0; i < part.Length; i++)
            {
                mean += part[i] / part.Length;
                least = Math.Min(least, part[i]);
                greatest = Math.Max(greatest, part[i]);
            }
            columns[c] = new Column((start + (part.Length - 1) / 2.0) * spacing, mean, least, greatest);
        }
        return columns;
    }
}
