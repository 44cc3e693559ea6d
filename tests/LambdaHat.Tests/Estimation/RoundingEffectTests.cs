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

    // The middle one of three matrices moves, inputs have the second moment 1: nβ·c·‖B‖²·‖A‖² times the mean square of its last bits, which a float32 copy shares but for numbers next to a power of two.
    [Theory]
    [InlineData("gibbs")]
    [InlineData("langevin")]
    public void Of_float64_weights_it_is_the_trace_of_the_curvature_times_their_last_bits(string name)
    {
        const double nBeta = 100;
        var teacher = DeepLinearTeacher.Draw([5, 6, 4, 3], [5, 4, 3], 3);
        var inputs = new float[25];
        for (var i = 0; i < 5; i++) inputs[6 * i] = MathF.Sqrt(5);
        var product = teacher.Product();
        var targets = new float[15];
        for (var s = 0; s < 5; s++) for (var o = 0; o < 3; o++) targets[(3 * s) + o] = (float)(product[(5 * o) + s] * Math.Sqrt(5));
        var objective = new NetworkObjective(teacher.Network, SquaredError.Mean, new ArrayDataSet(inputs, 5, targets, 3), teacher.Parameters);
        var sampled = ParameterSelection.Matching(objective.Blocks, ["1.weight"]);
        var exact = new LinearNetworkObjective(teacher.Network, SquaredError.Mean, objective.Data, teacher.Parameters);
        using Sampler sampler = name == "gibbs" ? new GibbsSampler(new Target(exact, sampled, nBeta, 1), 1, 0)
            : new LayerwiseLangevin(new Target(objective, sampled, nBeta, 1), new LinearFactors(objective, sampled, 5), 5, new LayerwiseOptions(), 0.5, 1, 0);
        sampler.Step(0);

        double Norm(int layer) => teacher.Parameters.AsSpan(objective.Blocks[layer].Offset, objective.Blocks[layer].Size).ToArray().Sum(v => (double)v * v);
        double[] bits = [.. sampler.Position.Slice(objective.Blocks[1].Offset, 24).ToArray().Select(v => Math.BitIncrement(Math.Abs((double)v)) - Math.Abs((double)v))];
        Assert.Equal(1, nBeta / 3 * Norm(0) * Norm(2) * bits.Average(b => b * b) / sampler.Rounding, 1e-5);
    }

    // Weights of 1/√γ in fourteen matrices: at γ = 1 float64 holds what the product leaves of them, at 0.1 it does not, although the chains agree.
    [Theory]
    [InlineData(1, false)]
    [InlineData(0.1, true)]
    public void A_product_beyond_float64_is_not_called_converged(double gamma, bool beyond)
    {
        int[] widths = [20, 22, 16, 21, 21, 16, 21, 18, 23, 15, 12, 15, 21, 26];
        var teacher = DeepLinearTeacher.Draw(widths, [2, 16, 8, 15, 16, 16, 18, 8, 15, 12, 3, 15, 21], 1);
        var objective = new NetworkObjective(teacher.Network, SquaredError.Mean, RealisableData.Draw(teacher.Network, teacher.Parameters, 2000, 1), teacher.Parameters);
        var estimate = LearningCoefficient.Estimate(objective, new EstimationOptions { Gamma = gamma, Seed = 1, Chains = 2, NBeta = 8686, Steps = 200, BurnIn = 0.5 });
        Assert.Equal(beyond, estimate.Reasons.Any(r => r.StartsWith("float64 does not hold the weights", StringComparison.Ordinal)));
        if (beyond) Assert.NotEqual(Verdict.Converged, estimate.Verdict);
        else Assert.InRange(estimate.Evidence.Rounding, 0, 0.01 * estimate.LambdaHat);
    }

    [Fact]
    public void Float64_samplers_have_next_to_none()
    {
        var teacher = DeepLinearTeacher.Draw([5, 4, 3], [4, 3], 3);
        var objective = new NetworkObjective(teacher.Network, SquaredError.Mean, RealisableData.Draw(teacher.Network, teacher.Parameters, 500, 1), teacher.Parameters);
        double Of(string sampler) => LearningCoefficient.Estimate(objective, new EstimationOptions { Sampler = sampler, Steps = 60, BurnIn = 0.5, Chains = 1, StepSize = sampler == "gibbs" ? null : 1e-7, Seed = 1 }).Evidence.Rounding;
        Assert.InRange(Of("gibbs"), 1e-40, 1e-18);
        Assert.InRange(Of("langevin"), 1e-40, 1e-18);
        Assert.InRange(Of("sgld"), -1e-3, 1e-3);
    }
}
