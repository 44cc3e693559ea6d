using LambdaHat.Networks;
using LambdaHat.Preconditioning;
using LambdaHat.Tests.Losses;

namespace LambdaHat.Tests.Preconditioning;

public sealed class LearnedDiagonalTests
{
    private static readonly ParameterBlock[] s_blocks = [new("a", [3, 7], 0, 21), new("b", [40], 21, 40), new("c", [9], 61, 9)];
    private static readonly ParameterSelection s_sampled = ParameterSelection.Matching(s_blocks, ["a", "c"]);

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(400)]
    public void It_is_the_formula_in_float64_and_then_stays(int warmUp)
    {
        using var metric = new LearnedDiagonal(s_sampled, warmUp);
        Assert.All(Covered(metric), root => Assert.Equal(1, root));
        var v = new double[70];
        for (var step = 0; step < warmUp; step++)
        {
            var g = Gradient(step);
            Assert.True(metric.Adapt(new float[70], g, 1, 0, step));
            for (var i = 0; i < 70; i++) v[i] = (0.99 * v[i]) + (0.01 * g[i] * g[i]);
        }
        Assert.False(metric.Adapt(new float[70], Gradient(warmUp), 1, 0, warmUp));
        int[] covered = [.. Enumerable.Range(0, 70).Where(i => i is < 21 or >= 61)];
        var forgotten = Math.Pow(0.99, warmUp);
        var m = Math.Sqrt(covered.Average(i => v[i]) / (1 - forgotten));
        foreach (var i in covered)
        {
            var p = 1.01 * m / (Math.Sqrt(v[i] + (forgotten * m * m)) + (0.01 * m));
            // The moment is a float32 sum of 1/(1 − α) terms that count: 1e-5 of it.
            Assert.Equal(1, metric.Root[i] * metric.Root[i] / p, 2e-5);
        }
        // A parameter without a gradient has the largest P that its history allows; one with a large gradient less than 1.
        Assert.Equal(covered.Max(i => metric.Root[i]), metric.Root[0]);
        Assert.True(metric.Root[1] < 1);
    }

    [Fact]
    public void The_scale_of_the_loss_does_not_matter_and_no_gradient_leaves_the_identity()
    {
        using LearnedDiagonal one = new(s_sampled, 10), scaled = new(s_sampled, 10), none = new(s_sampled, 10);
        for (var step = 0; step < 10; step++)
        {
            one.Adapt(new float[70], Gradient(step), 1, 0, step);
            scaled.Adapt(new float[70], [.. Gradient(step).Select(g => g / 1024)], 1, 0, step);
            Assert.False(none.Adapt(new float[70], new float[70], 1, 0, step));
        }
        Assert.Equal(Covered(one).Length, Covered(scaled).Length);
        foreach (var (a, b) in Covered(one).Zip(Covered(scaled))) Assert.Equal(a, b, 1e-6);
        Assert.All(Covered(none), root => Assert.Equal(1, root));
        Assert.Throws<InvalidInputException>(() => new LearnedDiagonal(s_sampled, -1));
    }

    private static float[] Covered(DiagonalMetric metric) => [.. metric.Root.ToArray().Where((_, i) => i is < 21 or >= 61)];

    // Normals of very different sizes; those of block b, which is not sampled, are NaN.
    private static float[] Gradient(int step) =>
        [.. LinearRegressionData.Normals(2, step, 70, 1).Select((z, i) => i is >= 21 and < 61 ? float.NaN : i == 0 ? 0 : i == 1 ? 9 + z : z * (1 + (i % 5)))];
}
