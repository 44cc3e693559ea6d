namespace LambdaHat.Spectra;

/// <summary>Counts and sums over all eigenvalues, descending, which may be the matrix's with an error of <paramref name="rounding"/> each.</summary>
internal sealed class CountedSpectrum(double[] values, double rounding = 0)
{
    /// <summary>How many exceed τ.</summary>
    public int Above(double tau) => values.Count(v => v > tau);

    /// <summary>How many are below τ.</summary>
    public int Below(double tau) => values.Count(v => v < tau);

    /// <summary>Σ h/(|h| + τ): rounding scatters zeros to both sides, so that they cancel.</summary>
    public double EffectiveDimension(double tau) => values.Sum(h => h / (Math.Abs(h) + tau));

    /// <summary>What independent errors of the eigenvalues leave of that.</summary>
    public double EffectiveError(double tau) => rounding == 0 ? 0 : rounding * Math.Sqrt(values.Sum(h => Math.Pow(tau / ((Math.Abs(h) + tau) * (Math.Abs(h) + tau)), 2)));

    /// <summary>λ_quad, half the effective dimension at γ/nβ, and its error.</summary>
    public (double Value, double Error) QuadraticCoefficient(double nBeta, double gamma) => (EffectiveDimension(gamma / nBeta) / 2, EffectiveError(gamma / nBeta) / 2);

    /// <summary>The point of the curve at τ.</summary>
    public RankPoint At(double tau) => new(tau, Above(tau), 0) { EffectiveDimension = EffectiveDimension(tau), EffectiveError = EffectiveError(tau) };
}
