using System.Globalization;

namespace LambdaHat.Experiments;

/// <summary>Numbers as people read them in the results of experiments.</summary>
internal static class Words
{
    /// <summary>A number to so many significant digits; "–" for NaN.</summary>
    public static string Number(double value, int digits = 4) => double.IsNaN(value) ? "–" : value.ToString($"G{digits}", CultureInfo.InvariantCulture);

    /// <summary>A whole number.</summary>
    public static string Count(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A value with its standard error, cut where the error begins.</summary>
    public static string WithError(double value, double error)
    {
        if (!(error > 0) || !double.IsFinite(error) || !double.IsFinite(value)) return Number(value);
        var decimals = Math.Clamp(1 - (int)Math.Floor(Math.Log10(error)), 0, 12);
        return $"{value.ToString($"F{decimals}", CultureInfo.InvariantCulture)} ± {error.ToString($"F{decimals}", CultureInfo.InvariantCulture)}";
    }

    /// <summary>A share as a percentage.</summary>
    public static string Percent(double share) => double.IsNaN(share) ? "–" : (100 * share).ToString("0.##", CultureInfo.InvariantCulture) + " %";

    /// <summary>The median.</summary>
    public static double Median(IEnumerable<double> values) => Quantile(values, 0.5);

    /// <summary>The quantile with linear interpolation; NaN counts as larger than everything.</summary>
    public static double Quantile(IEnumerable<double> values, double part)
    {
        double[] sorted = [.. values.Order(Comparer<double>.Create((a, b) => double.IsNaN(a) ? double.IsNaN(b) ? 0 : 1 : double.IsNaN(b) ? -1 : a.CompareTo(b)))];
        if (sorted.Length == 0) return double.NaN;
        var at = part * (sorted.Length - 1);
        var low = (int)at;
        return low + 1 < sorted.Length ? sorted[low] + ((at - low) * (sorted[low + 1] - sorted[low])) : sorted[low];
    }
}
