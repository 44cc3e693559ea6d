namespace LambdaHat.Theory;

/// <summary>The potential K(w) = Π w_i^{k_i} near the origin, under a prior density proportional to Π |w_i|^{h_i} there.</summary>
public static class Monomial
{
    /// <summary>
    /// λ = min_i (h_i + 1)/k_i over the i with k_i &gt; 0; m = how many i attain it. The k_i are the exponents of K ITSELF:
    /// K = w₁²w₂⁴ has exponents 2, 4 and λ = 1/4. Watanabe, Algebraic Geometry and Statistical Learning Theory (2009), chapter 4:
    /// ∫Π w_i^{k_i z + h_i} dw has its poles at z = −(h_i + j)/k_i.
    /// </summary>
    /// <param name="exponents">k_i, even and at least 0, one of them at least 2, so that K has its minimum 0 at the origin.</param>
    /// <param name="priorExponents">h_i, at least 0, as many as the k_i; none stands for a prior that is positive at the origin.</param>
    /// <exception cref="InvalidInputException">An exponent is out of range, or the counts differ.</exception>
    public static ExactCoefficient Coefficient(ReadOnlySpan<int> exponents, ReadOnlySpan<int> priorExponents = default)
    {
        if (!priorExponents.IsEmpty && priorExponents.Length != exponents.Length)
            throw new InvalidInputException($"prior exponents: expected {exponents.Length}, one for each exponent of K, or none, got {priorExponents.Length}");
        Rational? lambda = null;
        long multiplicity = 0;
        for (var i = 0; i < exponents.Length; i++)
        {
            var k = exponents[i];
            var h = priorExponents.IsEmpty ? 0 : priorExponents[i];
            if (k < 0 || int.IsOddInteger(k))
                throw new InvalidInputException($"exponents, entry {i + 1} of {exponents.Length}: expected an even integer ≥ 0 (K must have its minimum at 0), got {k}");
            if (h < 0)
                throw new InvalidInputException($"prior exponents, entry {i + 1} of {priorExponents.Length}: expected an integer ≥ 0, got {h}");
            if (k == 0) continue;
            var pole = new Rational(h + 1L, k);
            if (lambda is { } least && pole >= least)
            {
                if (pole == least) multiplicity++;
                continue;
            }
            (lambda, multiplicity) = (pole, 1);
        }
        return lambda is { } found
            ? new(found, multiplicity)
            : throw new InvalidInputException($"exponents: expected at least one exponent ≥ 2, got {(exponents.IsEmpty ? "none" : "only zeros")}");
    }
}
