using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;
using LambdaHat.Spectra;
using LambdaHat.Theory;

namespace LambdaHat.Tests.Spectra;

/// <summary>Bounds of fourth order against potentials whose λ is known in closed form, and against Aoyagi's local coefficients.</summary>
public sealed class FourthOrderTests
{
    // A name, K = ‖r‖² at the origin, λ, and the bounds that follow. Powers in separate variables add 1/p; a monomial has 1/(its largest exponent).
    public static TheoryData<string, double, double, double> Potentials => new()
    {
        { "x² + y⁴", 3 / 4.0, 3 / 4.0, 3 / 4.0 },
        { "x⁴ + y⁴", 1 / 2.0, 1 / 2.0, 1 / 2.0 },
        { "x²y²", 1 / 2.0, 1 / 2.0, 1 / 2.0 },
        { "x⁴ + y⁶", 5 / 12.0, 1 / 4.0, 5 / 12.0 },
        { "(y² − x³)²", 5 / 12.0, 1 / 4.0, 5 / 12.0 },
        { "x²y⁴", 1 / 4.0, 0, 1 / 3.0 },
        // λ = ½ although the term has three directions: κ₄/4 bounds nothing from below.
        { "(u₁² + u₂² + u₃² − v³)²", 1 / 2.0, 1 / 2.0, 11 / 12.0 },
        // Definite only as 3·r₁ + 2·r₂, which its traces do not show.
        { "(x² − y²)² + (2y² − x²)²", 1 / 2.0, 1 / 2.0, 1 / 2.0 },
        // On the curve x = y² what is left is y⁶: the second derivative lies within the range of J and does not count.
        { "(x − y²)² + x²y²", 2 / 3.0, 1 / 2.0, 2 / 3.0 },
        { "(x − y²)² + y⁴", 3 / 4.0, 3 / 4.0, 3 / 4.0 },
        { "‖AB‖², 2 × 2", 3 / 2.0, 1 / 2.0, 2 },
    };

    [Theory]
    [MemberData(nameof(Potentials))]
    public void Potentials_with_a_known_coefficient(string potential, double lambda, double lower, double upper)
    {
        var residual = Residual(potential);
        var jacobian = new double[residual.Rows * residual.Dimension];
        residual.Jacobian(jacobian);
        var rank = jacobian.Count(v => v != 0);
        var flat = new FlatDirections(0, 0, 0, 0);
        var bounds = SharpBounds.FourthOrder(new RankBounds(residual.Dimension, rank), flat, FourthOrder.Find(residual, 1e-15, 0));
        Assert.Equal(4, bounds.Order);
        Assert.Equal(lower, bounds.Lower, 1e-12);
        Assert.Equal(upper, bounds.Upper, 1e-12);
        Assert.InRange(lambda, bounds.Lower - 1e-12, bounds.Upper + 1e-12);
        Assert.Equal(lower == upper, bounds.IsExact);
        var second = SharpBounds.SecondOrder(new RankBounds(residual.Dimension, rank), flat);
        Assert.True(bounds.Lower >= second.Lower && bounds.Upper <= second.Upper);
    }

