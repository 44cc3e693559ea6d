using LambdaHat.Numerics;

namespace LambdaHat.Reporting;

/// <summary>The autocorrelation that figures draw.</summary>
internal static class Autocorrelation
{
    /// <summary>
    /// ρ_k = c(k)/c(0) for k = 0 … <paramref name="lags"/>, c the <see cref="Autocovariance"/>; empty when the draws are constant or not all finite.
    /// </summary>
    public static double[] Of(ReadOnlySpan<double> draws, int lags)
    {
        if (draws.Length < 2 || draws.IndexOfAnyExcept(draws[0]) < 0) return [];
        var covariance = Autocovariance.Of(draws);
        if (!double.IsFinite(covariance[0]) || covariance[0] <= 0) return [];
        return [.. covariance.Take(Math.Min(lags, draws.Length - 1) + 1).Select(c => c / covariance[0])];
    }
}
