using LambdaHat.Estimation;
using LambdaHat.Experiments.Landscapes;
using LambdaHat.Losses;

namespace LambdaHat.Bars.Verdicts;

/// <summary>A polynomial K at a zero of it; the reference is numerical quadrature of nβK under exp(−nβK − (γ/2)‖w − w*‖²).</summary>
internal sealed class Landscape(string kind, string formula, PolynomialTerm[] terms, float[] center) : VerdictSubject(kind, $"{kind} {formula} at ({string.Join(", ", center)})")
{
    private const long Samples = 1_000_000;

    /// <summary>Coordinates about which the integrand may have narrow features, beside 0 and w*.</summary>
    public double[] Features { get; init; } = [];

    protected override NetworkOrLandscape Build(float[]? w) => new(new PolynomialObjective(terms, w ?? center, Samples));

    public override Reference Find(double nBeta, double gamma)
    {
        var quadrature = new LandscapeQuadrature(terms, [.. center.Select(c => (double)c)], nBeta, gamma, Features);
        var (coarse, fine) = (quadrature.Mean(nodes: 8), quadrature.Mean(nodes: 12));
        var error = Math.Abs(fine - coarse);
        return new Reference(fine, error, "quadrature") { Doubt = error <= 1e-3 * Math.Abs(fine) ? null : "the quadrature has not converged" };
    }
}
