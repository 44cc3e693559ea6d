using LambdaHat.Estimation;

namespace LambdaHat.Spectra;

/// <summary>
/// λ̂ between the bounds of a spectrum, both of the behavioural loss at the same w*. Bounds speak of λ, λ̂ of E[nβΔL] at its nβ and γ: it may lie below d₁/2 because γ/nβ hides soft curvature, which λ_quad at the same nβ and γ
/// tells, or because the chain reaches more degenerate parameters than w*, which a larger γ keeps it from. Whatever lies outside by more than three standard errors is therefore estimated again at ten times γ, up to
/// three times, until bounds or λ_quad explain it.
/// </summary>
public sealed record Sandwich
{
    /// <summary>How often γ is raised.</summary>
    public const int MostReruns = 3;

    /// <summary>By how much.</summary>
    public const double GammaFactor = 10;

    /// <summary>The lower bound in force.</summary>
    public required double Lower { get; init; }

    /// <summary>The upper bound in force.</summary>
    public required double Upper { get; init; }

    /// <summary>The estimates, γ ascending; the first is the one that was asked for.</summary>
    public required IReadOnlyList<SandwichRun> Runs { get; init; }

    /// <summary>What they say together.</summary>
    public required SandwichFinding Finding { get; init; }

    /// <summary>λ where theory knows it at the point, or for the smallest over all parameters of the same function; null elsewhere.</summary>
    public KnownCoefficient? Known { get; init; }

    /// <summary>Estimates until it is explained.</summary>
    /// <param name="bounds">The bounds in force.</param>
    /// <param name="options">The first estimate's; γ must be known.</param>
    /// <param name="estimate">Estimates at w* with the behavioural loss.</param>
    /// <param name="quadratic">λ_quad at nβ and γ over all samples with its error, as <see cref="SpectrumResult.QuadraticAt"/>; null, or a null value, for that of each estimate.</param>
    /// <exception cref="InvalidInputException">γ is not given, or 0.</exception>
    public static Sandwich Find(SharpBounds bounds, EstimationOptions options, Func<EstimationOptions, LearningCoefficientEstimate> estimate, Func<double, double, (double Value, double Error)?>? quadratic = null)
    {
        if (options.Gamma is not > 0) throw new InvalidInputException($"gamma must be above 0 for an estimate between bounds, which are those of a neighbourhood of w*, got {options.Gamma?.ToString() ?? "none"}");
        List<SandwichRun> runs = [];
        SandwichRun Run(double gamma)
        {
            var found = estimate(options with { Gamma = gamma });
            runs.Add(SandwichRun.Of(found, bounds.Lower, bounds.Upper, found.Options.NBeta is { } nBeta ? quadratic?.Invoke(nBeta, gamma) : null));
            return runs[^1];
        }
        var gamma = options.Gamma.Value;
        var first = Run(gamma);
        SandwichFinding? finding = first.Place == SandwichPlace.Inside ? SandwichFinding.Inside : first.QuadraticExceeds(bounds.Upper) ? SandwichFinding.BoundsWrong : null;
        while (finding is null)
        {
            var last = Run(gamma *= GammaFactor);
            if (last.IsExplained || runs.Count > MostReruns) finding = Judge(first, last);
        }
        return new Sandwich { Lower = bounds.Lower, Upper = bounds.Upper, Runs = runs, Finding = finding.Value };
    }

    private static SandwichFinding Judge(SandwichRun first, SandwichRun last) =>
        !last.IsBelieved || (!first.IsBelieved && last.IsExplained) ? SandwichFinding.Unsettled
        : !last.IsExplained ? SandwichFinding.EstimateWrong
        : first.IsExplained ? SandwichFinding.Hidden
        : first.Place == SandwichPlace.Above ? SandwichFinding.Steeper
        : SandwichFinding.Stratum;
}
