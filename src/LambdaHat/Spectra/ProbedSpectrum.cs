using LambdaHat.Curvature;

namespace LambdaHat.Spectra;

/// <summary>What random probes say of a matrix: counts above thresholds, the effective dimension, λ_quad, the trace, all with their errors.</summary>
internal sealed class ProbedSpectrum
{
    private const int Probes = 10, Depth = 250, TraceProducts = 192;

    private readonly EigenvalueCount _count;

    private ProbedSpectrum(EigenvalueCount count, TraceValue trace) => (_count, Trace) = (count, trace);

    /// <summary>tr G.</summary>
    public TraceValue Trace { get; }

    /// <summary>λ₁ as Lanczos sees it, never above it but for rounding.</summary>
    public double Largest => _count.Quadrature.LargestNode;

    /// <summary>Runs the probes.</summary>
    public static ProbedSpectrum Find(SpectrumPoint point, SymmetricOperator curvature)
    {
        var depth = Math.Max(2, Math.Min(Depth, point.Dimension));
        var (watch, seed) = (point.Watch, point.Options.Seed);
        var count = EigenvalueCount.Run(watch.Over(curvature, "counting", Probes * depth), new() { Probes = Probes, Depth = depth, Seed = seed }, point.Team, cancellation: watch.Cancellation);
        return new(count, HutchPlusPlus.Estimate(watch.Over(curvature, "trace", TraceProducts), TraceProducts, seed, point.Team));
    }

    /// <summary>d₁(τ), known to lie within <paramref name="known"/>, and the effective dimension at τ.</summary>
    public RankPoint At(double tau, RankRange known) => Effective(tau).Counting(_count.Above(tau), known);

    /// <summary>The effective dimension at τ, with a d₁ of 0.</summary>
    public RankPoint Effective(double tau)
    {
        if (!(tau > 0)) return new(tau, 0, 0) { EffectiveDimension = double.NaN, EffectiveError = double.NaN };
        var effective = _count.EffectiveDimension(tau);
        return new(tau, 0, 0) { EffectiveDimension = effective.Value, EffectiveError = effective.StandardError + effective.QuadratureError };
    }

    /// <summary>λ_quad, half the effective dimension at γ/nβ, and its error.</summary>
    public (double Value, double Error) QuadraticCoefficient(double nBeta, double gamma)
    {
        var effective = Effective(gamma / nBeta);
        return (effective.EffectiveDimension / 2, effective.EffectiveError / 2);
    }
}
