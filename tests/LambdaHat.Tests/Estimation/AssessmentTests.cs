using LambdaHat.Estimation;

namespace LambdaHat.Tests.Estimation;

/// <summary>Each ground of the verdict alone, on an estimate that is otherwise good, and which of several decides.</summary>
public sealed class AssessmentTests
{
    private static readonly LearningCoefficientEstimate s_good = new()
    {
        LambdaHat = 60,
        StandardError = 0.5,
        Chains = [.. Enumerable.Range(0, 4).Select(_ => Chain(false))],
        RHat = 1.01,
        EffectiveSampleSize = 400,
        Acceptance = double.NaN,
        SampleCount = 100_000,
        Dimension = 680,
        SampledDimension = 680,
        BaselineLoss = 0,
        Seconds = 1,
        Verdict = Verdict.Converged,
        Reasons = [],
        Evidence = new Evidence
        {
            Drift = 0.5,
            DriftError = 1,
            Variance = 59,
            VarianceError = 5,
            Control = 1e5,
            NewtonDecrement = 1e-9,
            StepSizeEffect = 0.3,
            StepSizeEffectError = 0.7,
            Quadratic = new QuadraticOpinion { Value = 60, StandardError = 0, Method = "exact", Samples = 10, VarianceRatio = 1, Sensitivity = 0.02 },
        },
        Options = new EstimationOptions { Sampler = "langevin", Metric = "kronecker", Gamma = 1, StepSize = 0.3, Steps = 2000, BurnIn = 1000 }.Resolve(100_000),
    };

    [Fact]
    public void Nothing_against_it_is_converged() => Assert.Equal(Verdict.Converged, Assessment.Of(s_good, false).Verdict);

    // λ̂ = 60 of 0.6: above 50 by far. Over a part of the samples λ_quad is too small, and says nothing.
    [Fact]
    public void A_curvature_of_some_samples_says_nothing_of_higher_order()
    {
        QuadraticOpinion low = s_good.Evidence.Quadratic! with { Value = 50 };
        IReadOnlyList<string> Reasons(QuadraticOpinion quadratic) => Assessment.Of(s_good with { Evidence = s_good.Evidence with { Quadratic = quadratic } }, false).Reasons;
        Assert.Contains(Reasons(low), r => r.Contains("curved at higher order", StringComparison.Ordinal));
        var partial = Reasons(low with { IsPartial = true });
        Assert.DoesNotContain(partial, r => r.Contains("higher order", StringComparison.Ordinal));
        Assert.Contains(partial, r => r.Contains("over 10 of 100000 samples", StringComparison.Ordinal));
    }

    // Where the gradient was too much work it is said, beside whatever else there is to say.
    [Fact]
    public void What_was_not_looked_at_is_said()
    {
        var unseen = s_good.Evidence with { NewtonDecrement = double.NaN };
        static bool Said(LearningCoefficientEstimate estimate, string words) => Assessment.Of(estimate, false).Reasons.Any(r => r.Contains(words, StringComparison.Ordinal));
        Assert.False(Said(s_good with { Evidence = unseen }, "not looked at"));
        var large = s_good with { Dimension = 20_000_000, Evidence = unseen };
        Assert.True(Said(large, "the gradient at 20000000 parameters takes minutes"));
        Assert.True(Said(large with { LambdaHat = -0.1, StandardError = 1 }, "not looked at") && Said(large with { LambdaHat = -0.1, StandardError = 1 }, "within its error of zero"));
    }

    public static TheoryData<string, Verdict, string> Grounds => new()
    {
        { "rising", Verdict.NotEquilibrated, "rises by 4" },
        { "r-hat", Verdict.NotEquilibrated, "R̂ = 1.060" },
        { "few draws", Verdict.NotEquilibrated, "49 effectively" },
        { "error", Verdict.NotEquilibrated, "above the tolerance" },
        { "budget", Verdict.NotEquilibrated, "budget" },
        { "step", Verdict.StepTooLarge, "halving the step size moves λ̂" },
        { "unstable", Verdict.StepTooLarge, "no longer stable" },
        { "rounding", Verdict.NotEquilibrated, "float32 does not hold the weights" },
        { "rounding of float64", Verdict.NotEquilibrated, "float64 does not hold the weights" },
        { "gradient noise", Verdict.StepTooLarge, "the noise of gradients" },
        { "lost", Verdict.StepTooLarge, "1 of 4 chains diverged" },
        { "acceptance", Verdict.StepTooLarge, "69 %" },
        { "all lost", Verdict.Diverged, "every chain diverged" },
        { "negative", Verdict.NotAMinimum, "λ̂ is negative" },
        { "gradient", Verdict.NotAMinimum, "Newton step" },
        { "gamma", Verdict.OverLocalised, "γ^−0.95" },
        { "control", Verdict.OverLocalised, "without data" },
        { "soft", Verdict.NotEquilibrated, "softer directions" },
        { "variance", Verdict.NotEquilibrated, "far above its mean" },
        { "stiff", Verdict.StepTooLarge, "on quadratic directions this step size" },
    };

