namespace LambdaHat.Estimation;

/// <summary>What to believe of an estimate.</summary>
public enum Verdict
{
    /// <summary>Nothing speaks against the estimate and its error.</summary>
    Converged,

    /// <summary>The chains have not reached their stationary law, or have not run long enough for the error asked for.</summary>
    NotEquilibrated,

    /// <summary>The step size shifts the value by more than the tolerance, or drove chains off.</summary>
    StepTooLarge,

    /// <summary>The localisation decides the value: λ_quad falls with γ almost in proportion.</summary>
    OverLocalised,

    /// <summary>No chain is left.</summary>
    Diverged,

    /// <summary>w* is not a minimum at the scale that the chain samples at.</summary>
    NotAMinimum,
}

/// <summary>The names of verdicts for people and programs.</summary>
public static class VerdictNames
{
    /// <summary>"converged", "not-equilibrated", "step-too-large", "over-localised", "diverged", "not-a-minimum".</summary>
    public static string Name(this Verdict verdict) => verdict switch
    {
        Verdict.Converged => "converged",
        Verdict.NotEquilibrated => "not-equilibrated",
        Verdict.StepTooLarge => "step-too-large",
        Verdict.OverLocalised => "over-localised",
        Verdict.Diverged => "diverged",
        Verdict.NotAMinimum => "not-a-minimum",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict)),
    };
}
