namespace LambdaHat.Theory;

/// <summary>The potential K(w) = Σ w_i^{p_i} near the origin, under a prior that is positive there.</summary>
public static class PowerSum
{
    /// <summary>
    /// λ = Σ 1/p_i, m = 1, since ∫exp(−t·w^p) dw is proportional to t^(−1/p): w₁⁴ + w₂⁴ has λ = 1/2.
    /// </summary>
    /// <param name="exponents">p_i, even and at least 2, so that K has its minimum 0 at the origin.</param>
    /// <exception cref="InvalidInputException">There is no exponent, or one is out of range.</exception>
    public static ExactCoefficient Coefficient(ReadOnlySpan<int> exponents)
    {
        if (exponents.IsEmpty) throw new InvalidInputException("exponents: expected at least one, got none");
        var lambda = Rational.Zero;
        for (var i = 0; i < exponents.Length; i++)
        {
            var p = exponents[i];
            if (p < 2 || int.IsOddInteger(p))
                throw new InvalidInputException($"exponents, entry {i + 1} of {exponents.Length}: expected an even integer ≥ 2 (K must have its minimum at 0), got {p}");
            lambda += new Rational(1, p);
        }
        return new(lambda, 1);
    }
}
