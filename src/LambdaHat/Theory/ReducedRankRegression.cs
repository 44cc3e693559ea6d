using System.Numerics;

namespace LambdaHat.Theory;

/// <summary>
/// Reduced-rank regression x ↦ B·A·x with A: H × M, B: N × H, squared loss, inputs of positive definite covariance; the true map
/// has rank r. It is the deep linear network of two layers.
/// </summary>
public static class ReducedRankRegression
{
    /// <summary>
    /// The global learning coefficient and multiplicity, in four cases:
    /// <list type="number">
    /// <item>N + r ≤ M + H, M + r ≤ N + H, H + r ≤ M + N: λ = [2(H + r)(M + N) + 2MN − (H + r)² − M² − N²]/8 and m = 1 if
    /// M + N + H + r is even; if it is odd, 1/8 more and m = 2;</item>
    /// <item>M + H &lt; N + r: λ = (HM − Hr + Nr)/2, m = 1;</item>
    /// <item>N + H &lt; M + r: λ = (HN − Hr + Mr)/2, m = 1;</item>
    /// <item>M + N &lt; H + r: λ = MN/2, m = 1.</item>
    /// </list>
    /// Aoyagi and Watanabe, "Stochastic complexities of reduced rank regression in Bayesian estimation", Neural Networks 18 (2005), main theorem.
    /// </summary>
    /// <param name="inputs">M, at least 1.</param>
    /// <param name="outputs">N, at least 1.</param>
    /// <param name="hidden">H, at least 1.</param>
    /// <param name="rank">r, from 0 to the least of the three.</param>
    /// <exception cref="InvalidInputException">A value is out of range.</exception>
    public static ExactCoefficient Coefficient(int inputs, int outputs, int hidden, int rank)
    {
        CheckSizes(inputs, outputs, hidden);
        var most = Math.Min(Math.Min(inputs, outputs), hidden);
        if (rank < 0 || rank > most)
            throw new InvalidInputException($"rank: expected an integer from 0 to {most} (the least of inputs {inputs}, outputs {outputs} and hidden {hidden}), got {rank}");
        return Cases(inputs, outputs, hidden, rank);
    }

    internal static void CheckSizes(int inputs, int outputs, int hidden)
    {
        Check(inputs, "inputs");
        Check(outputs, "outputs");
        Check(hidden, "hidden");

        static void Check(int size, string name)
        {
            if (size < 1) throw new InvalidInputException($"{name}: expected an integer ≥ 1, got {size}");
        }
    }

    /// <summary>The four cases, valid for sizes of 0 as well: there K = 0, and they give λ = 0, m = 1.</summary>
    internal static ExactCoefficient Cases(BigInteger m, BigInteger n, BigInteger h, BigInteger r)
    {
        if (m + h < n + r) return new(new Rational((h * m) - (h * r) + (n * r), 2), 1);
        if (n + h < m + r) return new(new Rational((h * n) - (h * r) + (m * r), 2), 1);
        if (m + n < h + r) return new(new Rational(m * n, 2), 1);
        var odd = (m + n + h + r).IsEven ? 0 : 1;
        var eightfold = (2 * (h + r) * (m + n)) + (2 * m * n) - ((h + r) * (h + r)) - (m * m) - (n * n) + odd;
        return new(new Rational(eightfold, 8), 1 + odd);
    }
}
