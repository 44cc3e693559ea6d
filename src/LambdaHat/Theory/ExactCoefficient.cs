namespace LambdaHat.Theory;

/// <summary>
/// A learning coefficient known exactly: the volume of {K &lt; ε} goes to 0 as C·ε^λ·(−ln ε)^(m−1), and equivalently the largest
/// pole of ∫K(w)^z φ(w) dw is at z = −λ and has order m. K is the potential itself, not its square root.
/// </summary>
public sealed record ExactCoefficient
{
    /// <summary>Creates the pair (λ, m).</summary>
    /// <exception cref="InvalidInputException">λ &lt; 0 or m &lt; 1.</exception>
    public ExactCoefficient(Rational lambda, long multiplicity)
    {
        Lambda = lambda;
        Multiplicity = multiplicity;
    }

    /// <summary>λ, the learning coefficient (real log canonical threshold).</summary>
    public Rational Lambda
    {
        get;
        init => field = value.Sign >= 0 ? value : throw new InvalidInputException($"lambda: expected a number ≥ 0, got {value}");
    }

    /// <summary>m, the multiplicity: the order of the pole at −λ.</summary>
    public long Multiplicity
    {
        get;
        init => field = value >= 1 ? value : throw new InvalidInputException($"multiplicity: expected an integer ≥ 1, got {value}");
    }

    /// <summary>A regular model, K positive definite to second order in d parameters: λ = d/2, m = 1.</summary>
    /// <exception cref="InvalidInputException">d &lt; 0.</exception>
    public static ExactCoefficient Regular(long dimension) => dimension >= 0
        ? new(new Rational(dimension, 2), 1)
        : throw new InvalidInputException($"dimension: expected an integer ≥ 0, got {dimension}");

    /// <summary>
    /// The coefficient of K₁ + K₂, both at least 0, over separate variables: λ₁ + λ₂, m₁ + m₂ − 1
    /// (∫exp(−tK) factors into the two integrals, each C·t^(−λ)·(ln t)^(m−1)).
    /// </summary>
    public static ExactCoefficient Sum(ExactCoefficient first, ExactCoefficient second) =>
        new(first.Lambda + second.Lambda, first.Multiplicity + second.Multiplicity - 1);

    /// <summary>
    /// The coefficient of K₁·K₂, both at least 0, over separate variables: the lesser λ with its m; at equal λ the multiplicities
    /// add (∫K^z factors, so poles at the same place add their orders). λ = 0 means K = 0 everywhere, and the product is 0 as well.
    /// </summary>
    public static ExactCoefficient Product(ExactCoefficient first, ExactCoefficient second) =>
        first.Lambda < second.Lambda || first.Lambda.Sign == 0 ? first
        : second.Lambda < first.Lambda ? second
        : new(first.Lambda, first.Multiplicity + second.Multiplicity);

    /// <summary>The coefficient of K^p: λ/p, the same m.</summary>
    /// <exception cref="InvalidInputException">p &lt; 1.</exception>
    public ExactCoefficient Power(int exponent) => exponent >= 1
        ? this with { Lambda = Lambda / exponent }
        : throw new InvalidInputException($"exponent: expected an integer ≥ 1, got {exponent}");
}
