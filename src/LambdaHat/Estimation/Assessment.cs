using LambdaHat.Sampling;

namespace LambdaHat.Estimation;

/// <summary>
/// The verdict on an estimate and its reasons in words. Of what speaks against it the gravest decides, in this order: no chain left, w* not a minimum, a step too large, over-localised (where λ̂ is so
/// small that its error is relatively large), not equilibrated.
/// </summary>
internal static class Assessment
{
    /// <summary>Fewer independent draws than this say little of their own error.</summary>
    private const double FewestDraws = 50;

    // From here on what is not looked at is said.
    private const int LeastLarge = 10_000_000;

    /// <summary>−d ln λ_quad/d ln γ from which γ decides the value.</summary>
    internal const double OverLocalisedFrom = 0.9;

    /// <summary>The variance over the mean of nβ·ΔL that no equilibrium near a minimum has: 1 on homogeneous minima, less under localisation.</summary>
    private const double LargestVarianceRatio = 2;

    /// <summary>The share of λ_quad that a plain run may leave unmoved, or add by its step, before the verdict says so.</summary>
    private const double LargestPlainBias = 0.1;

    public static (Verdict Verdict, IReadOnlyList<string> Reasons) Of(LearningCoefficientEstimate estimate, bool budgetSpent)
    {
        var (evidence, options) = (estimate.Evidence, estimate.Options);
        var (lambda, error) = (estimate.LambdaHat, estimate.StandardError);
        List<(Verdict Against, string Reason)> found = [];
        List<string> notes = [];
        var lost = estimate.Chains.Count(c => c.Diverged);
        if (lost == estimate.Chains.Count) return (Verdict.Diverged, [$"every chain diverged, the first at step {estimate.Chains.Min(c => c.DivergedAt)}; {(options.Sampler == "gibbs" ? $"float64 does not hold the squares of the weights that γ = {options.Gamma:G3} allows: a larger γ is needed" : $"a smaller step size than {options.StepSize:G3} is needed")}"]);
        if (lost > 0)
            found.Add((Verdict.StepTooLarge, $"{lost} of {estimate.Chains.Count} chains diverged (first at step {estimate.Chains.Min(c => c.DivergedAt ?? long.MaxValue)}) and {(lost == 1 ? "is" : "are")} left out of every mean; a smaller step size than {options.StepSize:G3} is needed"));

        // w* and the loss around it.
        var scale = Math.Max(Math.Abs(lambda), 1);
        if (lambda + (3 * error) < 0)
            found.Add((Verdict.NotAMinimum, $"λ̂ is negative: the chains found lower loss than at w*, by {-lambda / options.NBeta:G3} on average; train on until the loss settles, or use the behavioural loss, of which w* is a minimum"));
        if (evidence.NewtonDecrement > options.Tolerance * scale)
        {
            var words = $"a Newton step from w* would lower nβ·L by about {evidence.NewtonDecrement:G3}, beside λ̂ = {lambda:G4}: w* is off a minimum by that much, and λ̂ is too low by up to as much";
            if (evidence.NewtonDecrement > 0.5 * scale) found.Add((Verdict.NotAMinimum, words));
            else notes.Add(words);
        }
        else if (lambda < 0 && lambda + (3 * error) >= 0) notes.Add("λ̂ is negative, within its error of zero");
        if (double.IsNaN(evidence.NewtonDecrement) && estimate.Dimension > LeastLarge) notes.Add($"whether w* is a minimum was not looked at: the gradient at {estimate.Dimension} parameters takes minutes");

        // The step size.
        var effect = new StepSizeEffect(evidence.StepSizeEffect, evidence.StepSizeEffectError);
        if (!effect.DoesNotMatter(lambda, options.Tolerance))
            found.Add((Verdict.StepTooLarge, $"halving the step size moves λ̂: the step still adds {effect.Value:G3} ± {effect.StandardError:G2}, more than half the tolerance of {options.Tolerance:G2}"));
        else if (double.IsFinite(effect.Value)) notes.Add($"from what halving the step size does to λ̂, the step adds {effect.Value:G3} ± {effect.StandardError:G2}");
        if (options.Sampler == "langevin" && options.StepSize >= AveragedNoise.Stable)
            found.Add((Verdict.StepTooLarge, $"the step size {options.StepSize:G3} is not below {AveragedNoise.Stable}, where steps in the metric are no longer stable; shorter ones were made"));
        if (evidence.Rollbacks > 0) notes.Add($"{evidence.Rollbacks} times a chain left for losses that no draw of its law has; it was put back and all went on with half the step, {options.StepSize:G3} at the end");
        if (evidence.GradientNoise > options.Tolerance * Math.Abs(lambda))
            found.Add((Verdict.StepTooLarge, $"the noise of gradients over {options.BatchSize} samples adds about {evidence.GradientNoise:G3} to λ̂ = {lambda:G4} at this step size; a smaller step size or a larger batch is needed"));
        else if (evidence.GradientNoise > options.Tolerance / 2 * Math.Abs(lambda)) notes.Add($"the noise of gradients over {options.BatchSize} samples adds about {evidence.GradientNoise:G3} to λ̂ at this step size");
        var kind = SamplerKind.Of(options.Sampler);
        if (estimate.Acceptance < kind.LeastAcceptance)
        {
            found.Add((Verdict.StepTooLarge, kind.Test == MetropolisTest.Decisive
                ? $"{100 * estimate.Acceptance:F1} % of the proposals are accepted; expected {100 * kind.LeastAcceptance:F0} % or more"
                : $"Metropolis would accept {100 * estimate.Acceptance:F0} % of the steps; expected {100 * kind.LeastAcceptance:F0} % or more (90 to 95 % is advised)"));
        }

        // What float32 or float64 holds.
        if (evidence.Rounding > options.Tolerance / 2 * scale)
        {
            var (word, or) = evidence.IsDouble ? ("float64", "") : ("float32", ", or for linear networks gibbs or langevin, which are float64");
            found.Add((Verdict.NotEquilibrated, $"{word} does not hold the weights that γ = {options.Gamma:G3} allows: moving each by its last bit raises nβ·L by {evidence.Rounding:G3}, beside λ̂ = {lambda:G4}; a larger γ is needed{or}"));
        }

        // Equilibrium.
        if (Math.Abs(evidence.Drift) > Math.Max(3 * evidence.DriftError, ChainRun.FlatShare * Math.Abs(lambda)))
            found.Add((Verdict.NotEquilibrated, $"the trace {(evidence.Drift > 0 ? "rises" : "falls")} by {Math.Abs(evidence.Drift):G3} ± {evidence.DriftError:G2} over the draws kept"));
        if (!(estimate.RHat <= ChainRun.LargestRHat)) found.Add((Verdict.NotEquilibrated, double.IsNaN(estimate.RHat) ? "R̂ is undefined: the draws do not vary, or are too few" : $"R̂ = {estimate.RHat:F3}: the chains tell different stories (expected {ChainRun.LargestRHat} or less)"));
        if (!(estimate.EffectiveSampleSize >= FewestDraws)) found.Add((Verdict.NotEquilibrated, $"{estimate.EffectiveSampleSize:F0} effectively independent draws are too few (expected {FewestDraws} or more)"));
        if (!(error <= options.Tolerance * Math.Abs(lambda)))
            found.Add((Verdict.NotEquilibrated, $"the standard error {error:G3} is above the tolerance, {options.Tolerance:G2} of λ̂{(budgetSpent ? "; the budget of steps or minutes was spent" : "")}"));
        else if (budgetSpent) found.Add((Verdict.NotEquilibrated, "the budget of steps or minutes was spent before the run had shown that it may end"));
        if (evidence.Variance - (4 * evidence.VarianceError) > LargestVarianceRatio * lambda && lambda > 0)
            found.Add((Verdict.NotEquilibrated, $"the variance of nβ·ΔL, {evidence.Variance:G4} ± {evidence.VarianceError:G2}, is far above its mean {lambda:G4}: at a homogeneous minimum they are equal, and localisation makes the variance the smaller"));
        if (evidence.Quadratic is { } quadratic) Compare(estimate, quadratic, found, notes);

        // γ.
        if (evidence.Control < 2 * lambda && lambda > 0)
            found.Add((Verdict.OverLocalised, $"the localising prior alone, without data, gives {evidence.Control:G4}: γ decides λ̂; a smaller γ than {options.Gamma:G3} is needed"));
        if (found.Count == 0) return (Verdict.Converged, notes);
        return (found.MinBy(f => Gravity(f.Against)).Against, [.. found.OrderBy(f => Gravity(f.Against)).Select(f => f.Reason), .. notes]);
    }

