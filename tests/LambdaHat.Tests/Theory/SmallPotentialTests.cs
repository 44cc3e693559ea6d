using LambdaHat.Theory;

namespace LambdaHat.Tests.Theory;

public sealed class SmallPotentialTests
{
    [Theory]
    [InlineData(new[] { 2, 4 }, null, "1/4", 1)]
    [InlineData(new[] { 2, 2 }, null, "1/2", 2)]
    [InlineData(new[] { 2, 2, 2 }, null, "1/2", 3)]
    [InlineData(new[] { 0, 6, 0, 6 }, null, "1/6", 2)]
    [InlineData(new[] { 2, 4 }, new[] { 0, 1 }, "1/2", 2)]
    [InlineData(new[] { 2, 4 }, new[] { 0, 3 }, "1/2", 1)]
    [InlineData(new[] { 2, 6 }, new[] { 4, 4 }, "5/6", 1)]
    [InlineData(new[] { 0, 4 }, new[] { 0, int.MaxValue }, "536870912", 1)]
    public void A_monomial_has_its_least_ratio_and_counts_who_attains_it(int[] exponents, int[]? prior, string lambda, int multiplicity) =>
        Check(Monomial.Coefficient(exponents, prior), lambda, multiplicity);

    [Theory]
    [InlineData(new[] { 4, 4 }, "1/2")]
    [InlineData(new[] { 2 }, "1/2")]
    [InlineData(new[] { 2, 4, 6 }, "11/12")]
    public void A_sum_of_powers_adds_the_reciprocals(int[] exponents, string lambda) => Check(PowerSum.Coefficient(exponents), lambda, 1);

    [Theory] // gap: from λ to the next pole of ∫K^z over half-normal w, at (h_i + 1 + 2j)/k_i
    [InlineData(new[] { 2, 4 }, new[] { 0, 0 }, 0.25, 60)]
    [InlineData(new[] { 2, 2 }, new[] { 0, 0 }, 1, 20)]
    [InlineData(new[] { 4, 4 }, new[] { 0, 0 }, 0.5, 30)]
    [InlineData(new[] { 4, 2 }, new[] { 1, 0 }, 0.5, 30)]
    [InlineData(new[] { 4, 2 }, new[] { 0, 2 }, 0.5, 30)]
    public void A_monomial_scales_as_numerical_integration_says(int[] k, int[] h, double gap, double logT) =>
        Scaling.AssertHolds(Monomial.Coefficient(k, h), logT: logT, gap: gap, logIntegral: t => Scaling.LogQuadrature(
            (u, v) => -Math.Exp(t + (k[0] * u) + (k[1] * v)) + HalfNormal(u, h[0]) + HalfNormal(v, h[1]),
            -(t / 2) - 40, 3, -(t / 2) - 40, 3, 0.2));

    [Theory]
    [InlineData(4, 4, 0.5, 30)]
    [InlineData(2, 4, 0.5, 30)]
    [InlineData(2, 6, 1.0 / 3, 40)]
    public void A_sum_of_powers_scales_as_numerical_integration_says(int p, int q, double gap, double logT) =>
        Scaling.AssertHolds(PowerSum.Coefficient([p, q]), logT: logT, gap: gap, logIntegral: t => Scaling.LogQuadrature(
            (u, v) => -Math.Exp(t + (p * u)) - Math.Exp(t + (q * v)) + HalfNormal(u, 0) + HalfNormal(v, 0),
            -(t / 2) - 40, 3, -(t / 2) - 40, 3, 0.2));

