namespace LambdaHat.Estimation;

/// <summary>λ̂ at one nβ and γ, as a <see cref="Sweep"/> keeps it. NaN where something was not measured.</summary>
public sealed record SweepPoint
{
    /// <summary>nβ.</summary>
    public required double NBeta { get; init; }

    /// <summary>γ.</summary>
    public required double Gamma { get; init; }

    /// <summary>λ̂; NaN when every chain diverged.</summary>
    public required double LambdaHat { get; init; }

    /// <summary>Its Monte-Carlo standard error.</summary>
    public required double StandardError { get; init; }

    /// <summary>What to believe of it.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>The reasons for the verdict, in words.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>λ_quad at this nβ and γ.</summary>
    public double Quadratic { get; init; } = double.NaN;

    /// <summary>Its standard error over random probes; 0 when all eigenvalues were found.</summary>
    public double QuadraticError { get; init; } = double.NaN;

    /// <summary>−d ln λ_quad/d ln γ, from 0 (γ does not matter) to 1.</summary>
    public double Sensitivity { get; init; } = double.NaN;

    /// <summary>
    /// λ from this nβ and the next larger one of the grid at the same γ, free of L_n(w*): (E₁[nL] − E₂[nL])/(1/β₁ − 1/β₂) with E[nL] − nL(w*) = λ̂/β. NaN at the largest nβ.
    /// </summary>
    public double TwoTemperatures { get; init; } = double.NaN;

    /// <summary>The standard error of <see cref="TwoTemperatures"/>, the two runs being independent.</summary>
    public double TwoTemperaturesError { get; init; } = double.NaN;

    /// <summary>R̂ of the draws.</summary>
    public double RHat { get; init; } = double.NaN;

    /// <summary>The effective sample size.</summary>
    public double EffectiveSampleSize { get; init; } = double.NaN;

    /// <summary>The sampler, resolved.</summary>
    public string Sampler { get; init; } = "";

    /// <summary>The step size at the end.</summary>
    public double StepSize { get; init; } = double.NaN;

    /// <summary>Steps of a chain.</summary>
    public int Steps { get; init; }

    /// <summary>The seed of this point: that of the sweep plus the point's place in the grid, so that points are independent.</summary>
    public ulong Seed { get; init; }

    /// <summary>Wall-clock seconds of the sampling.</summary>
    public double Seconds { get; init; }

    /// <summary>What a sweep keeps of an estimate.</summary>
    public static SweepPoint Of(LearningCoefficientEstimate estimate) => new()
    {
        NBeta = estimate.Options.NBeta!.Value,
        Gamma = estimate.Options.Gamma!.Value,
        LambdaHat = estimate.LambdaHat,
        StandardError = estimate.StandardError,
        Verdict = estimate.Verdict,
        Reasons = estimate.Reasons,
        Quadratic = estimate.Evidence.Quadratic?.Value ?? double.NaN,
        QuadraticError = estimate.Evidence.Quadratic?.StandardError ?? double.NaN,
        Sensitivity = estimate.Evidence.Quadratic?.Sensitivity ?? double.NaN,
        RHat = estimate.RHat,
        EffectiveSampleSize = estimate.EffectiveSampleSize,
        Sampler = estimate.Options.Sampler,
        StepSize = estimate.Options.StepSize ?? double.NaN,
        Steps = estimate.Options.StepCount,
        Seed = estimate.Options.Seed,
        Seconds = estimate.Seconds,
    };

    /// <summary>This point with <see cref="TwoTemperatures"/> from it and one at another nβ and the same γ.</summary>
    public SweepPoint Beside(SweepPoint other)
    {
        var (value, error) = Estimation.TwoTemperatures.Of(NBeta, LambdaHat, StandardError, other.NBeta, other.LambdaHat, other.StandardError);
        return this with { TwoTemperatures = value, TwoTemperaturesError = error };
    }
}
