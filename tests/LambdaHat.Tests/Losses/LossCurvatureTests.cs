using LambdaHat.Losses;
using LambdaHat.Numerics;
using LambdaHat.Tests.Networks;

namespace LambdaHat.Tests.Losses;

/// <summary>Second derivatives of the losses against their closed forms in float64, and those against differences of the first derivatives.</summary>
public class LossCurvatureTests
{
    private const double U = 1.0 / (1 << 24);

    public static TheoryData<string> Names => LossTests.Names;

    [Theory, MemberData(nameof(Names))]
    public void Products_match_the_matrix_and_padding_gets_zero(string name)
    {
        for (var trial = 0; trial < 40; trial++)
        {
            var random = new Random(3000 + trial);
            var (loss, outputs, targets, samples, columns) = Draw(name, random);
            TestMatrix tangents = new(outputs.View.Rows, columns, columns + 3, float.NaN), result = new(outputs.View.Rows, columns, columns + 1, float.NaN);
            tangents.SetSamples(samples, () => (20 * random.NextSingle()) - 10);
            const float scale = 0.37f;
            loss.ApplyCurvature(outputs.View, targets.View, samples, tangents.View, result.View, scale);
            for (var s = 0; s < samples; s++)
            {
                var matrix = Curvature(name, outputs.Column(s));
                var t = tangents.Column(s);
                // Differences of tangents up to 20 carry u·20 each and p the 25 u of LossTests; p_i bounds both where only one is large.
                var bound = name == "cross-entropy" ? scale * 25 * U * 40 : 3 * U * scale * 20;
                for (var i = 0; i < t.Length; i++)
                {
                    var expected = 0.0;
                    for (var j = 0; j < t.Length; j++) expected += scale * matrix[i, j] * t[j];
                    Assert.Equal(expected, result.At(i, s), bound);
                }
            }
            Assert.All(result.Padding(samples), value => Assert.Equal(0, value));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void The_closed_form_is_the_derivative_of_the_derivative(string name)
    {
        var random = new Random(5);
        var (loss, outputs, targets, samples, columns) = Draw(name, random);
        var width = outputs.View.Rows;
        for (var s = 0; s < Math.Min(samples, 20); s++)
        {
            var matrix = Curvature(name, outputs.Column(s));
            for (var j = 0; j < width; j++)
            {
                // A difference over ±h of float32 slopes up to 40: rounding 25 u·40/h = 9e-4 and truncation h²/6·|ℓ''''| ≤ h²/6·½ = 2e-4.
                const float h = 0.05f;
                double[] up = Slope(h), down = Slope(-h);
                for (var i = 0; i < width; i++) Assert.Equal(matrix[i, j], (up[i] - down[i]) / (2 * h), 1.1e-3);

                double[] Slope(float step)
                {
                    TestMatrix moved = new(width, columns, columns, 0), derivative = new(width, columns, columns, 0);
                    for (var i = 0; i < width; i++) outputs.View.Row(i).CopyTo(moved.View.Row(i));
                    moved.View.Row(j)[s] += step;
                    loss.Evaluate(moved.View, targets.View, new double[samples], derivative.View, 1);
                    return derivative.Column(s);
                }
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Random_vectors_have_the_curvature_as_their_second_moment(string name)
    {
        const int samples = 20_000, columns = samples + 5;
        foreach (var width in new[] { 1, 3, 40 })
        {
            var random = new Random(width);
            var loss = LossCatalog.ByName(name);
            TestMatrix outputs = new(width, columns, columns, 0), targets = new(loss.TargetSize(width), columns, columns, 0), probes = new(width, columns, columns + 1, float.NaN);
            for (var i = 0; i < width; i++) outputs.View.Row(i).Fill(2 * random.NextSingle());
            const float scale = 0.5f;
            loss.SampleCurvature(outputs.View, targets.View, samples, new RandomStream(4, RandomPurpose.Probe, 0, 0), probes.View, scale);
            var matrix = Curvature(name, outputs.Column(0));
            for (var i = 0; i < width; i++)
            {
                for (var j = 0; j <= i; j++)
                {
                    double sum = 0, squares = 0;
                    for (var s = 0; s < samples; s++)
                    {
                        var product = (double)probes.At(i, s) * probes.At(j, s);
                        sum += product;
                        squares += product * product;
                    }
                    // Five standard errors of the very sample (820 pairs: one in a million passes it), and the rounding of the products.
                    var error = Math.Sqrt(Math.Max(0, (squares / samples) - Math.Pow(sum / samples, 2)) / samples);
                    Assert.Equal(scale * scale * matrix[i, j], sum / samples, (5 * error) + 1e-6);
                }
            }
            Assert.All(probes.Padding(samples), value => Assert.Equal(0, value));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Random_vectors_do_not_depend_on_where_the_padding_ends(string name)
    {
        var random = new Random(8);
        var loss = LossCatalog.ByName(name);
        const int width = 35, samples = 300;
        TestMatrix outputs = new(width, samples, samples, 0), targets = new(loss.TargetSize(width), samples, samples, 0), all = new(width, samples, samples, 0), first = new(width, 101, 101, 0);
        outputs.SetSamples(samples, random.NextSingle);
        var noise = new RandomStream(4, RandomPurpose.Probe, 0, 0);
        loss.SampleCurvature(outputs.View, targets.View, samples, noise, all.View, 1);
        loss.SampleCurvature(outputs.View, targets.View, 100, noise, first.View, 1);
        for (var s = 0; s < 100; s++) Assert.Equal(all.Column(s), first.Column(s));
    }

    [Fact]
    public void Cross_entropy_keeps_the_curvature_of_confident_predictions()
    {
        // p = (1 − q, q) with q = exp(−60): the curvature is q·(1, −1; −1, 1), which a difference of float32 probabilities would lose.
        var q = Math.Exp(-60);
        var result = new float[2];
        CrossEntropy.Instance.ApplyCurvature(new([30, -30], 2, 1), new([0], 1, 1), 1, new([3, 5], 2, 1), new(result, 2, 1), 1);
        Assert.Equal(-2 * q, result[0], 1e-5 * q);
        Assert.Equal(2 * q, result[1], 1e-5 * q);
    }

    private static double[,] Curvature(string name, double[] f)
    {
        var matrix = new double[f.Length, f.Length];
        var largest = f.Max();
        var sum = f.Sum(x => Math.Exp(x - largest));
        for (var i = 0; i < f.Length; i++)
        {
            for (var j = 0; j < f.Length; j++)
            {
                double p = Math.Exp(f[i] - largest) / sum, q = Math.Exp(f[j] - largest) / sum;
                matrix[i, j] = name switch
                {
                    "cross-entropy" => (i == j ? p : 0) - (p * q),
                    "mse" => i == j ? 2.0 / f.Length : 0,
                    _ => i == j ? 2 : 0,
                };
            }
        }
        return matrix;
    }

    private static (Loss Loss, TestMatrix Outputs, TestMatrix Targets, int Samples, int Columns) Draw(string name, Random random)
    {
        var loss = LossCatalog.ByName(name);
        int width = random.Next(1, 14), samples = random.Next(1, 600), columns = samples + random.Next(0, 9);
        TestMatrix outputs = new(width, columns, columns + random.Next(0, 5), 0), targets = new(loss.TargetSize(width), columns, columns, 0);
        outputs.SetSamples(samples, () => (20 * random.NextSingle()) - 10);
        targets.SetSamples(samples, () => loss is CrossEntropy ? random.Next(width) : (20 * random.NextSingle()) - 10);
        return (loss, outputs, targets, samples, columns);
    }
}
