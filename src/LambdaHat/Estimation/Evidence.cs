namespace LambdaHat.Estimation;

/// <summary>What a run and the curvature at w* say beside λ̂: the grounds of its <see cref="Verdict"/>. NaN where something was not measured.</summary>
public sealed record Evidence
{
    /// <summary>The change of the trace over the kept part, its regression slope times its length.</summary>
    public double Drift { get; init; } = double.NaN;

    /// <summary>The standard error of <see cref="Drift"/>, autocorrelation included.</summary>
    public double DriftError { get; init; } = double.NaN;

    /// <summary>β²·Var[nL], the variance estimator of λ, corrected for the noise of minibatches. Equal to λ̂ in theory on homogeneous minima without localisation.</summary>
    public double Variance { get; init; } = double.NaN;

    /// <summary>The standard error of <see cref="Variance"/>.</summary>
    public double VarianceError { get; init; } = double.NaN;

    /// <summary>The variance of the trace that comes from minibatches alone.</summary>
    public double MinibatchVariance { get; init; } = double.NaN;

    /// <summary>n·L_n(w*) + λ̂/β: the free energy by WBIC (Watanabe 2013), in nats where the loss is a negative log-likelihood.</summary>
    public double Wbic { get; init; } = double.NaN;

    /// <summary>ν = (β/2)·Σ_s Var_w[ℓ_s], the singular fluctuation, from <see cref="FunctionalVariance"/>.</summary>
    public double SingularFluctuation { get; init; } = double.NaN;

    /// <summary>V = Σ_s Var_w[ℓ_s] over the samples, WAIC's functional variance.</summary>
    public double FunctionalVariance { get; init; } = double.NaN;

    /// <summary>λ from E[nL] at two temperatures, (E₁ − E₂)/(1/β₁ − 1/β₂) with β₂ = 1.5·β₁.</summary>
    public double TwoTemperatures { get; init; } = double.NaN;

    /// <summary>Its standard error.</summary>
    public double TwoTemperaturesError { get; init; } = double.NaN;

    /// <summary>The second opinion from the curvature at w*; null where there is no Gauss–Newton matrix, or its products would take minutes.</summary>
    public QuadraticOpinion? Quadratic { get; init; }

    /// <summary>nβ·E[ΔL] under the localising prior alone (nβ = 0): what λ̂ would be if the data did not matter.</summary>
    public double Control { get; init; } = double.NaN;

    /// <summary>½·nβ²·gᵀ(nβ·G + γ)⁻¹g in the Kronecker metric, g = ∇L_n(w*): by how much a Newton step would lower nβ·L. Far below λ̂ at a minimum; NaN where its gradient would take minutes.</summary>
    public double NewtonDecrement { get; init; } = double.NaN;

    /// <summary>λ̂ at this step size less λ̂ as the step goes to 0, from what halving it did; NaN where the sampler's law does not depend on it, or for the plain procedure.</summary>
    public double StepSizeEffect { get; init; } = double.NaN;

    /// <summary>The standard error of <see cref="StepSizeEffect"/>.</summary>
    public double StepSizeEffectError { get; init; } = double.NaN;

    /// <summary>About how much the noise of minibatch gradients adds to λ̂ of plain SGLD, ε·(nβ)²/8·Σ_i P_i·Var[∂_iL_B] where the chains stand; NaN for other samplers, which allow for it or whose <see cref="StepSizeEffect"/> shows it.</summary>
    public double GradientNoise { get; init; } = double.NaN;

    /// <summary>By how much nβ·L rises where the chains stand when every weight moves by its last bit, of float32 or float64 as the sampler keeps it; NaN for potentials of few parameters.</summary>
    public double Rounding { get; init; } = double.NaN;

    /// <summary>Whether the sampler keeps weights and products in float64, as Gibbs sampling and the layerwise sampler of linear networks do.</summary>
    public bool IsDouble { get; init; }

    /// <summary>Evaluations of one sample's gradient by all chains together.</summary>
    public long SampleGradients { get; init; }

    /// <summary>How often chains were put back to an earlier position with half the step.</summary>
    public int Rollbacks { get; init; }
}

/// <summary>λ_quad = ½ tr[H(H + (γ/nβ)I)⁻¹] with H the Gauss–Newton matrix at w*, and what goes with it. p = nβh/(nβh + γ) for every eigenvalue h.</summary>
public sealed record QuadraticOpinion
{
    /// <summary>λ_quad = Σp/2.</summary>
    public required double Value { get; init; }

    /// <summary>Its standard error over random probes, with what Lanczos left unresolved; 0 when all eigenvalues were found.</summary>
    public required double StandardError { get; init; }

    /// <summary>"exact" or "stochastic-lanczos".</summary>
    public required string Method { get; init; }

    /// <summary>The samples that H is over.</summary>
    public required int Samples { get; init; }

    /// <summary>
    /// Whether these are a part of all, whose curvature is that of fewer directions: h/(h + τ) is operator concave, so that by Jensen's inequality λ_quad of a random part is on average below that of the whole, by more than
    /// <see cref="StandardError"/> knows.
    /// </summary>
    public bool IsPartial { get; init; }

    /// <summary>Σp²/Σp: the ratio of the variance to the mean of nβΔL on quadratic directions.</summary>
    public required double VarianceRatio { get; init; }

    /// <summary>−d ln λ_quad/d ln γ = Σp(1 − p)/Σp, from 0 (γ does not matter) to 1 (λ_quad ∝ 1/γ).</summary>
    public required double Sensitivity { get; init; }

    /// <summary>What this very run would have given on the quadratic landscape, its step size, length and burn-in included; NaN where the sampler's own coordinates hide it.</summary>
    public double Expected { get; init; } = double.NaN;

    /// <summary>½·rank(H): where all of γ's effect is taken off λ_quad. NaN unless all eigenvalues were found.</summary>
    public double HalfRank { get; init; } = double.NaN;
}
