namespace LambdaHat.Spectra;

/// <summary>w* projected on a top eigenspace. Numbers that are not known, or are of a classifier where there is none, are NaN.</summary>
public readonly record struct ProjectionPoint
{
    /// <summary>k, the eigenvectors in it: a whole number, or for a filter d₁(τ) as it was estimated.</summary>
    public required double Count { get; init; }

    /// <summary>The error of k; 0 where it is exact.</summary>
    public double CountError { get; init; }

    /// <summary>τ: the space is that of the eigenvalues above it.</summary>
    public required double Tau { get; init; }

    /// <summary>‖P·w*‖²/‖w*‖²: the share of w* that the projection keeps.</summary>
    public double NormShare { get; init; }

    /// <summary>The mean loss over the training data.</summary>
    public required double Loss { get; init; }

    /// <summary>The accuracy on them.</summary>
    public required double Accuracy { get; init; }

    /// <summary>The mean loss over the test data.</summary>
    public required double TestLoss { get; init; }

    /// <summary>The accuracy on them.</summary>
    public required double TestAccuracy { get; init; }

    /// <summary>Of a filter, ‖P·w* − P′·w*‖/‖w*‖ with P′ from four fifths of its columns: how far it has converged there. 0 of eigenvectors.</summary>
    public double Change { get; init; }
}

/// <summary>d₁ as one way of looking for the cut-off finds it.</summary>
/// <param name="Way">
/// "projection": the fewest top eigenvectors that suffice. "filter": the same by thresholds. "ablation": what is left when eigenvectors are taken out from the bottom, one at a time, until the network no longer suffices.
/// </param>
/// <param name="Bounds">d₁ and the bounds; where none suffices, of all that was looked at.</param>
/// <param name="Reached">Whether any suffices.</param>
public sealed record CutoffRank(string Way, RankBounds Bounds, bool Reached);

/// <summary>The spectrum of the matrix restricted to one parameter block.</summary>
/// <param name="Name">The block.</param>
/// <param name="Dimension">Its parameters.</param>
/// <param name="Rank">How many eigenvalues are above the cut-off, a share of its own largest; above rounding where w* is projected to find the cut-off.</param>
/// <param name="RankError">The error of that; 0 where it was counted.</param>
/// <param name="Eigenvalues">The largest of them, descending: five, or λ₁ alone.</param>
public sealed record BlockSpectrum(string Name, int Dimension, double Rank, double RankError, IReadOnlyList<double> Eigenvalues)
{
    /// <summary>d₁(τ) of the block, from its own largest eigenvalue down.</summary>
    public IReadOnlyList<RankPoint> Curve { get; init; } = [];
}

/// <summary>The spectrum of the curvature at w* and what follows for λ.</summary>
public sealed record SpectrumResult
{
    /// <summary>d₁ at the cut-off and the bounds.</summary>
    public required RankBounds Bounds { get; init; }

    /// <summary>The bounds in force, with symmetries and the order that was asked for.</summary>
    public SharpBounds Sharp { get => field ?? SharpBounds.SecondOrder(Bounds, new FlatDirections(0, 0, 0, 0)); init; }

    /// <summary>The bounds of second order at a point of the curve.</summary>
    public SharpBounds BoundsAt(RankPoint point) => SharpBounds.SecondOrder(new RankBounds(Bounds.Dimension, point.Rank), Sharp.Flat, range: point.Range);

    /// <summary>What d₁ lies in, as <see cref="RankPoint.Range"/>; itself alone where it was counted.</summary>
    public RankRange RankRange { get => field == default ? RankRange.Exactly(Bounds.Rank) : field; init; }

    /// <summary>The error of d₁, that over random probes and that of the quadrature together; 0 where it was counted.</summary>
    public required double RankError { get; init; }

    /// <summary>The cut-off with its number resolved.</summary>
    public required Cutoff Cutoff { get; init; }

    /// <summary>Whether the cut-off was reached; otherwise d₁ is the largest number that was looked at.</summary>
    public required bool Reached { get; init; }

    /// <summary>What each way of looking for a cut-off by projection found, the first of them that of <see cref="Bounds"/>; empty for other cut-offs.</summary>
    public IReadOnlyList<CutoffRank> CutoffRanks { get; init; } = [];

    /// <summary>The Gauss–Newton matrix or the Hessian.</summary>
    public required CurvatureMatrix Matrix { get; init; }

    /// <summary>
    /// "exact" (all eigenvalues, float64), "dense" (the whole float32 matrix: counts by inertia or all eigenvalues), "block-lanczos" (pairs from the top, counts by random probes below them) or "stochastic-lanczos" (counts alone).
    /// </summary>
    public required string Method { get; init; }

    /// <summary>The share of λ₁ below which eigenvalues are not told apart from zero.</summary>
    public required double Floor { get; init; }

    /// <summary>How many eigenvalues are below −<see cref="Floor"/>·λ₁, which a minimum has none of; NaN where they were not counted.</summary>
    public required double Negative { get; init; }

    /// <summary>tr G.</summary>
    public required double Trace { get; init; }

    /// <summary>Its standard error; 0 where all of it was added up.</summary>
    public required double TraceError { get; init; }

    /// <summary>λ₁.</summary>
    public required double LargestEigenvalue { get; init; }

    /// <summary>The eigenvalues found, descending: all of them (in float32 those above <see cref="Floor"/>·λ₁ in size), those of the pairs that converged, or none.</summary>
    public required IReadOnlyList<double> Eigenvalues { get; init; }

    /// <summary>How many pairs were asked for of block Lanczos; 0 for none.</summary>
    public required int PairsWanted { get; init; }

    /// <summary>The largest ‖Gv − λv‖/λ₁ of the pairs among them; 0 when exact.</summary>
    public required double LargestResidual { get; init; }

    /// <summary>d₁(τ), τ descending.</summary>
    public required IReadOnlyList<RankPoint> Curve { get; init; }

    /// <summary>The projections of w*, k ascending; empty where none were asked for.</summary>
    public required IReadOnlyList<ProjectionPoint> Projections { get; init; }

    /// <summary>The spectra of the parameter blocks; empty where they were not looked at.</summary>
    public IReadOnlyList<BlockSpectrum> Blocks { get; init; } = [];

    /// <summary>nβ of λ_quad.</summary>
    public required double NBeta { get; init; }

    /// <summary>γ of λ_quad.</summary>
    public required double Gamma { get; init; }

    /// <summary>λ_quad(nβ, γ) = ½ tr[H(H + (γ/nβ)I)⁻¹].</summary>
    public required double QuadraticCoefficient { get; init; }

    /// <summary>Its error; 0 when exact.</summary>
    public required double QuadraticError { get; init; }

    /// <summary>λ_quad at another nβ and γ, both above 0, and its error; 0 when exact.</summary>
    public required Func<double, double, (double Value, double Error)> QuadraticAt { get; init; }

    /// <summary>Wall-clock seconds.</summary>
    public required double Seconds { get; init; }
}