    private static void Compare(LearningCoefficientEstimate estimate, QuadraticOpinion quadratic, List<(Verdict, string)> found, List<string> notes)
    {
        var (lambda, error, options) = (estimate.LambdaHat, estimate.StandardError, estimate.Options);
        if (quadratic.Sensitivity > OverLocalisedFrom)
            found.Add((Verdict.OverLocalised, $"λ_quad falls with γ as γ^−{quadratic.Sensitivity:F2}: γ = {options.Gamma:G3} has taken most of the curvature"));
        else if (quadratic.Sensitivity > 0.2)
            notes.Add($"λ_quad falls with γ as γ^−{quadratic.Sensitivity:F2}: there is no gap in the curvature, and λ̂ is a value at this γ");
        if (double.IsFinite(quadratic.Expected) || double.IsInfinity(quadratic.Expected))
        {
            var ratio = quadratic.Expected / quadratic.Value;
            if (ratio < 1 - LargestPlainBias)
                found.Add((Verdict.NotEquilibrated, $"on quadratic directions a run of this length and step size reaches {quadratic.Expected:G4} of λ_quad = {quadratic.Value:G4}: the softer directions have not moved"));
            if (ratio > 1 + LargestPlainBias)
                found.Add((Verdict.StepTooLarge, $"on quadratic directions this step size gives {quadratic.Expected:G4} for λ_quad = {quadratic.Value:G4}"));
        }
        var apart = Math.Sqrt((error * error) + (quadratic.StandardError * quadratic.StandardError));
        var below = quadratic.Value - lambda > Math.Max(3 * apart, 0.03 * quadratic.Value);
        if (below) notes.Add($"λ̂ lies below λ_quad = {quadratic.Value:G4}: the curvature at w* is larger than around it, w* is not a minimum, or the chains have not equilibrated");
        else if (lambda - quadratic.Value > Math.Max(3 * apart, 0.03 * quadratic.Value))
            notes.Add(quadratic.IsPartial ? $"λ̂ lies above λ_quad = {quadratic.Value:G4}, which is over {quadratic.Samples} of {estimate.SampleCount} samples and grows with their number: nothing follows"
                : $"λ̂ lies above λ_quad = {quadratic.Value:G4}: directions that are flat at w* to second order are curved at higher order");
        // The variance against what quadratic directions make of the mean.
        var evidence = estimate.Evidence;
        var expected = quadratic.VarianceRatio * lambda;
        if (Math.Abs(evidence.Variance - expected) > Math.Max(4 * evidence.VarianceError, 0.5 * Math.Abs(expected)))
            notes.Add($"the variance estimator gives {evidence.Variance:G4} ± {evidence.VarianceError:G2}; quadratic directions would give {expected:G4}: λ̂ depends on the temperature here");
    }

    private static int Gravity(Verdict verdict) => verdict switch
    {
        Verdict.Diverged => 0,
        Verdict.NotAMinimum => 1,
        Verdict.StepTooLarge => 2,
        Verdict.OverLocalised => 3,
        _ => 4,
    };
}
