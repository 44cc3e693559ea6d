using LambdaHat.Training;

namespace LambdaHat.Tests.Training;

/// <summary>The optimisers against scalar float64 recurrences written from their definitions, over lengths with and without a vector's tail.</summary>
public class OptimizerTests
{
    private const double U = 1.0 / (1 << 24);
    private const int Steps = 60;

    /// <summary>The recurrence of one parameter: (step from 1, w, g) → w.</summary>
    private delegate double Recurrence(int t, double w, double g);

    [Theory]
    [InlineData(0)]
    [InlineData(0.9)]
    public void Sgd_follows_its_recurrence(double momentum) => Compare(d => new Sgd(d, 0.05, momentum), () =>
    {
        var b = 0.0;
        return (_, w, g) =>
        {
            b = (momentum * b) + g;
            return w - (0.05 * b);
        };
    }, largestMove: 0.05 / (1 - momentum));

    [Fact]
    public void Adam_follows_its_recurrence() => Compare(d => new Adam(d, 0.02, 0.8, 0.99, 1e-3), () => AdamRecurrence(0.02, 0.8, 0.99, 1e-3, decay: 0), largestMove: 0.2);

    [Fact]
    public void AdamW_follows_its_recurrence() => Compare(d => new AdamW(d, 0.02, 0.7, 0.8, 0.99, 1e-3), () => AdamRecurrence(0.02, 0.8, 0.99, 1e-3, decay: 0.7), largestMove: 0.2);

    [Fact]
    public void Defaults_are_those_of_PyTorch()
    {
        Compare(d => new Adam(d), () => AdamRecurrence(1e-3, 0.9, 0.999, 1e-8, decay: 0), largestMove: 0.01);
        Compare(d => new AdamW(d), () => AdamRecurrence(1e-3, 0.9, 0.999, 1e-8, decay: 0.01), largestMove: 0.01);
    }

    [Fact]
    public void The_first_step_of_Adam_has_the_length_of_the_learning_rate()
    {
        // m/(1 − β₁) = g and √(v/(1 − β₂)) = |g|: the step is η·sign(g), whatever the gradient's size.
        float[] w = [1, 1, 1];
        new Adam(3, 0.125).Step(w, [1e3f, -1e-2f, 5]);
        Assert.Equal([0.875f, 1.125f, 0.875f], w.Select(value => MathF.Round(value, 5)));
    }

    [Theory]
    [InlineData(OptimizerKind.Sgd, typeof(Sgd))]
    [InlineData(OptimizerKind.Adam, typeof(Adam))]
    [InlineData(OptimizerKind.AdamW, typeof(AdamW))]
    public void Options_create_the_optimiser_they_name(OptimizerKind kind, Type type)
    {
        var optimizer = new OptimizerOptions { Kind = kind, LearningRate = 0.5, Momentum = 0.25, WeightDecay = 2 }.Create(3);
        Assert.IsType(type, optimizer);
        Assert.Equal((3, 0.5), (optimizer.Dimension, optimizer.LearningRate));
        if (optimizer is Sgd sgd) Assert.Equal(0.25, sgd.Momentum);
        if (optimizer is AdamW adamW) Assert.Equal(2, adamW.WeightDecay);
    }

    [Fact]
    public void Hyperparameters_out_of_range_are_named()
    {
        Assert.Equal("learning rate must be a finite number ≥ 0, got -1", Assert.Throws<InvalidInputException>(() => new OptimizerOptions { LearningRate = -1 }).Message);
        Assert.Equal("momentum must be a number in [0, 1), got 1", Assert.Throws<InvalidInputException>(() => new Sgd(1, 0.1, 1)).Message);
        Assert.Equal("weight decay must be a finite number ≥ 0, got NaN", Assert.Throws<InvalidInputException>(() => new AdamW(1, 0.1, double.NaN)).Message);
        Assert.Equal("beta2 must be a number in [0, 1), got 1", Assert.Throws<InvalidInputException>(() => new Adam(1, beta2: 1)).Message);
    }

    [Fact]
    public void A_vector_of_another_length_is_refused() => Assert.Throws<ArgumentException>(() => new Sgd(3, 0.1).Step(new float[3], new float[2]));

    [Fact]
    public void Steps_allocate_nothing()
    {
        float[] w = new float[1000], g = new float[1000];
        Optimizer[] optimizers = [new Sgd(1000, 0.1, 0.9), new Adam(1000), new AdamW(1000)];
        foreach (var optimizer in optimizers)
        {
            optimizer.Step(w, g);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 10; i++) optimizer.Step(w, g);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    private static Recurrence AdamRecurrence(double rate, double beta1, double beta2, double epsilon, double decay)
    {
        double m = 0, v = 0;
        return (t, w, g) =>
        {
            w -= rate * decay * w;
            m = (beta1 * m) + ((1 - beta1) * g);
            v = (beta2 * v) + ((1 - beta2) * g * g);
            var mHat = m / (1 - Math.Pow(beta1, t));
            var vHat = v / (1 - Math.Pow(beta2, t));
            return w - (rate * mHat / (Math.Sqrt(vHat) + epsilon));
        };
    }

    // A step rounds w once or twice (u·|w| each) and its move about ten times, in momenta and quotient; errors of all steps add up at worst.
    private static void Compare(Func<int, Optimizer> create, Func<Recurrence> reference, double largestMove)
    {
        foreach (var dimension in new[] { 1, 7, 16, 37 })
        {
            var random = new Random(dimension);
            var optimizer = create(dimension);
            Recurrence[] references = [.. Enumerable.Range(0, dimension).Select(_ => reference())];
            float[] w = [.. Enumerable.Range(0, dimension).Select(_ => (2 * random.NextSingle()) - 1)];
            double[] expected = [.. w.Select(value => (double)value)];
            for (var t = 1; t <= Steps; t++)
            {
                float[] g = [.. Enumerable.Range(0, dimension).Select(_ => (2 * random.NextSingle()) - 1)];
                optimizer.Step(w, g);
                for (var i = 0; i < dimension; i++)
                {
                    expected[i] = references[i](t, expected[i], g[i]);
                    Assert.Equal(expected[i], w[i], t * U * ((2 * Math.Max(1, Math.Abs(expected[i]))) + (10 * largestMove)));
                }
            }
        }
    }
}
