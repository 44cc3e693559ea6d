using LambdaHat.Estimation;
using LambdaHat.Losses;

namespace LambdaHat.Spectra;

/// <summary>Everything that a page or a JSON object of a spectrum needs.</summary>
public sealed record SpectrumRecord : CommandRecord
{
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
