using System.Globalization;
using System.Numerics;

namespace LambdaHat.Theory;

/// <summary>
/// An exact fraction of integers without a size limit, always in lowest terms with a positive denominator, so that equal values
/// are equal bit for bit. The default value is 0.
/// </summary>
public readonly struct Rational : IEquatable<Rational>, IComparable<Rational>
{
    // Stored less one, so that the default value is 0/1.
    private readonly BigInteger denominatorLessOne;

    /// <summary>numerator / denominator in lowest terms.</summary>
    /// <exception cref="DivideByZeroException">The denominator is 0.</exception>
    public Rational(BigInteger numerator, BigInteger denominator)
    {
        if (denominator.IsZero) throw new DivideByZeroException($"a fraction's denominator must not be 0, got {numerator}/0");
        var divisor = BigInteger.GreatestCommonDivisor(numerator, denominator) * denominator.Sign;
        Numerator = numerator / divisor;
        denominatorLessOne = (denominator / divisor) - 1;
    }

    /// <summary>The numerator in lowest terms; it carries the sign.</summary>
    public BigInteger Numerator { get; }

    /// <summary>The denominator in lowest terms, at least 1.</summary>
    public BigInteger Denominator => denominatorLessOne + 1;

    /// <summary>0.</summary>
    public static Rational Zero => default;

    /// <summary>Whether the value is an integer.</summary>
    public bool IsInteger => denominatorLessOne.IsZero;

    /// <summary>−1, 0 or 1.</summary>
    public int Sign => Numerator.Sign;

    /// <summary>The integer as a fraction over 1.</summary>
    public static implicit operator Rational(int value) => new(value, BigInteger.One);

    /// <summary>The integer as a fraction over 1.</summary>
    public static implicit operator Rational(long value) => new(value, BigInteger.One);

    /// <summary>The integer as a fraction over 1.</summary>
    public static implicit operator Rational(BigInteger value) => new(value, BigInteger.One);

    /// <summary>The nearest double, as <see cref="ToDouble"/>.</summary>
    public static explicit operator double(Rational value) => value.ToDouble();

    /// <summary>x + y, exact.</summary>
    public static Rational operator +(Rational x, Rational y) => new((x.Numerator * y.Denominator) + (y.Numerator * x.Denominator), x.Denominator * y.Denominator);

    /// <summary>x − y, exact.</summary>
    public static Rational operator -(Rational x, Rational y) => x + -y;

    /// <summary>−x.</summary>
    public static Rational operator -(Rational x) => new(-x.Numerator, x.Denominator);

    /// <summary>x · y, exact.</summary>
    public static Rational operator *(Rational x, Rational y) => new(x.Numerator * y.Numerator, x.Denominator * y.Denominator);

    /// <summary>x / y, exact.</summary>
    /// <exception cref="DivideByZeroException">y is 0.</exception>
    public static Rational operator /(Rational x, Rational y) => new(x.Numerator * y.Denominator, x.Denominator * y.Numerator);

    /// <summary>Whether x and y are the same number.</summary>
    public static bool operator ==(Rational x, Rational y) => x.Equals(y);

    /// <summary>Whether x and y are different numbers.</summary>
    public static bool operator !=(Rational x, Rational y) => !x.Equals(y);

    /// <summary>Whether x is below y.</summary>
    public static bool operator <(Rational x, Rational y) => x.CompareTo(y) < 0;

    /// <summary>Whether x is above y.</summary>
    public static bool operator >(Rational x, Rational y) => x.CompareTo(y) > 0;

    /// <summary>Whether x is at most y.</summary>
    public static bool operator <=(Rational x, Rational y) => x.CompareTo(y) <= 0;

    /// <summary>Whether x is at least y.</summary>
    public static bool operator >=(Rational x, Rational y) => x.CompareTo(y) >= 0;

    /// <summary>The lesser of x and y.</summary>
    public static Rational Min(Rational x, Rational y) => x <= y ? x : y;

    /// <inheritdoc/>
    public int CompareTo(Rational other) => (Numerator * other.Denominator).CompareTo(other.Numerator * Denominator);

    /// <inheritdoc/>
    public bool Equals(Rational other) => Numerator == other.Numerator && denominatorLessOne == other.denominatorLessOne;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Rational other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Numerator, denominatorLessOne);

    /// <summary>
    /// The double nearest to the value, ties to even, whatever the size of numerator and denominator (subnormal results may be
    /// off by one unit in the last place; beyond the largest double the result is infinite).
    /// </summary>
    public double ToDouble()
    {
        if (Numerator.IsZero) return 0;
        var magnitude = BigInteger.Abs(Numerator);
        // A quotient of 63 or 64 bits, its lowest bit set when anything is left over: more than a double's 53 bits, so one rounding.
        var shift = (int)(63 - magnitude.GetBitLength() + Denominator.GetBitLength());
        var (quotient, remainder) = shift >= 0
            ? BigInteger.DivRem(magnitude << shift, Denominator)
            : BigInteger.DivRem(magnitude, Denominator << -shift);
        var bits = (ulong)quotient | (remainder.IsZero ? 0UL : 1UL);
        return Sign * Math.ScaleB((double)bits, -shift);
    }

    /// <summary>"11/2", or "5" for an integer.</summary>
    public override string ToString() => IsInteger
        ? Numerator.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Numerator}/{Denominator}");
}
