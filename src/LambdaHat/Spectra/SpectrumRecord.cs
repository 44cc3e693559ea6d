using LambdaHat.Estimation;
using LambdaHat.Losses;

namespace LambdaHat.Spectra;

/// <summary>Everything that a page or a JSON object of a spectrum needs.</summary>
public sealed record SpectrumRecord
{
    /// <summary>What the network is called.</summary>
    public required string Title { get; init; }

    /// <summary>The command that made it.</summary>
    public required string Command { get; init; }

    /// <summary>The version of LambdaHat.</summary>
    public required string Version { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>The network in one line.</summary>
    public required string Network { get; init; }

    /// <summary>The loss whose curvature it is.</summary>
    public required string Loss { get; init; }

    /// <summary>The data in one line.</summary>
    public required string Data { get; init; }

    /// <summary>n.</summary>
    public required long SampleCount { get; init; }

    /// <summary>The seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>What it was computed from; null where that was not looked at.</summary>
    public InputHashes? Inputs { get; init; }

    /// <summary>"behavioural", "gauss-newton" or "hessian".</summary>
    public string Matrix => Result.Matrix == CurvatureMatrix.Hessian ? "hessian" : Loss == SquaredError.Behavioural.Name ? "behavioural" : "gauss-newton";

    /// <summary>What was found.</summary>
    public required SpectrumResult Result { get; init; }

    /// <summary>λ̂ between the bounds; null where it was not asked for.</summary>
    public Sandwich? Sandwich { get; init; }
}
