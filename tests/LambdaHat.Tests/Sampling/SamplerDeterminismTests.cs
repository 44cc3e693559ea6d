using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;
using LambdaHat.Sampling;
using LambdaHat.Tests.Losses;
using LambdaHat.Tests.Numerics;

namespace LambdaHat.Tests.Sampling;

/// <summary>Seeds, threads and allocation, for every sampler.</summary>
public sealed class SamplerDeterminismTests
{
    public static TheoryData<string> All => SamplerCase.All;

    [Theory, MemberData(nameof(All))]
    public void The_same_seed_and_chain_give_the_same_chain_and_others_do_not(string name)
    {
        var problem = new GaussianProblem(200, 60);
        var first = Run(SamplerCase.Create(name, problem, 5, 1));
        Assert.Equal(first, Run(SamplerCase.Create(name, problem, 5, 1)));
        Assert.NotEqual(first, Run(SamplerCase.Create(name, problem, 6, 1)));
        Assert.NotEqual(first, Run(SamplerCase.Create(name, problem, 5, 2)));
    }

    [Theory, MemberData(nameof(All))]
    public void A_chain_that_is_moved_goes_on_from_there(string name)
    {
        var problem = new GaussianProblem(200, 60);
        using var sampler = SamplerCase.Create(name, problem, 5, 1);
        for (var step = 0; step < 20; step++) sampler.Step(step);
        sampler.MoveTo(problem.Objective.Center);
        Assert.Equal(0, sampler.Target.Distance(sampler.Position));
        // The first draw recorded of a sampler that records before it moves is w* itself; one that records after it is where the sampler stands.
        var transition = sampler.Step(20);
        var at = sampler is MetropolisSampler or GibbsSampler or SliceSampler ? sampler.Position.ToArray() : problem.Objective.Center.ToArray();
        using var evaluator = problem.AllSamples();
        evaluator.SelectMinibatch(1, 0, 0);
        var expected = problem.NBeta * (evaluator.Loss(at) - problem.Objective.CenterLoss);
        Assert.Equal(expected, transition.Excess, 1e-4 * (1 + expected));
    }

    [Theory, MemberData(nameof(All))]
    public void Threads_change_nothing_and_a_step_allocates_nothing(string name)
    {
        // Gibbs takes no samples, and slices are for few parameters.
        if (name is "gibbs" or "slice") return;
        var data = new LinearRegressionData([48, 80, 40], 48, 300, 0.1, 3);
        var objective = new NetworkObjective(data.Network, SquaredError.Mean, data.Data, data.Center);
        var target = new Target(objective, ParameterSelection.All(objective.Blocks), 50, 10);
        using var team = new WorkTeam(3);
        using var alone = SamplerCase.Create(name, target, objective, 200, SamplerCase.StepSize(name, 3e4) / 10, 1, 0);
        using var shared = SamplerCase.Create(name, target, objective, 200, SamplerCase.StepSize(name, 3e4) / 10, 1, 0, team);
        for (var step = 0; step < 12; step++) Assert.Equal(alone.Step(step), shared.Step(step));
        Assert.Equal(alone.Position, shared.Position);
        Assert.True(alone.Target.Distance(alone.Position) > 0);
        // Without the team: whether its threads sleep is not the sampler's doing.
        for (var step = 12; step < 24; step++) alone.Step(step);
        Assert.Equal(0, AllocatedBytes.Of(() =>
        {
            for (var step = 24; step < 48; step++) alone.Step(step);
        }));
    }

    [Fact]
    public void A_sweep_of_slices_allocates_nothing()
    {
        using var sampler = SamplerCase.Create("slice", new GaussianProblem(200, 60), 5, 1);
        for (var step = 0; step < 24; step++) sampler.Step(step);
        Assert.Equal(0, AllocatedBytes.Of(() =>
        {
            for (var step = 24; step < 48; step++) sampler.Step(step);
        }));
    }

    private static float[] Run(Sampler sampler)
    {
        using (sampler)
        {
            for (var step = 0; step < 30; step++) sampler.Step(step);
            return [.. sampler.Position];
        }
    }
}
