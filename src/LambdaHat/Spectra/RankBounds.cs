namespace LambdaHat.Spectra;

/// <summary>
/// What the rank d₁ of the Hessian at a minimum says of the learning coefficient: d₁/2 ≤ λ ≤ d₁/2 + (d − d₁)/4 (Watanabe 2009; Bushnaq 2024). The lower bound counts the directions that are
/// curved to second order, the upper one takes all others to be curved to fourth.
/// </summary>
/// <param name="Dimension">d, the number of parameters.</param>
/// <param name="Rank">d₁; no whole number where it was estimated.</param>
public sealed record RankBounds(int Dimension, double Rank)
{
    /// <summary>Those of every d₁ within a range: the lower bound of its least, the upper one of its most.</summary>
    public static (double Lower, double Upper) Of(int dimension, RankRange range) => (new RankBounds(dimension, range.Least).Lower, new RankBounds(dimension, range.Most).Upper);

    /// <summary>d₁/2.</summary>
    public double Lower => Rank / 2;

    /// <summary>d₁/2 + (d − d₁)/4.</summary>
    public double Upper => (Rank / 2) + ((Dimension - Rank) / 4);
}
