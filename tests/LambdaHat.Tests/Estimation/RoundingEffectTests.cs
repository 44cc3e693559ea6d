using LambdaHat.Data;
using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Preconditioning;
using LambdaHat.Sampling;

namespace LambdaHat.Tests.Estimation;

/// <summary>What the last bits of the weights do to the loss, where it is known, and where it spoils an estimate.</summary>
public sealed class RoundingEffectTests
{
    // One sample sees one weight: the loss rises by the square of its last bit, u² = 2⁻²⁸ at 1000, twice nothing by symmetry.
    [Fact]
    public void It_is_the_square_of_the_last_bit_where_the_loss_is_the_square()
    {
        var network = new Network([new Dense(2, 1, bias: false)]);
        var objective = new NetworkObjective(network, SquaredError.Mean, new ArrayDataSet([1, 0, 0, 1], 2, [1000, 1000], 1), [1000, 1000]);
        var target = new Target(objective, ParameterSelection.All(objective.Blocks), 1e6, 1);
        using var chain = new Chain(new SgldSampler(target, objective.CreateEvaluator(2, target.Sampled), [1.0], 1e-20, 0, 1, 0), new ChainOptions { AcceptanceEvery = 0 });
        Assert.Equal(1e6 * Math.ScaleB(1, -28), RoundingEffect.Of(objective, target, [chain], 1), 1e-9);
    }

    // Seven matrices where a chain of γ = 1 takes them: the last bits hold what their product leaves of it, a tenth of λ and more. Near w* they do not matter, whatever their sign.
    [Theory]
    [InlineData(1, 5, 500)]
    [InlineData(3000, -0.1, 0.1)]
    public void It_is_large_where_flat_weights_have_grown(double gamma, double least, double most)
    {
        var teacher = DeepLinearTeacher.Draw([12, 39, 73, 33, 30, 75, 42, 28], [10, 31, 33, 30, 30, 34, 28], 3);
        var objective = new NetworkObjective(teacher.Network, SquaredError.Mean, RealisableData.Draw(teacher.Network, teacher.Parameters, 2000, 1), teacher.Parameters);
        var target = new Target(objective, ParameterSelection.All(objective.Blocks), 8686, gamma);
        using var grown = new LayerwiseLangevin(target, new LinearFactors(objective, target.Sampled, 2000), 500, new LayerwiseOptions(), 1, 1, 0);
        for (var step = 0; step < 20; step++) grown.Step(step);
        using var chain = new Chain(new SgldSampler(target, objective.CreateEvaluator(100, target.Sampled), [.. target.Sampled.Blocks.Select(_ => 1.0)], 1e-20, 0, 1, 0), new ChainOptions { AcceptanceEvery = 0 });
        chain.Sampler.MoveTo(grown.Position);
        Assert.InRange(RoundingEffect.Of(objective, target, [chain], 1), least, most);
    }

    [Fact]
    public void Float64_samplers_have_none()
    {
        var teacher = DeepLinearTeacher.Draw([5, 4, 3], [4, 3], 3);
        var objective = new NetworkObjective(teacher.Network, SquaredError.Mean, RealisableData.Draw(teacher.Network, teacher.Parameters, 500, 1), teacher.Parameters);
        double Of(string sampler) => LearningCoefficient.Estimate(objective, new EstimationOptions { Sampler = sampler, Steps = 60, BurnIn = 0.5, Chains = 1, StepSize = sampler == "gibbs" ? null : 1e-7, Seed = 1 }).Evidence.Rounding;
        Assert.True(double.IsNaN(Of("gibbs")));
        Assert.True(double.IsNaN(Of("langevin")));
        Assert.InRange(Of("sgld"), -1e-3, 1e-3);
    }
}