    // Two layers at a point of any ranks: Aoyagi's local λ lies within the bounds of either order, equals them where they meet, and the fourth order is never worse. Flat directions and curved ones fit the kernel.
    [Fact]
    public void Two_linear_layers_at_a_point()
    {
        var met = 0;
        foreach (var (m, h, n) in (ReadOnlySpan<(int, int, int)>)[(1, 1, 1), (2, 1, 2), (2, 2, 2), (3, 2, 1), (2, 3, 2), (3, 3, 3)])
        {
            for (var a = 0; a <= Math.Min(m, h); a++)
            {
                for (var b = 0; b <= Math.Min(h, n); b++)
                {
                    for (var seed = 1UL; seed <= 2; seed++)
                    {
                        var teacher = DeepLinearTeacher.Draw([m, h, n], [a, b], seed);
                        var objective = new NetworkObjective(teacher.Network, SquaredError.Mean, RealisableData.Draw(teacher.Network, teacher.Parameters, 30, 1), teacher.Parameters);
                        var (prefix, suffix, product) = LinearChain.Of(teacher.Network, teacher.Parameters)!.Ranks();
                        var lambda = (double)TwoLayer.LocalCoefficient(m, h, n, prefix[1], suffix[0], product).Lambda;
                        // Low ranks rounded to float32 leave eigenvalues of 1e-14 of the largest.
                        var second = HessianSpectrum.Find(objective, null, null, new SpectrumOptions());
                        var fourth = HessianSpectrum.Find(objective, null, null, new SpectrumOptions { Order = 4 }).Sharp;
                        var place = $"{m}-{h}-{n} of ranks {a}, {b}: λ = {lambda}, {fourth}";
                        Assert.True(lambda >= second.Sharp.Lower && lambda <= second.Sharp.Upper, place);
                        Assert.True(lambda >= fourth.Lower - 1e-12 && lambda <= fourth.Upper + 1e-12, place);
                        Assert.True(fourth.Lower >= second.Sharp.Lower && fourth.Upper <= second.Sharp.Upper + 1e-12, place);
                        if (fourth.IsExact) met++;
                    }
                }
            }
        }
        Assert.InRange(met, 20, int.MaxValue);
    }

    // A ReLU network at a generic point: the kernel is what rescaling spans, and λ is half the rank (ground truth: rank 810 of 850 for 40 units and the like).
    [Fact]
    public void A_ReLU_network_at_a_generic_point_is_known_exactly()
    {
        var teacher = ReluTeacher.Draw([3, 4, 3, 2], 2);
        var objective = new NetworkObjective(teacher.Network, SquaredError.Mean, RealisableData.Draw(teacher.Network, teacher.Parameters, 400, 1), teacher.Parameters);
        var result = HessianSpectrum.Find(objective, null, null, new SpectrumOptions { Order = 4 });
        Assert.Equal(7, result.Sharp.Flat.Count);
        Assert.Equal(objective.Dimension - 7, result.Bounds.Rank);
        Assert.True(result.Sharp.IsExact);
        Assert.Equal((objective.Dimension - 7) / 2.0, result.Sharp.Upper);
    }

    // D²f[y, z] against differences of the Jacobian in float64 at w* ± h·z, h = 2⁻¹⁰ and weights with ten bits, so that all three points are float32 numbers: an error of h²/6·f‴.
    [Fact]
    public void Second_derivatives_of_a_network_are_differences_of_its_Jacobian()
    {
        const float h = 1f / 1024;
        var network = new Network([new Embedding(3, 2, 2), new Dense(4, 5), new Tanh(5), new Dense(5, 4), new Relu(4), new Dense(4, 3), new Gelu(3)]);
        var d = network.Dimension;
        var noise = new float[d];
        GaussianNoise.Fill(new RandomStream(3, RandomPurpose.Initialisation, 0, 0), noise);
        float[] w = [.. noise.Select(v => MathF.Round(0.7f * v / h) * h)], z = [.. noise.Select((_, i) => (float)(((i * 5) % 3) - 1))];
        float[] plus = [.. w.Zip(z).Select(p => p.First + (h * p.Second))], minus = [.. w.Zip(z).Select(p => p.First - (h * p.Second))];
        var data = new ArrayDataSet([0, 1, 2, 2, 1, 0], 2, new float[9], 3);
        var residual = new NetworkResidual(network, data, w);
        double[] directions = [.. z.Select(v => (double)v), .. Enumerable.Range(0, d).Select(i => Math.Cos(i))], found = new double[2 * residual.Rows];
        residual.SecondDerivatives(directions, 2, 0, found);
        double[] above = new ExactJacobian(network, data, plus).Assemble(), below = new ExactJacobian(network, data, minus).Assemble();
        for (var j = 0; j < 2; j++)
        {
            for (var r = 0; r < residual.Rows; r++)
            {
                var difference = Enumerable.Range(0, d).Sum(i => (above[(r * d) + i] - below[(r * d) + i]) * directions[(j * d) + i]) / (2 * h);
                Assert.Equal(difference, found[(j * residual.Rows) + r], 1e-3 * (1 + Math.Abs(difference)));
            }
        }
        Assert.Contains(found, v => Math.Abs(v) > 0.1);
    }