    [Theory, MemberData(nameof(Grounds))]
    public void Every_ground_has_its_verdict_and_its_words(string ground, Verdict expected, string words)
    {
        var (verdict, reasons) = Assessment.Of(Spoilt(s_good, ground), ground == "budget");
        Assert.Equal(expected, verdict);
        Assert.Contains(words, reasons[0], StringComparison.Ordinal);
    }

    [Fact]
    public void The_gravest_ground_decides_and_comes_first()
    {
        var (verdict, reasons) = Assessment.Of(Spoilt(Spoilt(Spoilt(s_good, "gamma"), "rising"), "step"), false);
        Assert.Equal(Verdict.StepTooLarge, verdict);
        Assert.Equal(3, reasons.Count(r => !r.StartsWith("λ̂", StringComparison.Ordinal)));
        Assert.Contains("step size", reasons[0], StringComparison.Ordinal);
        Assert.Contains("γ^−0.95", reasons[1], StringComparison.Ordinal);
        Assert.Contains("rises", reasons[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Disagreement_with_the_curvature_and_of_the_variance_is_said_and_does_not_condemn()
    {
        var above = Assessment.Of(s_good with { LambdaHat = 66 }, false);
        Assert.Equal(Verdict.Converged, above.Verdict);
        Assert.Contains(above.Reasons, r => r.Contains("above λ_quad", StringComparison.Ordinal));
        var below = Assessment.Of(s_good with { LambdaHat = 54 }, false);
        Assert.Contains(below.Reasons, r => r.Contains("below λ_quad", StringComparison.Ordinal));
        var variance = Assessment.Of(s_good with { Evidence = s_good.Evidence with { Variance = 95 } }, false);
        Assert.Equal(Verdict.Converged, variance.Verdict);
        Assert.Contains(variance.Reasons, r => r.Contains("variance estimator", StringComparison.Ordinal));
    }

    private static LearningCoefficientEstimate Spoilt(LearningCoefficientEstimate good, string ground)
    {
        var evidence = good.Evidence;
        var quadratic = evidence.Quadratic!;
        return ground switch
        {
            "rising" => good with { Evidence = evidence with { Drift = 4 } },
            "r-hat" => good with { RHat = 1.06 },
            "few draws" => good with { EffectiveSampleSize = 49 },
            "error" => good with { StandardError = 3.1 },
            "budget" => good,
            "step" => good with { Evidence = evidence with { StepSizeEffect = 3.5 } },
            "unstable" => good with { Options = good.Options with { StepSize = 4 } },
            "rounding" => good with { Evidence = evidence with { Rounding = 1.6 } },
            "rounding of float64" => good with { Evidence = evidence with { Rounding = 1.6, IsDouble = true } },
            "gradient noise" => good with { Evidence = evidence with { GradientNoise = 3.1 } },
            "lost" => good with { Chains = [Chain(true), .. good.Chains.Skip(1)] },
            "all lost" => good with { LambdaHat = double.NaN, Chains = [.. good.Chains.Select(_ => Chain(true))] },
            "acceptance" => good with { Acceptance = 0.69, Options = good.Options with { Sampler = "sgld" } },
            "negative" => good with { LambdaHat = -60 },
            "gradient" => good with { Evidence = evidence with { NewtonDecrement = 31 } },
            "gamma" => good with { Evidence = evidence with { Quadratic = quadratic with { Sensitivity = 0.95 } } },
            "control" => good with { Evidence = evidence with { Control = 110 } },
            "soft" => good with { Evidence = evidence with { Quadratic = quadratic with { Expected = 50 } } },
            "variance" => good with { Evidence = evidence with { Variance = 145 } },
            "stiff" => good with { Evidence = evidence with { Quadratic = quadratic with { Expected = 70 } } },
            _ => throw new ArgumentException(ground),
        };
    }

    private static ChainEstimate Chain(bool diverged) => new()
    {
        LambdaHat = diverged ? double.NaN : 60,
        StandardError = 1,
        EffectiveSampleSize = 100,
        Diverged = diverged,
        DivergedAt = diverged ? 17 : null,
        Acceptance = double.NaN,
        Distance = 1,
        Trace = [60, 60],
        AcceptanceTrace = [],
    };
}
