namespace LambdaHat.Estimation;

/// <summary>λ̂ = nβ·(E[L_n(w)] − L_n(w*)) with its Monte-Carlo error and the evidence for and against it.</summary>
public sealed record LearningCoefficientEstimate
{
    /// <summary>λ̂, the mean over the chains that did not diverge; NaN when all did.</summary>
    public required double LambdaHat { get; init; }

    /// <summary>The Monte-Carlo standard error of <see cref="LambdaHat"/>, autocorrelation included.</summary>
    public required double StandardError { get; init; }

    /// <summary>The chains.</summary>
    public required IReadOnlyList<ChainEstimate> Chains { get; init; }

    /// <summary>The rank-normalised split R̂ of the draws (Vehtari et al. 2021); NaN when undefined.</summary>
    public required double RHat { get; init; }

    /// <summary>The effective sample size of all kept draws together; NaN when undefined.</summary>
    public required double EffectiveSampleSize { get; init; }

    /// <summary>Mean Metropolis acceptance of the steps after burn-in; NaN when never evaluated.</summary>
    public required double Acceptance { get; init; }

    /// <summary>n, the data set's size.</summary>
    public required long SampleCount { get; init; }

    /// <summary>d, the number of parameters of the network.</summary>
    public required int Dimension { get; init; }

    /// <summary>The number of parameters that were sampled (fewer than d under a restriction).</summary>
    public required int SampledDimension { get; init; }

    /// <summary>L_n(w*) over the whole data set.</summary>
    public required double BaselineLoss { get; init; }

    /// <summary>‖∇L_n(w*)‖ over the whole data set; NaN when not evaluated.</summary>
    public double GradientNorm { get; init; } = double.NaN;

    /// <summary>Wall-clock seconds of the sampling.</summary>
    public required double Seconds { get; init; }

    /// <summary>What to believe.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>The reasons for the verdict, in words.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>What else the run and the curvature say.</summary>
    public Evidence Evidence { get; init; } = new();

    /// <summary>Every option as resolved for this run.</summary>
    public required EstimationOptions Options { get; init; }
}

/// <summary>One chain's share of an estimate.</summary>
public sealed record ChainEstimate
{
    /// <summary>λ̂ of this chain alone; NaN when it diverged.</summary>
    public required double LambdaHat { get; init; }

    /// <summary>Its Monte-Carlo standard error; NaN when it diverged.</summary>
    public required double StandardError { get; init; }

    /// <summary>Its effective sample size; NaN when it diverged.</summary>
    public required double EffectiveSampleSize { get; init; }

    /// <summary>Whether a loss, gradient or parameter stopped being finite; such a chain is excluded from every mean.</summary>
    public required bool Diverged { get; init; }

    /// <summary>The step at which it diverged, or null.</summary>
    public long? DivergedAt { get; init; }

    /// <summary>Mean Metropolis acceptance after burn-in; NaN when never evaluated.</summary>
    public required double Acceptance { get; init; }

    /// <summary>‖w − w*‖ at the end.</summary>
    public required double Distance { get; init; }

    /// <summary>nβ·(L_B(w_t) − L_B(w*)) at every <see cref="EstimationOptions.Thinning"/>-th step t = 0, thinning, …, burn-in included; NaN after a divergence.</summary>
    public required double[] Trace { get; init; }

    /// <summary>Metropolis acceptance at every <see cref="EstimationOptions.AcceptanceEvery"/>-th step, burn-in included; NaN after a divergence.</summary>
    public required double[] AcceptanceTrace { get; init; }
}
