namespace LambdaHat.Spectra;

/// <summary>A point of the curve d₁(τ).</summary>
/// <param name="Tau">τ.</param>
/// <param name="Rank">How many eigenvalues exceed τ.</param>
/// <param name="StandardError">Its standard error over random probes and what the Lanczos steps left; 0 where all eigenvalues were found.</param>
public readonly record struct RankPoint(double Tau, double Rank, double StandardError);

/// <summary>w* projected on the span of the top <paramref name="Count"/> eigenvectors.</summary>
/// <param name="Count">k.</param>
/// <param name="Loss">The mean loss over the training data.</param>
/// <param name="Accuracy">The accuracy on them; NaN unless it is a classifier.</param>
/// <param name="TestAccuracy">The accuracy on the test data; NaN without any.</param>
public readonly record struct ProjectionPoint(int Count, double Loss, double Accuracy, double TestAccuracy);

/// <summary>The spectrum of the curvature at w* and what follows for λ.</summary>
public sealed record SpectrumResult
{
    /// <summary>d₁ at the cut-off and the bounds.</summary>
    public required RankBounds Bounds { get; init; }

    /// <summary>The bounds in force, with symmetries and the order that was asked for.</summary>
    public SharpBounds Sharp { get => field ?? SharpBounds.SecondOrder(Bounds, new FlatDirections(0, 0, 0, 0)); init; }

    /// <summary>The standard error of d₁; 0 where it was counted.</summary>
    public required double RankError { get; init; }

    /// <summary>The cut-off with its number resolved.</summary>
    public required Cutoff Cutoff { get; init; }

    /// <summary>Whether the cut-off was reached; otherwise d₁ is the largest number that was looked at.</summary>
    public required bool Reached { get; init; }

    /// <summary>"exact" (all eigenvalues, float64), "block-lanczos" (pairs from the top, counts by random probes below them) or "stochastic-lanczos" (counts alone).</summary>
    public required string Method { get; init; }

    /// <summary>λ₁.</summary>
    public required double LargestEigenvalue { get; init; }

    /// <summary>The eigenvalues found, descending: all of them, those of the pairs that converged, or none.</summary>
    public required IReadOnlyList<double> Eigenvalues { get; init; }

    /// <summary>How many pairs were asked for of block Lanczos; 0 for none.</summary>
    public required int PairsWanted { get; init; }

    /// <summary>The largest ‖Gv − λv‖/λ₁ of the pairs among them; 0 when exact.</summary>
    public required double LargestResidual { get; init; }

    /// <summary>d₁(τ), τ descending.</summary>
    public required IReadOnlyList<RankPoint> Curve { get; init; }

    /// <summary>The projections of w*, k ascending; empty where none were asked for.</summary>
    public required IReadOnlyList<ProjectionPoint> Projections { get; init; }

    /// <summary>nβ of λ_quad.</summary>
    public required double NBeta { get; init; }

    /// <summary>γ of λ_quad.</summary>
    public required double Gamma { get; init; }

    /// <summary>λ_quad(nβ, γ) = ½ tr[H(H + (γ/nβ)I)⁻¹].</summary>
    public required double QuadraticCoefficient { get; init; }

    /// <summary>Its standard error; 0 when exact.</summary>
    public required double QuadraticError { get; init; }

    /// <summary>Wall-clock seconds.</summary>
    public required double Seconds { get; init; }
}
