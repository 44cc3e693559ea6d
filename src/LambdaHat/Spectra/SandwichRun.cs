using LambdaHat.Estimation;

namespace LambdaHat.Spectra;

/// <summary>One estimate between the bounds, at one γ.</summary>
/// <param name="Estimate">The estimate.</param>
/// <param name="Place">Where λ̂ lies to the bounds.</param>
/// <param name="IsExplained">Whether λ̂ lies inside, or below d₁/2 but not below λ_quad of its own nβ and γ.</param>
public sealed record SandwichRun(LearningCoefficientEstimate Estimate, SandwichPlace Place, bool IsExplained)
{
    private const double Errors = 3;

    /// <summary>γ of the run.</summary>
    public double Gamma => Estimate.Options.Gamma ?? double.NaN;

    /// <summary>λ_quad at the run's nβ and γ; NaN where it was not found.</summary>
    public double Quadratic => Estimate.Evidence.Quadratic?.Value ?? double.NaN;

    /// <summary>Its error.</summary>
    public double QuadraticError => Estimate.Evidence.Quadratic?.StandardError ?? double.NaN;

    /// <summary>Whether the estimate's own verdict lets it speak of its γ: it converged, or γ decides it, which it may here.</summary>
    public bool IsBelieved => Estimate.Verdict is Verdict.Converged or Verdict.OverLocalised;

    /// <summary>Compares an estimate with bounds; <paramref name="boundError"/> is the standard error of both of them.</summary>
    public static SandwichRun Of(LearningCoefficientEstimate estimate, double lower, double upper, double boundError)
    {
        if (!double.IsFinite(estimate.LambdaHat)) return new(estimate, SandwichPlace.Unknown, IsExplained: false);
        var error = double.IsFinite(estimate.StandardError) ? estimate.StandardError : 0;
        var span = Errors * Math.Sqrt((error * error) + (boundError * boundError));
        var place = estimate.LambdaHat < lower - span ? SandwichPlace.Below : estimate.LambdaHat > upper + span ? SandwichPlace.Above : SandwichPlace.Inside;
        if (place != SandwichPlace.Below || estimate.Evidence.Quadratic is not { } quadratic) return new(estimate, place, place == SandwichPlace.Inside);
        var least = quadratic.Value - (Errors * Math.Sqrt((error * error) + (quadratic.StandardError * quadratic.StandardError)));
        return new(estimate, place, estimate.LambdaHat >= least);
    }

    /// <summary>Whether λ_quad, which no cut-off enters and which is at most half the rank, lies above <paramref name="upper"/>.</summary>
    public bool QuadraticExceeds(double upper, double boundError) => Quadratic - (Errors * Math.Sqrt((QuadraticError * QuadraticError) + (boundError * boundError))) > upper;
}
