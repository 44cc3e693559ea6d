using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Losses;

/// <summary>The nβ and γ of the tempered, localised posterior exp(−nβ·L_n(w) − (γ/2)·‖w − w*‖²) where none is given: of an estimate and of the λ_quad beside a spectrum alike.</summary>
public static class PosteriorDefaults
{
    /// <summary>nβ = n / ln n (Watanabe 2013, Definition of WBIC).</summary>
    /// <exception cref="InvalidInputException">n is below 2.</exception>
    public static double NBeta(long n) => n >= 2
        ? n / Math.Log(n)
        : throw new InvalidInputException($"the default inverse temperature 1/ln n needs n ≥ 2 samples, got {n}; give nbeta");

    /// <summary>γ = 10·d/‖w*‖² over the selected coordinates: a prior a tenth as wide as the weights are large; 1 where w* is 0 there.</summary>
    public static double Gamma(ParameterSelection selection, ReadOnlySpan<float> center)
    {
        var total = 0.0;
        foreach (var block in selection) total += WideSum.Squares(block.In(center));
        return total > 0 ? 10 * selection.Count / total : 1;
    }
}
