using System.Globalization;

namespace LambdaHat.Reporting;

/// <summary>Numbers as people read them: invariant culture, digits that carry information, "n/a" where there is no number.</summary>
public static class ReportNumber
{
    /// <summary>What stands for a value that does not exist.</summary>
    public const string Missing = "n/a";

    /// <summary>
    /// A value and its standard error, both to two significant digits of the error: (59.8312, 1.2345) gives ("59.8", "1.2").
    /// An error that is not finite and positive leaves the value four significant digits.
    /// </summary>
    public static (string Value, string Error) WithError(double value, double error)
    {
        if (!double.IsFinite(value) || !double.IsFinite(error) || error <= 0)
            return (Significant(value, 4), error == 0 ? "0" : Significant(error, 2));
        var exponent = Exponent(error, 2);
        if (exponent is < -12 or > 12 || Math.Abs(value) >= 1e12)
            return (Significant(value, 6), Significant(error, 2));
        return (ToPlace(value, exponent - 1), ToPlace(error, exponent - 1));
    }

    /// <summary>The value rounded to that many significant digits, with thousands separated; very large and small ones in powers of ten ("5e-7").</summary>
    public static string Significant(double value, int digits)
    {
        if (!double.IsFinite(value)) return NotFinite(value);
        if (value == 0) return "0";
        var exponent = Exponent(value, digits);
        if (exponent is < -4 or > 8)
            return ShortExponent(value.ToString("E" + (digits - 1).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
        return ToPlace(value, Math.Min(0, exponent - digits + 1));
    }

    /// <summary>The value with a fixed number of decimals.</summary>
    public static string Fixed(double value, int decimals) => double.IsFinite(value) ? ToPlace(value, -decimals) : NotFinite(value);

    /// <summary>The value to at most six significant digits without trailing zeros, as exact values read best: 60, 62.5, 5.33333.</summary>
    public static string Trimmed(double value)
    {
        var text = Significant(value, 6);
        return text.Contains('.') && !text.Contains('e') ? text.TrimEnd('0').TrimEnd('.') : text;
    }

    /// <summary>A count with thousands separated.</summary>
    public static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>The shortest text that gives the value back when parsed.</summary>
    public static string Exact(double value) => double.IsFinite(value)
        ? ShortExponent(value.ToString("R", CultureInfo.InvariantCulture))
        : NotFinite(value);

    /// <summary>The power of ten of the leading digit after rounding to that many significant digits.</summary>
    private static int Exponent(double value, int digits)
    {
        var text = value.ToString("E" + (digits - 1).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return int.Parse(text.AsSpan(text.IndexOf('E') + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
    }

    /// <summary>The value rounded to the place 10^power.</summary>
    private static string ToPlace(double value, int power)
    {
        if (power > 0)
        {
            var unit = Math.Pow(10, power);
            value = Math.Round(value / unit) * unit;
        }
        var text = value.ToString("N" + Math.Max(0, -power).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return text.StartsWith('-') ? text.AsSpan(1).ContainsAnyInRange('1', '9') ? "−" + text[1..] : text[1..] : text;
    }

    /// <summary>"5.000E-007" as "5e-7".</summary>
    private static string ShortExponent(string text)
    {
        var at = text.IndexOf('E');
        if (at < 0) return text.Replace('-', '−');
        var mantissa = text[..at];
        if (mantissa.Contains('.')) mantissa = mantissa.TrimEnd('0').TrimEnd('.');
        var power = int.Parse(text.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return mantissa.Replace('-', '−') + "e" + power.ToString(CultureInfo.InvariantCulture);
    }

    private static string NotFinite(double value) => double.IsNaN(value) ? Missing : value > 0 ? "∞" : "−∞";
}
