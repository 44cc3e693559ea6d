using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Sampling;

namespace LambdaHat.Tests.Estimation;

public sealed class StepSizeEffectTests
{
    [Fact]
    public void One_step_size_tells_nothing() => Assert.True(double.IsNaN(StepSizeEffect.AtLast([Mean(3)]).Value));

    // λ̂(ε) = 10 + 4ε at ε = 1, ½, ¼.
    [Fact]
    public void An_effect_proportional_to_the_step_is_found_exactly()
    {
        Assert.Equal(2, StepSizeEffect.AtLast([Mean(14), Mean(12)]).Value, 1e-12);
        Assert.Equal(1, StepSizeEffect.AtLast([Mean(14), Mean(12), Mean(11)]).Value, 1e-12);
        Assert.Equal(4, StepSizeEffect.AtLarger(Mean(14), Mean(12)).Value, 1e-12);
        Assert.Equal(2 * Math.Sqrt(2) * 0.01, StepSizeEffect.AtLarger(Mean(14), Mean(12)).StandardError, 1e-12);
    }

    // λ̂(ε) = 10 + 8·ε^½: every halving leaves r = 1/√2 of the difference, and e·r/(1 − r) is what is left.
    [Fact]
    public void An_effect_that_shrinks_slowly_is_summed_to_its_end()
    {
        double[] values = [18, 10 + (8 * Math.Sqrt(0.5)), 14];
        var effect = StepSizeEffect.AtLast([.. values.Select(v => Mean(v))]);
        Assert.Equal(4, effect.Value, 1e-12);
        Assert.False(effect.DoesNotMatter(14, 0.05));
        Assert.True(effect.DoesNotMatter(200, 0.05));
    }

    [Fact]
    public void Differences_within_their_errors_tell_no_ratio()
    {
        var effect = StepSizeEffect.AtLast([Mean(11, 1), Mean(10.5, 1), Mean(10.1, 1)]);
        Assert.Equal(0.4, effect.Value, 1e-12);
        Assert.True(effect.DoesNotMatter(10, 0.01));
    }

    // A step thirty times the one that the sampler takes by itself, for a fixed number of steps: λ̂ is wrong and the verdict says that the step is at fault. At its own step it is not.
    [Theory]
    [InlineData(0.64, false)]
    [InlineData(19.2, true)]
    public void A_run_of_given_length_knows_a_step_that_is_too_large(double step, bool spoiled)
    {
        var teacher = DeepLinearTeacher.Draw([6, 8, 5, 4], [6, 5, 4], 1);
        var data = RealisableData.Draw(teacher.Network, teacher.Parameters, 2000, 1);
        var objective = new NetworkObjective(teacher.Network, SquaredError.Mean, data, teacher.Parameters);
        var estimate = LearningCoefficient.Estimate(objective, new EstimationOptions { Sampler = "langevin", Steps = 800, BurnIn = 200, StepSize = step, Seed = 3, BatchSize = 200, Gamma = 1 });
        Assert.Equal(800, estimate.Chains[0].Trace.Length);
        Assert.Equal(800, estimate.Options.Steps);
        Assert.True(double.IsFinite(estimate.Evidence.StepSizeEffect) || estimate.Verdict == Verdict.Diverged);
        if (spoiled) Assert.Contains(estimate.Verdict, (Verdict[])[Verdict.StepTooLarge, Verdict.Diverged]);
        else Assert.NotEqual(Verdict.StepTooLarge, estimate.Verdict);
    }

    private static MonteCarloMean Mean(double value, double error = 0.01) => new(value, error, 100);
}
