using LambdaHat.Data;
using LambdaHat.Networks;
using LambdaHat.Training;

namespace LambdaHat.Tests.Training;

public class TrainingTaskTests
{
    [Fact]
    public void Networks_have_the_papers_sizes()
    {
        Assert.Equal((784 * 50) + 50 + (50 * 50) + 50 + (50 * 10) + 10, TrainingTask.MnistMlp().Network.Dimension);
        Assert.Equal(86_197, TrainingTask.ModularAddition().Network.Dimension);
        Assert.Equal(800, TrainingTask.MatrixFactorisation().Network.Dimension);
        Assert.Equal((10 * 20) + (20 * 15) + (15 * 12), TrainingTask.DeepLinear([10, 20, 15, 12]).Network.Dimension);
    }

    [Fact]
    public void Every_name_has_its_task() => Assert.Equal(
        TrainingTask.Names,
        [TrainingTask.MnistMlp().Name, TrainingTask.ModularAddition().Name, TrainingTask.MatrixFactorisation().Name, TrainingTask.DeepLinear([1, 1]).Name]);

    [Fact]
    public void Matrix_factorisation_reaches_float32_rounding()
    {
        const int n = 6;
        var random = new Random(3);
        double[] a = [.. Enumerable.Range(0, n * n).Select(_ => (2 * random.NextDouble()) - 1)];
        float[] x = [.. Enumerable.Range(0, n * n).Select(i => (i % (n + 1) == 0 ? 2 : 0) + random.NextSingle() - 0.5f)];
        float[] y = [.. Enumerable.Range(0, n * n).Select(i => (float)Enumerable.Range(0, n).Sum(j => a[(i % n * n) + j] * x[(i / n * n) + j]))];
        var task = TrainingTask.MatrixFactorisation(n);
        var result = task.Run(new ArrayDataSet(x, n, y, n));
        // Outputs of size 2 at most are rounded by 2⁻²³ each, a few times over.
        Assert.InRange(result.Final.TrainLoss, 0, 1e-11);
    }

    [Fact]
    public void A_deep_linear_student_learns_its_teacher()
    {
        int[] widths = [3, 4, 2];
        var random = new Random(8);
        double[] teacher = [.. Enumerable.Range(0, 6).Select(_ => (2 * random.NextDouble()) - 1)];
        float[] x = [.. Enumerable.Range(0, 3 * 300).Select(_ => (2 * random.NextSingle()) - 1)];
        float[] y = [.. Enumerable.Range(0, 2 * 300).Select(i => (float)Enumerable.Range(0, 3).Sum(j => teacher[(i % 2 * 3) + j] * x[(i / 2 * 3) + j]))];
        var task = TrainingTask.DeepLinear(widths);
        var result = (task with { Options = task.Options with { Steps = 4000, BatchSize = 50 } }).Run(new ArrayDataSet(x, 3, y, 2));

        // The product of the two matrices is the teacher's.
        float[] first = result.Parameters[..12], second = result.Parameters[12..];
        for (var i = 0; i < 2; i++)
        {
            for (var j = 0; j < 3; j++) Assert.Equal(teacher[(i * 3) + j], Enumerable.Range(0, 4).Sum(k => (double)second[(i * 4) + k] * first[(k * 3) + j]), 1e-4);
        }
    }

    [Fact]
    public void Addition_modulo_a_small_number_is_learnt()
    {
        const int p = 5;
        float[] x = [.. Enumerable.Range(0, p * p).SelectMany(i => new float[] { i / p, i % p })];
        float[] y = [.. Enumerable.Range(0, p * p).Select(i => (float)(((i / p) + (i % p)) % p))];
        var task = TrainingTask.ModularAddition(p);
        var result = (task with { Options = task.Options with { Epochs = 60 } }).Run(new ArrayDataSet(x, 2, y, 1));
        Assert.Equal(1, result.Final.TrainAccuracy);
    }

    [Fact]
    public void Runs_with_one_seed_are_the_same_bits()
    {
        var random = new Random(1);
        ArrayDataSet data = new([.. Enumerable.Range(0, 60).Select(_ => random.NextSingle())], 2, [.. Enumerable.Range(0, 30).Select(_ => random.NextSingle())], 1);
        var task = TrainingTask.DeepLinear([2, 3, 1]) with { Options = new TrainingOptions { Epochs = 3, BatchSize = 7, Seed = 11 } };
        var first = task.Run(data).Parameters;
        Assert.Equal(first, task.Run(data).Parameters);
        Assert.NotEqual(first, (task with { Options = task.Options with { Seed = 12 } }).Run(data).Parameters);
    }

    [Theory]
    [InlineData(new int[] { 5 }, "5")]
    [InlineData(new int[] { 5, 0, 3 }, "5,0,3")]
    public void Widths_out_of_range_are_named(int[] widths, string text) =>
        Assert.Equal($"expected at least two widths ≥ 1, input first, got {text}", Assert.Throws<InvalidInputException>(() => TrainingTask.DeepLinear(widths)).Message);

    [Fact]
    public void Options_out_of_range_are_named()
    {
        Assert.Equal("epochs must be a whole number ≥ 1, got 0", Assert.Throws<InvalidInputException>(() => new TrainingOptions { Epochs = 0 }).Message);
        Assert.Equal("batch size must be a whole number ≥ 1, got -3", Assert.Throws<InvalidInputException>(() => new TrainingOptions { BatchSize = -3 }).Message);
        Assert.Equal("final learning rate must be a fraction of the first, in (0, 1], got 0", Assert.Throws<InvalidInputException>(() => new TrainingOptions { FinalLearningRateFraction = 0 }).Message);
    }
}
