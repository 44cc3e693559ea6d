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

    /// <summary>λ_quad at the run's nβ and γ, of the spectrum where it is known, else as the estimate found it over as many samples as it looked at; NaN where it was not found.</summary>
    public double Quadratic { get; init; } = Estimate.Evidence.Quadratic?.Value ?? double.NaN;

    /// <summary>Its error.</summary>
    public double QuadraticError { get; init; } = Estimate.Evidence.Quadratic?.StandardError ?? double.NaN;

    /// <summary>Whether the estimate's own verdict lets it speak of its γ: it converged, or γ decides it, which it may here.</summary>
    public bool IsBelieved => Estimate.Verdict is Verdict.Converged or Verdict.OverLocalised;

    /// <summary>Compares an estimate with bounds; <paramref name="quadratic"/> is λ_quad over all samples with its error, where known.</summary>
    public static SandwichRun Of(LearningCoefficientEstimate estimate, double lower, double upper, (double Value, double Error)? quadratic = null)
    {
        SandwichRun Run(SandwichPlace place, bool explained) => quadratic is { } known ? new(estimate, place, explained) { Quadratic = known.Value, QuadraticError = known.Error } : new(estimate, place, explained);
        if (!double.IsFinite(estimate.LambdaHat)) return Run(SandwichPlace.Unknown, explained: false);
        var error = double.IsFinite(estimate.StandardError) ? estimate.StandardError : 0;
        var span = Errors * error;
        var place = estimate.LambdaHat < lower - span ? SandwichPlace.Below : estimate.LambdaHat > upper + span ? SandwichPlace.Above : SandwichPlace.Inside;
        var run = Run(place, place == SandwichPlace.Inside);
        var least = run.Quadratic - (Errors * Math.Sqrt((error * error) + (run.QuadraticError * run.QuadraticError)));
        return place == SandwichPlace.Below ? run with { IsExplained = estimate.LambdaHat >= least } : run;
    }

    /// <summary>Whether λ_quad, which no cut-off enters and which is at most half the rank, lies above <paramref name="upper"/>.</summary>
    public bool QuadraticExceeds(double upper) => Quadratic - (Errors * QuadraticError) > upper;
}
