using System.Numerics;
using LambdaHat.Networks;
using LambdaHat.Numerics;
using MathNet.Numerics;

namespace LambdaHat.Tests.Networks;

/// <summary>The activations' stated error bounds, over the whole range and beyond it.</summary>
public class ActivationAccuracyTests
{
    private const double SmallestNormal = 1.17549435e-38;

    private static readonly float[] s_grid =
    [
        .. Enumerable.Range(-40_000, 80_001).Select(i => i * 5e-4f),
        .. Enumerable.Range(-44, 60).SelectMany(e => new[] { MathF.ScaleB(1.37f, e), -MathF.ScaleB(1.37f, e) }),
    ];

    private static readonly float[] s_extremes = [float.MaxValue, 1e30f, 1e10f, 1e4f, 200, 104, 89, 88, 50];

    [Fact]
    public void Normal_cumulative_keeps_its_relative_error_below_1e_6_in_the_tails_too()
    {
        foreach (var x in s_grid)
        {
            var cumulative = StandardNormal.Cumulative(new Vector<float>(x), out var density)[0];
            AssertRelative(x, 0.5 * SpecialFunctions.Erfc(-x / Math.Sqrt(2)), cumulative, 1e-6);
            AssertRelative(x, Math.Exp(-0.5 * x * (double)x) / Math.Sqrt(2 * Math.PI), density[0], 1e-6);
            Assert.InRange(cumulative, 0, 1);
        }
    }

    [Fact]
    public void Tanh_keeps_its_relative_error_below_3e_7()
    {
        var y = Apply(new Tanh(1), s_grid);
        for (var i = 0; i < y.Length; i++) AssertRelative(s_grid[i], Math.Tanh(s_grid[i]), y[i], 3e-7);
    }

    [Fact]
    public void Sigmoid_keeps_its_relative_error_below_3e_7()
    {
        var y = Apply(new Sigmoid(1), s_grid);
        for (var i = 0; i < y.Length; i++) AssertRelative(s_grid[i], 1 / (1 + Math.Exp(-s_grid[i])), y[i], 3e-7);
    }

    [Fact]
    public void Both_gelus_keep_their_relative_error_below_3e_6()
    {
        float[] exact = Apply(new Gelu(1), s_grid), tanh = Apply(new Gelu(1, approximate: true), s_grid);
        for (var i = 0; i < s_grid.Length; i++)
        {
            double x = s_grid[i];
            AssertRelative(x, x * 0.5 * SpecialFunctions.Erfc(-x / Math.Sqrt(2)), exact[i], 3e-6);
            // 2z = √(8/π)(x + 0.044715x³) reaches 87 before the result underflows, and its rounding of 2 half units counts by that much.
            AssertRelative(x, x / (1 + Math.Exp(-Math.Sqrt(8 / Math.PI) * (x + (0.044715 * x * x * x)))), tanh[i], 2e-5);
        }
    }

    [Fact]
    public void Every_activation_and_derivative_is_finite_and_saturates_far_out()
    {
        float[] far = [.. s_extremes, .. s_extremes.Select(x => -x)];
        ElementwiseLayer[] layers = [new Relu(1), new Gelu(1), new Gelu(1, approximate: true), new Tanh(1), new Sigmoid(1), new Identity(1)];
        foreach (var layer in layers)
        {
            var y = Apply(layer, far);
            var slopes = new float[far.Length];
            using var product = new MatrixProduct();
            float[] ones = [.. Enumerable.Repeat(1f, far.Length)];
            layer.Backward([], Row(far), Row(y), Row(ones), Row(slopes), [], product);
            for (var i = 0; i < far.Length; i++)
            {
                var x = far[i];
                var (value, slope) = (layer.Kind, x > 0) switch
                {
                    ("relu" or "gelu", true) or ("identity", _) => (x, 1f),
                    ("relu" or "gelu", false) => (0f, 0f),
                    ("tanh", _) => (MathF.Sign(x), 0f),
                    (_, true) => (1f, 0f),
                    _ => (0f, 0f),
                };
                Assert.Equal(value, y[i], (Math.Abs(value) * 1e-7f) + 1e-20f);
                Assert.Equal(slope, slopes[i], 1e-12f);
            }
        }
    }

    [Fact]
    public void A_number_that_is_not_one_stays_so()
    {
        ElementwiseLayer[] layers = [new Relu(1), new Gelu(1), new Gelu(1, approximate: true), new Tanh(1), new Sigmoid(1), new Identity(1)];
        foreach (var layer in layers) Assert.All(Apply(layer, [float.NaN, float.NaN, float.NaN, float.NaN, float.NaN, float.NaN, float.NaN, float.NaN, float.NaN]), y => Assert.True(float.IsNaN(y), layer.Kind));
    }

    [Fact]
    public void Results_do_not_depend_on_the_position_in_a_row()
    {
        ElementwiseLayer[] layers = [new Gelu(1), new Gelu(1, approximate: true), new Tanh(1), new Sigmoid(1)];
        foreach (var layer in layers)
        {
            var whole = Apply(layer, s_grid[..1003]);
            for (var skip = 1; skip < 40; skip++) Assert.Equal(whole[skip..], Apply(layer, s_grid[skip..1003]));
        }
    }

    private static Matrix Row(float[] data) => new(data, 1, data.Length);

    private static float[] Apply(ElementwiseLayer layer, float[] x)
    {
        var y = new float[x.Length];
        using var product = new MatrixProduct();
        layer.Forward([], Row(x), Row(y), product);
        return y;
    }

    private static void AssertRelative(double x, double expected, double actual, double tolerance) =>
        Assert.True(Math.Abs(actual - expected) <= (tolerance * Math.Abs(expected)) + SmallestNormal, $"at {x:R}: expected {expected:R}, got {actual:R}, relative error {Math.Abs((actual / expected) - 1):E2}");
}
