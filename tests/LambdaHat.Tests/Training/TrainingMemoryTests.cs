using LambdaHat.Data;
using LambdaHat.Tests.Numerics;
using LambdaHat.Training;

namespace LambdaHat.Tests.Training;

/// <summary>What a training is said to take, against what it allocates.</summary>
public sealed class TrainingMemoryTests
{
    // Vectors of 4·10⁵ numbers outweigh everything else. What is counted is a bound from below on what must be held, and garbage (first parameters drawn in parts, evaluations) is at most as much again.
    [Theory]
    [InlineData(OptimizerKind.Sgd)]
    [InlineData(OptimizerKind.AdamW)]
    public void It_is_what_a_training_allocates(OptimizerKind kind)
    {
        var task = TrainingTask.MatrixFactorisation(450) with { Optimizer = new OptimizerOptions { Kind = kind }, Options = new TrainingOptions { Steps = 1, BatchSize = 100 } };
        var data = new ArrayDataSet(new float[100 * 450], 450, new float[100 * 450], 450);
        task.Run(data);
        var allocated = AllocatedBytes.Of(() => task.Run(data));
        var predicted = TrainingMemory.Of(task, data.Count);
        Assert.InRange(allocated + Unmanaged(100), 0.8 * predicted, 2 * predicted);
    }

    [Fact]
    public void What_does_not_fit_is_refused_with_both_numbers()
    {
        var task = TrainingTask.DeepLinear([1000, 1000, 1000]);
        Assert.Equal(4L * ((4 * 2_000_000) + (6000 * 500) + 20_000), TrainingMemory.Of(task, 10_000));
        var message = Assert.Throws<InvalidInputException>(() => TrainingMemory.Check(task, 10_000, 40_000_000)).Message;
        Assert.Equal("the training of 2000000 parameters takes 0.0441 GB of memory, and there are 0.04 GB; expected a smaller network or batch", message);
        TrainingMemory.Check(task, 10_000, 45_000_000);
    }

    // A pass of 450 → 450 → 450 holds its numbers outside the managed heap: inputs, two outputs, two derivatives, targets.
    private static long Unmanaged(int batch) => 6L * 450 * batch * sizeof(float);
}
