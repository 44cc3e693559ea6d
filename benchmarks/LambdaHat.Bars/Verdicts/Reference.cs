namespace LambdaHat.Bars.Verdicts;

/// <summary>E[nβΔL] at a run's own nβ and γ with its standard error (or the error of the quadrature), and what says so.</summary>
internal sealed record Reference(double Value, double Error, string Method)
{
    /// <summary>Whether the reference is itself to be believed, with a reason where not.</summary>
    public string? Doubt { get; init; }

    public double RHat { get; init; } = double.NaN;
}
