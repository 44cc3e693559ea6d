using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;
using LambdaHat.Sampling;
using LambdaHat.Tests.Numerics;

namespace LambdaHat.Tests.Sampling;

public sealed class StepAllocationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_step_allocates_nothing(int threads)
    {
        var teacher = DeepLinearTeacher.Draw([30, 70, 50, 20], [20, 50, 20], 1);
        using var data = new TeacherDataSet(teacher.Product(), 20, 30, 10_000, 1);
        var objective = new NetworkObjective(teacher.Network, SquaredError.Mean, data, teacher.Parameters);
        var sampled = ParameterSelection.All(objective.Blocks);
        var kernel = new Sgld(new Target(objective, sampled, 1000, 1), [.. sampled.Blocks.Select(_ => 1.0)], 1e-9);
        using var team = threads > 1 ? new WorkTeam(threads) : null;
        using var evaluator = objective.CreateEvaluator(500, sampled, team);
        float[] w = [.. teacher.Parameters], moved = [.. w], gradient = new float[w.Length], newGradient = new float[w.Length];
        for (var step = 0; step < 50; step++) Step(step);
        Assert.Equal(0, AllocatedBytes.Of(() =>
        {
            for (var step = 50; step < 150; step++) Step(step);
        }));

        void Step(long step)
        {
            evaluator.SelectMinibatch(1, 0, step);
            var loss = evaluator.LossAndGradient(w, gradient);
            kernel.Step(w, teacher.Parameters, gradient, moved, new RandomStream(1, RandomPurpose.Noise, 0, step));
            var newLoss = evaluator.LossAndGradient(moved, newGradient);
            kernel.LogMetropolisRatio(teacher.Parameters, w, loss, gradient, moved, newLoss, newGradient);
        }
    }
}
