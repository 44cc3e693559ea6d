using System.Globalization;

namespace LambdaHat.Reporting;

/// <summary>Tick values at multiples of 1, 2 or 5 times a power of ten, and their labels.</summary>
internal static class AxisTicks
{
    /// <summary>The multiples of a round step within [least, greatest], about <paramref name="wanted"/> of them.</summary>
    public static (double Value, string Label)[] Within(double least, double greatest, int wanted, bool whole)
    {
        var step = RoundStep((greatest - least) / wanted);
        if (whole) step = Math.Max(1, step);
        var first = (long)Math.Ceiling(least / step - 1e-9);
        var last = (long)Math.Floor(greatest / step + 1e-9);
        var ticks = new (double, string)[last - first + 1];
        for (var i = 0; i < ticks.Length; i++)
        {
            var value = (first + i) * step;
            ticks[i] = (value, Label(value, step, Math.Max(Math.Abs(least), Math.Abs(greatest))));
        }
        return ticks;
    }

    private static double RoundStep(double step)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(step)));
        var leading = step / power;
        return power * (leading < 1.5 ? 1 : leading < 3.5 ? 2 : leading < 7.5 ? 5 : 10);
    }

    private static string Label(double value, double step, double largest)
    {
        if (largest >= 1e6 || step < 1e-4) return ReportNumber.Significant(value, 3) is var text && value != 0 && !text.Contains('e')
            ? Compact(value) : text;
        var decimals = Math.Max(0, -(int)Math.Floor(Math.Log10(step) + 1e-9));
        return ReportNumber.Fixed(value, decimals);
    }

    private static string Compact(double value) => value.ToString("0.###e0", CultureInfo.InvariantCulture).Replace("-", "−", StringComparison.Ordinal);
}
