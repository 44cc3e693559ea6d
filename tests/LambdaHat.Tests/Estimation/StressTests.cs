using LambdaHat.Data;
using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Tests.Estimation;

/// <summary>
/// Points and data at the edge of what float32 holds, or of what the theory speaks of. A number that is called converged is the one that is known; everything else is
/// finite, or its chains have diverged, and the verdict gives reasons.
/// </summary>
public sealed class StressTests
{
    private const int Samples = 50;
    private static readonly Network s_linear = new(new Dense(3, 2, bias: false));
    private static readonly Network s_deep = new(new Dense(4, 3, bias: false), new Dense(3, 2, bias: false));
    private static readonly Network s_relu = new(new Dense(3, 4), new Relu(4), new Dense(4, 2));

    // Regular: λ = d/2 = 3 whatever the scale, as long as γ does not matter. At w* = 0 float32 resolves the 1e-16 that the chains move.
    [Fact]
    public void Losses_of_1e30_at_the_origin_give_half_the_parameters()
    {
        var estimate = Estimate(s_linear, new float[6], 1e15f);
        Assert.Equal(Verdict.Converged, estimate.Verdict);
        Assert.InRange(estimate.LambdaHat, 3 - (4 * estimate.StandardError), 3 + (4 * estimate.StandardError));
    }

    // Weights of order 1 cannot move by 1e-16: what comes out is rounding, and nothing of it may be called converged.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Losses_of_1e30_at_weights_of_order_one_are_labelled(bool nonlinear) =>
        Assert.NotEqual(Verdict.Converged, Labelled(nonlinear ? Estimate(s_relu, Normals(26, 1), 1e15f) : Estimate(s_linear, Normals(6, 1), 1e15f)).Verdict);

    // nβ·L is nothing beside the prior: λ̂ is its d/2·(curvature ratio), of order 1e-30.
    [Fact]
    public void Losses_of_1e_minus_30_are_over_localised()
    {
        var estimate = Labelled(Estimate(s_linear, Normals(6, 1), 1e-15f));
        Assert.Equal(Verdict.OverLocalised, estimate.Verdict);
        Assert.InRange(estimate.LambdaHat, 0, 1e-27);
        Labelled(Estimate(s_relu, Normals(26, 1), 1e-15f));
    }

    [Fact]
    public void Cross_entropy_of_outputs_of_1e15_is_labelled()
    {
        float[] x = [.. Normals(Samples * 3, 9).Select(v => v * 1e15f)], labels = [.. Enumerable.Range(0, Samples).Select(i => (float)(i % 2))];
        Labelled(LearningCoefficient.Estimate(new NetworkObjective(s_relu, CrossEntropy.Instance, new ArrayDataSet(x, 3, labels, 1), Normals(26, 1)), Options(300)));
    }

    // All units off: only the two biases of the last layer curve the loss, λ = 1 there; the chain may leave for where units wake up.
    [Fact]
    public void A_dead_network_is_labelled() => Labelled(Estimate(s_relu, [.. Normals(12, 1), -100, -100, -100, -100, .. Normals(10, 2)], 1));

    // The teacher 0 at w = 0 has no curvature at all; λ = 3 of reduced-rank regression (4 inputs, 3 hidden, 2 outputs, rank 0) is where λ̂ tends from below as γ loses weight.
    [Fact]
    public void Matrices_of_zeros_give_at_most_the_exact_coefficient()
    {
        Assert.Equal("3", $"{LambdaHat.Theory.ReducedRankRegression.Coefficient(4, 2, 3, 0).Lambda}");
        var estimate = Labelled(Estimate(s_deep, new float[18], 1));
        Assert.InRange(estimate.LambdaHat, 1, 3 + (4 * estimate.StandardError));
        Labelled(Estimate(s_relu, new float[26], 1));
    }

    [Fact]
    public void Inputs_of_zero_leave_nothing_to_estimate()
    {
        var estimate = Labelled(Estimate(s_linear, Normals(6, 1), 0));
        Assert.Equal((0.0, Verdict.NotEquilibrated), (estimate.LambdaHat, estimate.Verdict));
        Assert.Contains("R̂ is undefined: the draws do not vary, or are too few", estimate.Reasons);
    }

    [Fact]
    public void A_point_far_from_a_minimum_is_no_minimum()
    {
        Assert.Equal(Verdict.NotAMinimum, Labelled(Estimate(s_linear, Normals(6, 1), 1, [.. Normals(6, 1).Select(w => w + 10)])).Verdict);
        Assert.Equal(Verdict.NotAMinimum, Labelled(Estimate(s_relu, Normals(26, 1), 1, [.. Normals(26, 1).Select(w => w + 3)])).Verdict);
    }

    // A deep linear network at 0, its teacher elsewhere: the gradient vanishes, lower losses lie nearby.
    [Fact]
    public void A_saddle_is_no_minimum()
    {
        var estimate = Labelled(Estimate(s_deep, Normals(18, 1), 1, new float[18]));
        Assert.Equal(Verdict.NotAMinimum, estimate.Verdict);
        Assert.InRange(estimate.LambdaHat, double.MinValue, -1);
    }

    [Fact]
    public void Outputs_beyond_float32_are_refused()
    {
        float[] w = [.. Normals(18, 1).Select(x => x * 1e25f)];
        var message = Assert.Throws<InvalidInputException>(() => new NetworkObjective(s_deep, SquaredError.Sum, new ArrayDataSet(Normals(8, 1), 4, new float[4], 2), w)).Message;
        Assert.StartsWith("the mse-sum loss of sample 0 at w* is ", message, StringComparison.Ordinal);
        Assert.EndsWith("; expected a finite number: the network's outputs leave float32 (up to 3.4E+38)", message, StringComparison.Ordinal);
    }

    private static LearningCoefficientEstimate Labelled(LearningCoefficientEstimate estimate)
    {
        Assert.True(double.IsFinite(estimate.LambdaHat) || estimate.Verdict == Verdict.Diverged, $"{estimate.LambdaHat}, {estimate.Verdict}");
        Assert.True(double.IsFinite(estimate.StandardError) || estimate.Verdict != Verdict.Converged, $"± {estimate.StandardError}");
        if (estimate.Verdict != Verdict.Converged) Assert.NotEmpty(estimate.Reasons);
        return estimate;
    }

    // Normal inputs times a scale, targets of the teacher.
    private static LearningCoefficientEstimate Estimate(Network network, float[] teacher, float scale, float[]? center = null)
    {
        float[] x = [.. Normals(Samples * network.Inputs, 9).Select(v => v * scale)];
        var data = RealisableData.Relabel(network, teacher, new ArrayDataSet(x, network.Inputs, new float[Samples * network.Outputs], network.Outputs), null);
        return LearningCoefficient.Estimate(new NetworkObjective(network, SquaredError.Sum, data, center ?? teacher), Options(network == s_relu ? 800 : 5000));
    }

    private static EstimationOptions Options(int steps) => new() { MaxSteps = steps, Threads = 1 };

    private static float[] Normals(int count, ulong seed)
    {
        var values = new float[count];
        GaussianNoise.Fill(new RandomStream(seed, RandomPurpose.Initialisation, 0, 0), values);
        return values;
    }
}