    [Fact]
    public void Conditions_that_fail_leave_the_second_order_with_a_reason()
    {
        var teacher = DeepLinearTeacher.Draw([4, 3, 4], [2, 2], 1);
        var objective = new NetworkObjective(teacher.Network, SquaredError.Mean, RealisableData.Draw(teacher.Network, teacher.Parameters, 50, 1), teacher.Parameters);
        foreach (var (options, loss, reason) in (ReadOnlySpan<(SpectrumOptions, Loss?, string)>)
            [
                (new SpectrumOptions { Cutoff = new(CutoffKind.Eigenvalue, 0.01) }, null, "the cut-off precision"),
                (new SpectrumOptions { ExactDimension = 10 }, null, "up to 10 parameters"),
                (new SpectrumOptions { Restrict = ["0.*"] }, null, "only some are selected"),
                (new SpectrumOptions(), SquaredError.Mean, "behavioural loss, and the curvature is that of mse"),
            ])
        {
            var bounds = HessianSpectrum.Find(objective, null, loss, options with { Order = 4 }).Sharp;
            Assert.Equal((2, 4), (bounds.Order, bounds.Asked));
            Assert.Contains(reason, bounds.Reason, StringComparison.Ordinal);
        }
        Assert.Equal("order must be 2 or 4, got 3", Assert.Throws<InvalidInputException>(() => new SpectrumOptions { Order = 3 }).Message);
    }

    private static PolynomialResidual Residual(string potential)
    {
        static (double, int[]) T(double coefficient, params int[] exponents) => (coefficient, exponents);
        return potential switch
        {
            "x² + y⁴" => new(2, [T(1, 1, 0)], [T(1, 0, 2)]),
            "x⁴ + y⁴" => new(2, [T(1, 2, 0)], [T(1, 0, 2)]),
            "x²y²" => new(2, [T(1, 1, 1)]),
            "x⁴ + y⁶" => new(2, [T(1, 2, 0)], [T(1, 0, 3)]),
            "(y² − x³)²" => new(2, [T(1, 0, 2), T(-1, 3, 0)]),
            "x²y⁴" => new(2, [T(1, 1, 2)]),
            "(u₁² + u₂² + u₃² − v³)²" => new(4, [T(1, 2, 0, 0, 0), T(1, 0, 2, 0, 0), T(1, 0, 0, 2, 0), T(-1, 0, 0, 0, 3)]),
            "(x² − y²)² + (2y² − x²)²" => new(2, [T(1, 2, 0), T(-1, 0, 2)], [T(2, 0, 2), T(-1, 2, 0)]),
            "(x − y²)² + x²y²" => new(2, [T(1, 1, 0), T(-1, 0, 2)], [T(1, 1, 1)]),
            "(x − y²)² + y⁴" => new(2, [T(1, 1, 0), T(-1, 0, 2)], [T(1, 0, 2)]),
            _ => new(8, [.. from i in Enumerable.Range(0, 2)
                            from j in Enumerable.Range(0, 2)
                            select Enumerable.Range(0, 2).Select(k =>
                            {
                                var exponents = new int[8];
                                exponents[(2 * i) + k] = 1;
                                exponents[4 + (2 * k) + j] = 1;
                                return (1.0, exponents);
                            }).ToArray()]),
        };
    }
}
