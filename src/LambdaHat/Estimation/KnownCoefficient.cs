namespace LambdaHat.Estimation;

/// <summary>
/// What theory says of the point that was estimated, for the comparison in reports. λ and the multiplicity are Aoyagi's GLOBAL
/// values; the local ones belong to the point itself. The estimator never sees it.
/// </summary>
public sealed record KnownCoefficient
{
    /// <summary>The global learning coefficient λ.</summary>
    public required double Lambda { get; init; }

    /// <summary>Its multiplicity m.</summary>
    public required int Multiplicity { get; init; }

    /// <summary>λ at the point, where known.</summary>
    public double? Local { get; init; }

    /// <summary>Half the Hessian's rank at the point, a lower bound of the local λ, where computed.</summary>
    public double? LocalLowerBound { get; init; }
}
