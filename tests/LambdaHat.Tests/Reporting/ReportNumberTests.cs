using System.Globalization;
using FsCheck.Xunit;
using LambdaHat.Reporting;

namespace LambdaHat.Tests.Reporting;

public class ReportNumberTests
{
    [Theory]
    [InlineData(59.8312, 1.2345, "59.8", "1.2")]
    [InlineData(59.8312, 0.0996, "59.83", "0.10")]
    [InlineData(59.8312, 0.0994, "59.831", "0.099")]
    [InlineData(-0.04, 1.5, "0.0", "1.5")]
    [InlineData(-12.3456, 0.25, "−12.35", "0.25")]
    [InlineData(12_345.6, 1_234.5, "12,300", "1,200")]
    [InlineData(12_345.6, 43.2, "12,346", "43")]
    [InlineData(59.8312, double.NaN, "59.83", "n/a")]
    [InlineData(double.NaN, double.NaN, "n/a", "n/a")]
    [InlineData(5.5, 0, "5.500", "0")]
    [InlineData(double.PositiveInfinity, 1, "∞", "1.0")]
    public void An_error_has_two_significant_digits_and_the_value_as_many_decimals(double value, double error, string shown, string shownError) =>
        Assert.Equal((shown, shownError), ReportNumber.WithError(value, error));

    [Theory]
    [InlineData(5e-7, "5e-7")]
    [InlineData(-5.25e-300, "−5.25e-300")]
    [InlineData(0.1, "0.1")]
    [InlineData(1e300, "1e300")]
    public void Exact_numbers_are_short(double value, string shown) => Assert.Equal(shown, ReportNumber.Exact(value));

    [Theory]
    [InlineData(60, "60")]
    [InlineData(62.5, "62.5")]
    [InlineData(16.0 / 3, "5.33333")]
    [InlineData(1_234_567, "1,234,567")]
    [InlineData(double.NaN, "n/a")]
    public void Exact_values_carry_no_trailing_zeros(double value, string shown) => Assert.Equal(shown, ReportNumber.Trimmed(value));

    [Property]
    public bool Exact_numbers_give_the_value_back(double value) =>
        !double.IsFinite(value) || double.Parse(ReportNumber.Exact(value).Replace('−', '-'), CultureInfo.InvariantCulture) == value;

    [Property]
    public bool Rounding_errs_by_at_most_half_a_unit_of_the_last_significant_digit(double value)
    {
        // Above 1.79e308 three digits round to a number that no double holds.
        if (!(Math.Abs(value) < 1.79e308) || value == 0) return true;
        var shown = double.Parse(ReportNumber.Significant(value, 3).Replace('−', '-'), NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
        // Half of 10^(exponent − 2), the exponent of the value; the factor covers the rounding of the comparison itself.
        return Math.Abs(shown - value) <= 0.5 * Math.Pow(10, Math.Floor(Math.Log10(Math.Abs(value))) - 2) * (1 + 1e-9);
    }
}