    [Theory]
    [InlineData(1, 2, 1)]
    [InlineData(1, 2, 3)]
    [InlineData(9, 16, 2)]
    [InlineData(7, 16, 2)]
    public void The_comparison_with_numerical_integration_refuses_a_wrong_answer(int numerator, int denominator, int multiplicity) =>
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Scaling.AssertHolds(
            new ExactCoefficient(new Rational(numerator, denominator), multiplicity), logT: 20, gap: 1, logIntegral: t => Scaling.LogQuadrature(
                (u, v) => -Math.Exp(t + (2 * u) + (2 * v)) + HalfNormal(u, 0) + HalfNormal(v, 0), -(t / 2) - 40, 3, -(t / 2) - 40, 3, 0.2)));

    [Fact]
    public void Sums_add_and_products_take_the_minimum()
    {
        var (half, other) = (new ExactCoefficient(new Rational(1, 2), 2), new ExactCoefficient(new Rational(3, 4), 3));
        Check(ExactCoefficient.Sum(half, other), "5/4", 4);
        Assert.Equal(half, ExactCoefficient.Product(half, other));
        Assert.Equal(half, ExactCoefficient.Product(other, half));
        Check(ExactCoefficient.Product(half, half), "1/2", 4);
        var nothing = ExactCoefficient.Regular(0);
        Assert.Equal(other, ExactCoefficient.Sum(nothing, other));
        Assert.Equal(nothing, ExactCoefficient.Product(nothing, nothing));
        Check(ExactCoefficient.Regular(7), "7/2", 1);
    }

    [Fact]
    public void The_combinators_rebuild_monomials_and_power_sums()
    {
        var one = ExactCoefficient.Regular(1);
        Assert.Equal(Monomial.Coefficient([2, 4, 4]), ExactCoefficient.Product(one, ExactCoefficient.Product(one.Power(2), one.Power(2))));
        Assert.Equal(PowerSum.Coefficient([4, 6]), ExactCoefficient.Sum(one.Power(2), one.Power(3)));
    }

    [Fact]
    public void A_curve_of_minima_has_different_coefficients_at_its_points()
    {
        // (w1 − 1)²(w1² + w2²)⁴: at the origin the first factor is a constant, at (1, 0.3) the second is.
        Check(ExactCoefficient.Regular(2).Power(4), "1/4", 1);
        Check(Monomial.Coefficient([2, 0]), "1/2", 1);
    }

    [Fact]
    public void Bad_input_is_named_with_its_range_and_place()
    {
        Fails(() => Monomial.Coefficient([2, 3]), "exponents, entry 2 of 2", "even integer ≥ 0", "got 3");
        Fails(() => Monomial.Coefficient([-2]), "entry 1 of 1", "got -2");
        Fails(() => Monomial.Coefficient([0, 0]), "at least one exponent ≥ 2", "only zeros");
        Fails(() => Monomial.Coefficient([]), "at least one exponent ≥ 2", "none");
        Fails(() => Monomial.Coefficient([2, 2], [1]), "prior exponents", "expected 2", "got 1");
        Fails(() => Monomial.Coefficient([2, 2], [0, -1]), "prior exponents, entry 2 of 2", "got -1");
        Fails(() => PowerSum.Coefficient([]), "at least one");
        Fails(() => PowerSum.Coefficient([2, 0]), "entry 2 of 2", "even integer ≥ 2", "got 0");
        Fails(() => PowerSum.Coefficient([5]), "entry 1 of 1", "got 5");
        Fails(() => ExactCoefficient.Regular(-1), "dimension", "got -1");
        Fails(() => ExactCoefficient.Regular(1).Power(0), "exponent", "got 0");
        Fails(() => _ = new ExactCoefficient(new Rational(-1, 2), 1), "lambda", "got -1/2");
        Fails(() => _ = new ExactCoefficient(1, 1) with { Multiplicity = 0 }, "multiplicity", "got 0");
    }

    internal static void Fails(Action action, params string[] parts)
    {
        var message = Assert.Throws<InvalidInputException>(action).Message;
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    internal static void Check(ExactCoefficient actual, string lambda, long multiplicity) =>
        Assert.Equal((lambda, multiplicity), (actual.Lambda.ToString(), actual.Multiplicity));

    // ln of w^h·exp(−w²/2)·dw at w = e^u.
    private static double HalfNormal(double u, int h) => ((h + 1) * u) - (Math.Exp(2 * u) / 2);
}
