using LambdaHat.Losses;
using LambdaHat.Tests.Networks;

namespace LambdaHat.Tests.Losses;

/// <summary>Losses and derivatives over random shapes against scalar float64 definitions and their finite differences; u = 2⁻²⁴.</summary>
public class LossTests
{
    private const double U = 1.0 / (1 << 24);

    public static TheoryData<string> Names => ["mse", "mse-sum", "cross-entropy", "behavioural"];

    [Theory, MemberData(nameof(Names))]
    public void Losses_match_the_scalar_definition(string name)
    {
        foreach (var run in Runs(name))
        {
            run.Loss.Evaluate(run.Outputs.View, run.Targets.View, run.Losses, default, 1);
            for (var s = 0; s < run.Samples; s++)
            {
                double[] f = run.Outputs.Column(s), y = run.Targets.Column(s);
                var expected = Reference(name, f, y);
                // Squares double the differences' relative error u. An exponential of f − max carries the difference's rounding, u·20,
                // and its own, 2u; its effect on the logarithm is at most that, and relative to the loss where the label is on top.
                var tolerance = name == "cross-entropy" ? 25 * U * Math.Min(1, Math.Max(expected, 1e-30)) : 3 * U * expected;
                Assert.True(Math.Abs(run.Losses[s] - expected) <= tolerance + (1e-11 * Math.Abs(expected)), $"expected {expected:R}, got {run.Losses[s]:R}");
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Derivatives_match_finite_differences_and_padding_gets_zero(string name)
    {
        foreach (var run in Runs(name))
        {
            const float scale = 0.37f;
            run.Loss.Evaluate(run.Outputs.View, run.Targets.View, run.Losses, run.Derivative.View, scale);
            for (var s = 0; s < run.Samples; s++)
            {
                var y = run.Targets.Column(s);
                var jacobian = ReferenceLayer.Jacobian(f => [Reference(name, f, y)], run.Outputs.Column(s));
                for (var i = 0; i < run.Width; i++)
                {
                    var expected = scale * jacobian[0, i];
                    Assert.Equal(expected, run.Derivative.At(i, s), (25 * U * Math.Abs(expected)) + 2e-9);
                }
            }
            Assert.All(run.Derivative.Padding(run.Samples), value => Assert.Equal(0, value));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Losses_are_the_same_bits_with_and_without_the_derivative(string name)
    {
        foreach (var run in Runs(name))
        {
            run.Loss.Evaluate(run.Outputs.View, run.Targets.View, run.Losses, default, 1);
            var alone = run.Losses.ToArray();
            run.Loss.Evaluate(run.Outputs.View, run.Targets.View, run.Losses, run.Derivative.View, 1);
            Assert.Equal(alone, run.Losses);
        }
    }

    [Fact]
    public void Cross_entropy_stays_accurate_for_confident_predictions()
    {
        // log(1 + exp(−60)) = 8.75651076e-27, and for the wrong label 60 more.
        var losses = new double[2];
        var derivative = new float[4];
        CrossEntropy.Instance.Evaluate(new([30, 30, -30, -30], 2, 2), new([0, 1], 1, 2), losses, new(derivative, 2, 2), 1);
        Assert.Equal(8.75651076e-27, losses[0], 1e-32);
        Assert.Equal(60, losses[1], 1e-12);
        Assert.Equal(-8.75651076e-27f, derivative[0], 1e-32f);
        Assert.Equal([1f, -1f], [derivative[1], derivative[3]]);
    }

    [Fact]
    public void Cross_entropy_is_finite_for_any_finite_outputs()
    {
        var losses = new double[2];
        var derivative = new float[4];
        CrossEntropy.Instance.Evaluate(new([1e38f, 1e38f, -1e38f, -1e38f], 2, 2), new([0, 1], 1, 2), losses, new(derivative, 2, 2), 1);
        Assert.Equal(0, losses[0]);
        Assert.Equal(2e38, losses[1], 1e31);
        Assert.Equal([0f, 1f, 0f, -1f], derivative);
    }

    [Theory, MemberData(nameof(Names))]
    public void Losses_are_found_by_name(string name) => Assert.Equal(name, LossCatalog.ByName(name).Name);

    [Fact]
    public void An_unknown_name_is_told_the_legal_ones()
    {
        var error = Assert.Throws<InvalidInputException>(() => LossCatalog.ByName("hinge", "--loss"));
        Assert.Equal("--loss: expected one of mse, mse-sum, cross-entropy, behavioural, got \"hinge\"", error.Message);
    }

    [Theory]
    [InlineData(3f)]
    [InlineData(-1f)]
    [InlineData(1.5f)]
    [InlineData(float.NaN)]
    public void Labels_out_of_range_are_named(float bad)
    {
        var error = Assert.Throws<InvalidInputException>(() => CrossEntropy.Instance.CheckTargets([0, 2, bad], 3, "csv:a.csv"));
        Assert.Equal($"csv:a.csv: the label of sample 2 must be an integer from 0 to 2 (the network has 3 outputs), got {bad}", error.Message);
    }

    [Fact]
    public void Targets_that_are_not_finite_are_named()
    {
        var error = Assert.Throws<InvalidInputException>(() => SquaredError.Mean.CheckTargets([0, 1, float.NaN], 2, "csv:a.csv"));
        Assert.Equal("csv:a.csv: target 0 of sample 1 must be a finite number, got NaN", error.Message);
    }

    private static double Reference(string name, double[] f, double[] y)
    {
        if (name == "cross-entropy")
        {
            var label = (int)y[0];
            var others = f.Where((_, i) => i != label).Sum(value => Math.Exp(value - f[label]));
            return others < 1e-5 ? others * (1 - (others / 2) + (others * others / 3)) : Math.Log(1 + others);
        }
        var sum = 0.0;
        for (var i = 0; i < f.Length; i++) sum += (f[i] - y[i]) * (f[i] - y[i]);
        return name == "mse" ? sum / f.Length : sum;
    }

    private static IEnumerable<LossRun> Runs(string name)
    {
        for (var trial = 0; trial < 40; trial++) yield return new LossRun(LossCatalog.ByName(name), new Random(2000 + trial));
    }

    private sealed class LossRun
    {
        public LossRun(Loss loss, Random random)
        {
            Loss = loss;
            Width = random.Next(1, 14);
            Samples = random.Next(1, 600);
            var columns = Samples + random.Next(0, 9);
            var stride = columns + random.Next(0, 5);
            Outputs = new(Width, columns, stride, 0);
            Outputs.SetSamples(Samples, () => (20 * random.NextSingle()) - 10);
            Targets = new(loss.TargetSize(Width), columns, stride, 0);
            Targets.SetSamples(Samples, () => loss is CrossEntropy ? random.Next(Width) : (20 * random.NextSingle()) - 10);
            Derivative = new(Width, columns, stride, float.NaN);
            Losses = new double[Samples];
        }

        public Loss Loss { get; }

        public int Width { get; }

        public int Samples { get; }

        public TestMatrix Outputs { get; }

        public TestMatrix Targets { get; }

        public TestMatrix Derivative { get; }

        public double[] Losses { get; }
    }
}
