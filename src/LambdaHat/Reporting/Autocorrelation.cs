using System.Numerics.Tensors;

namespace LambdaHat.Reporting;

/// <summary>The autocorrelation that figures draw.</summary>
internal static class Autocorrelation
{
    /// <summary>
    /// ρ_k = Σ_t (x_t − x̄)(x_{t+k} − x̄) / Σ_t (x_t − x̄)² for k = 0 … <paramref name="lags"/>, the estimator whose sums all divide by N;
    /// empty when the draws are constant or not all finite. Costs lags·N products.
    /// </summary>
    public static double[] Of(ReadOnlySpan<double> draws, int lags)
    {
        if (draws.Length < 2) return [];
        var centred = new double[draws.Length];
        TensorPrimitives.Subtract(draws, TensorPrimitives.Sum(draws) / draws.Length, centred);
        var largest = TensorPrimitives.MaxMagnitude<double>(centred);
        if (!double.IsFinite(largest) || largest == 0) return [];
        TensorPrimitives.Divide(centred, largest, centred);
        var power = TensorPrimitives.Dot<double>(centred, centred);
        var rho = new double[Math.Min(lags, draws.Length - 1) + 1];
        for (var k = 0; k < rho.Length; k++)
            rho[k] = TensorPrimitives.Dot<double>(centred.AsSpan(0, centred.Length - k), centred.AsSpan(k)) / power;
        return rho;
    }
}
