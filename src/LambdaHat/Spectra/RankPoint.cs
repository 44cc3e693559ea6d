using LambdaHat.Curvature;

namespace LambdaHat.Spectra;

/// <summary>What a rank lies in.</summary>
/// <param name="Least">At least this.</param>
/// <param name="Most">At most this.</param>
public readonly record struct RankRange(double Least, double Most)
{
    /// <summary>Whether it is one number.</summary>
    public bool IsExact => Least == Most;

    /// <summary>A rank that was counted.</summary>
    public static RankRange Exactly(double rank) => new(rank, rank);
}

/// <summary>A point of the curve d₁(τ).</summary>
/// <param name="Tau">τ.</param>
/// <param name="Rank">How many eigenvalues exceed τ.</param>
/// <param name="StandardError">Its standard error over random probes; 0 where it was counted.</param>
public readonly record struct RankPoint(double Tau, double Rank, double StandardError)
{
    private const double Errors = 3;

    /// <summary>The most that too few Lanczos steps leave of the mean over the probes, a bound; 0 where it was counted.</summary>
    public double QuadratureError { get; init; }

    /// <summary>Both errors together.</summary>
    public double Error => StandardError + QuadratureError;

    /// <summary>What d₁(τ) lies in: three standard errors, and what the quadrature leaves on either side, within what is known of it otherwise; itself alone where it was counted.</summary>
    public RankRange Range { get => field == default ? RankRange.Exactly(Rank) : field; init; }

    /// <summary>tr[G(G + τI)⁻¹], the effective dimension at τ: a count whose step is smooth.</summary>
    public double EffectiveDimension { get; init; }

    /// <summary>Its error, both kinds together.</summary>
    public double EffectiveError { get; init; }

    /// <summary>The point with a count by random probes, known otherwise to lie within <paramref name="known"/>.</summary>
    internal RankPoint Counting(CountEstimate count, RankRange known)
    {
        double Known(double rank) => Math.Clamp(rank, known.Least, known.Most);
        double rank = Known(count.Value), least = count.Value - count.Excess, most = count.Value + count.Deficit, error = Errors * count.StandardError;
        return this with
        {
            Rank = rank,
            StandardError = count.StandardError,
            QuadratureError = Math.Max(rank - Known(least), Known(most) - rank),
            Range = new(Known(least - error), Known(most + error)),
        };
    }
}
