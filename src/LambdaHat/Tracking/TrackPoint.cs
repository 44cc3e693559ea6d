using LambdaHat.Estimation;

namespace LambdaHat.Tracking;

/// <summary>λ̂ at one checkpoint of a <see cref="Track"/>. NaN where something was not measured.</summary>
public sealed record TrackPoint
{
    /// <summary>The checkpoint's name, that of its folder.</summary>
    public required string Name { get; init; }

    /// <summary>The step it was saved at.</summary>
    public required long Step { get; init; }

    /// <summary>The CRC-32 of the bytes of w*.</summary>
    public required uint Checksum { get; init; }

    /// <summary>‖w*‖.</summary>
    public double Norm { get; init; } = double.NaN;

    /// <summary>λ̂; NaN when every chain diverged.</summary>
    public required double LambdaHat { get; init; }

    /// <summary>Its Monte-Carlo standard error.</summary>
    public required double StandardError { get; init; }

    /// <summary>What to believe of it.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>The reasons for the verdict, in words.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>λ_quad.</summary>
    public double Quadratic { get; init; } = double.NaN;

    /// <summary>Its standard error over random probes; 0 when all eigenvalues were found.</summary>
    public double QuadraticError { get; init; } = double.NaN;

    /// <summary>Losses and accuracies of the network as it was trained.</summary>
    public SeriesLosses Losses { get; init; } = new(double.NaN, double.NaN, double.NaN, double.NaN);

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

    /// <summary>The seed of this point: that of the track plus the checkpoint's place, so that points are independent.</summary>
    public ulong Seed { get; init; }

    /// <summary>Wall-clock seconds of the sampling.</summary>
    public double Seconds { get; init; }

    /// <summary>Whether it stands on the curve in which changes are looked for.</summary>
    public bool IsBelieved => Verdict == Verdict.Converged && double.IsFinite(LambdaHat) && StandardError > 0 && double.IsFinite(StandardError);

    /// <summary>What a track keeps of an estimate.</summary>
    public static TrackPoint Of(SeriesCheckpoint checkpoint, LearningCoefficientEstimate estimate, SeriesLosses losses) => new()
    {
        Name = checkpoint.Name,
        Step = checkpoint.Step,
        Checksum = checkpoint.Checksum,
        Norm = checkpoint.Norm,
        LambdaHat = estimate.LambdaHat,
        StandardError = estimate.StandardError,
        Verdict = estimate.Verdict,
        Reasons = estimate.Reasons,
        Quadratic = estimate.Evidence.Quadratic?.Value ?? double.NaN,
        QuadraticError = estimate.Evidence.Quadratic?.StandardError ?? double.NaN,
        Losses = losses,
        RHat = estimate.RHat,
        EffectiveSampleSize = estimate.EffectiveSampleSize,
        Sampler = estimate.Options.Sampler,
        StepSize = estimate.Options.StepSize ?? double.NaN,
        Steps = estimate.Options.StepCount,
        Seed = estimate.Options.Seed,
        Seconds = estimate.Seconds,
    };
}
