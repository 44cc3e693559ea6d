using System.Numerics;
using FsCheck;
using FsCheck.Xunit;
using LambdaHat.Theory;

namespace LambdaHat.Tests.Theory;

public sealed class RationalTests
{
    [Theory]
    [InlineData(44, 8, "11/2")]
    [InlineData(44, -8, "-11/2")]
    [InlineData(-10, -2, "5")]
    [InlineData(0, -7, "0")]
    public void Is_in_lowest_terms_with_a_positive_denominator(int numerator, int denominator, string text)
    {
        var value = new Rational(numerator, denominator);
        Assert.Equal(text, value.ToString());
        Assert.True(value.Denominator.Sign > 0);
        Assert.Equal(BigInteger.One, BigInteger.GreatestCommonDivisor(value.Numerator, value.Denominator));
    }

    [Fact]
    public void The_default_value_is_zero()
    {
        Assert.Equal(new Rational(0, 5), default);
        Assert.Equal("0", default(Rational).ToString());
        Assert.Equal(new Rational(1, 3), default(Rational) + new Rational(1, 3));
        Assert.Equal(0, default(Rational).Sign);
        Assert.Equal(0.0, Rational.Zero.ToDouble());
    }

    [Fact]
    public void A_zero_denominator_is_refused()
    {
        Assert.Throws<DivideByZeroException>(() => new Rational(1, 0));
        Assert.Throws<DivideByZeroException>(() => new Rational(1, 2) / Rational.Zero);
    }

    [Property]
    public void Arithmetic_agrees_with_cross_multiplied_integers(int a, NonZeroInt b, int c, NonZeroInt d)
    {
        var (x, y) = (new Rational(a, b.Get), new Rational(c, d.Get));
        Represents(x + y, ((BigInteger)a * d.Get) + ((BigInteger)c * b.Get), (BigInteger)b.Get * d.Get);
        Represents(x - y, ((BigInteger)a * d.Get) - ((BigInteger)c * b.Get), (BigInteger)b.Get * d.Get);
        Represents(x * y, (BigInteger)a * c, (BigInteger)b.Get * d.Get);
        if (c != 0) Represents(x / y, (BigInteger)a * d.Get, (BigInteger)b.Get * c);
        var order = (((BigInteger)a * d.Get) - ((BigInteger)c * b.Get)).Sign * Math.Sign(b.Get) * Math.Sign(d.Get);
        Assert.Equal(order, Math.Sign(x.CompareTo(y)));
        Assert.Equal((order < 0, order <= 0, order > 0, order >= 0, order == 0, order != 0), (x < y, x <= y, x > y, x >= y, x == y, x != y));
        Assert.Equal(order <= 0 ? x : y, Rational.Min(x, y));
    }

    [Property]
    public void Small_fractions_become_the_double_of_the_division(int a, NonZeroInt b) =>
        Assert.Equal((double)a / b.Get, new Rational(a, b.Get).ToDouble()); // IEEE division rounds correctly.

    [Property]
    public void Equal_values_are_equal_with_equal_hashes(int a, NonZeroInt b, NonZeroInt factor)
    {
        var (x, y) = (new Rational(a, b.Get), new Rational((BigInteger)a * factor.Get, (BigInteger)b.Get * factor.Get));
        Assert.True(x.Equals((object)y));
        Assert.Equal(x.GetHashCode(), y.GetHashCode());
    }

    [Fact]
    public void Huge_fractions_become_the_nearest_double()
    {
        var huge = BigInteger.Pow(10, 400);
        Assert.Equal(1.0 / 3.0, new Rational(huge, 3 * huge).ToDouble());
        Assert.Equal(-1e-200, new Rational(-huge, BigInteger.Pow(10, 600)).ToDouble());
        Assert.Equal(1e200, (double)new Rational(BigInteger.Pow(10, 600), huge));
        Assert.Equal(double.PositiveInfinity, new Rational(huge, 1).ToDouble());
        Assert.Equal(0.0, new Rational(1, huge).ToDouble());
        // Half way between 1 and its successor goes to the even one, 1; the least bit more goes up.
        var half = BigInteger.One << 53;
        Assert.Equal(1.0, new Rational(half + 1, half).ToDouble());
        Assert.Equal(double.BitIncrement(1.0), new Rational(((half + 1) << 500) + 1, half << 500).ToDouble());
    }

    private static void Represents(Rational value, BigInteger numerator, BigInteger denominator)
    {
        Assert.Equal(numerator * value.Denominator, value.Numerator * denominator);
        Assert.True(value.Denominator.Sign > 0);
        Assert.Equal(BigInteger.One, BigInteger.GreatestCommonDivisor(value.Numerator, value.Denominator));
    }
}
