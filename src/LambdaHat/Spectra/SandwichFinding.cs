namespace LambdaHat.Spectra;

/// <summary>Where λ̂ lies to the bounds, by three standard errors.</summary>
public enum SandwichPlace
{
    /// <summary>Between them.</summary>
    Inside,

    /// <summary>Below the lower one.</summary>
    Below,

    /// <summary>Above the upper one.</summary>
    Above,

    /// <summary>There is no estimate.</summary>
    Unknown,
}

/// <summary>What the bounds and the estimates say together.</summary>
public enum SandwichFinding
{
    /// <summary>λ̂ lies between the bounds.</summary>
    Inside,

    /// <summary>λ̂ lies below d₁/2 and on λ_quad of its own nβ and γ: curvature that is soft against γ/nβ is not felt.</summary>
    Hidden,

    /// <summary>λ̂ lies below d₁/2 and λ_quad, and no longer does at larger γ: at the smaller γ the chain reaches parameters flatter than the curvature at w* says, a more degenerate stratum or bends of the landscape.</summary>
    Stratum,

    /// <summary>λ̂ lies above the bounds, and no longer does at larger γ: at the smaller γ the chain reaches parameters where the loss grows faster than near w*.</summary>
    Steeper,

    /// <summary>λ_quad alone exceeds the upper bound: the bounds are wrong, d₁ counts too few directions.</summary>
    BoundsWrong,

    /// <summary>λ̂ stays away from bounds and λ_quad at every γ, to which a sampler has to come as γ grows: the estimate is wrong.</summary>
    EstimateWrong,

    /// <summary>The estimates outside are none to be believed by their own verdict.</summary>
    Unsettled,
}

/// <summary>The names of both for people and programs.</summary>
public static class SandwichNames
{
    /// <summary>"inside", "below", "above", "unknown".</summary>
    public static string Name(this SandwichPlace place) => place.ToString().ToLowerInvariant();

    /// <summary>"inside", "hidden", "stratum", "steeper", "bounds-wrong", "estimate-wrong", "unsettled".</summary>
    public static string Name(this SandwichFinding finding) => finding switch
    {
        SandwichFinding.BoundsWrong => "bounds-wrong",
        SandwichFinding.EstimateWrong => "estimate-wrong",
        _ => finding.ToString().ToLowerInvariant(),
    };
}
