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

    /// <summary>
    /// Ticks of a logarithmic axis, at log₁₀ of the value: powers of ten, every so many that at most <paramref name="most"/> are left; with 2 and 5 times them, or all multiples, where fewer than two lie
    /// within [least, greatest] (both log₁₀); the ends where that is not enough.
    /// </summary>
    public static (double Value, string Label)[] Powers(double least, double greatest, int most)
    {
        foreach (var leading in (double[][])[[1], [1, 2, 5], [1, 2, 3, 4, 5, 6, 7, 8, 9]])
        {
            (double Value, string Label)[] ticks = [.. Enumerable.Range((int)Math.Floor(least), (int)Math.Ceiling(greatest) - (int)Math.Floor(least) + 1)
                .SelectMany(power => leading.Select(digit => (power + Math.Log10(digit), ReportNumber.Significant(digit * Math.Pow(10, power), 1))))
                .Where(tick => tick.Item1 >= least - 1e-9 && tick.Item1 <= greatest + 1e-9)];
            if (ticks.Length < 2) continue;
            var every = (ticks.Length + most - 1) / most;
            return [.. ticks.Where((_, i) => i % every == 0)];
        }
        return [.. new[] { least, greatest }.Select(value => (value, ReportNumber.Significant(Math.Pow(10, value), 3)))];
    }

    /// <summary>The round number nearest on a logarithmic scale.</summary>
    private static double RoundStep(double step)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(step)));
        var leading = step / power;
        return power * (leading < Math.Sqrt(2) ? 1 : leading < Math.Sqrt(10) ? 2 : leading < Math.Sqrt(50) ? 5 : 10);
    }

    /// <summary>As many decimals as the step needs; from a million on, and below a ten-thousandth, in units of the largest value's power of ten.</summary>
    private static string Label(double value, double step, double largest)
    {
        var place = (int)Math.Floor(Math.Log10(step) + 1e-9);
        if (largest < 1e6 && place >= -4) return ReportNumber.Fixed(value, Math.Max(0, -place));
        if (value == 0) return "0";
        var power = (int)Math.Floor(Math.Log10(largest));
        return ReportNumber.Fixed(value / Math.Pow(10, power), Math.Max(0, power - place)) + "e" + power.ToString(CultureInfo.InvariantCulture);
    }
}
