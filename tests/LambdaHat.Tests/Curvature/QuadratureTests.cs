using LambdaHat.Curvature;

namespace LambdaHat.Tests.Curvature;

/// <summary>Rules against the forms they stand for, traces against the sums over known spectra.</summary>
public class QuadratureTests
{
    [Fact]
    public void Rules_are_exact_for_polynomials_of_their_degree_and_for_no_more()
    {
        const int steps = 4;
        var (spectrum, weights, lanczos) = Form(12, steps);
        QuadratureRule gauss = QuadratureRule.Gauss(lanczos), radau = QuadratureRule.Radau(lanczos);
        Assert.Equal((steps, steps + 1), (gauss.Nodes.Length, radau.Nodes.Length));
        Assert.Equal(0, radau.Nodes.ToArray().Min(), 1e-14);
        for (var degree = 0; degree <= 2 * steps; degree++)
        {
            double Power(double x) => Math.Pow(x, degree);
            var exact = spectrum.Zip(weights, (x, w) => w * Power(x)).Sum();
            Assert.Equal(exact, radau.Apply(Power), 1e-13);
            if (degree < 2 * steps) Assert.Equal(exact, gauss.Apply(Power), 1e-13);
            else Assert.True(Math.Abs(gauss.Apply(Power) - exact) > 1e-8);
        }
    }

    [Theory]
    [InlineData(1e-1)]
    [InlineData(1e-3)]
    [InlineData(1e-6)]
    public void The_two_rules_bracket_the_form_of_a_share(double ratio)
    {
        for (var steps = 1; steps <= 40; steps += 3)
        {
            var (spectrum, weights, lanczos) = Form(100, steps);
            double Share(double x) => x / (x + ratio);
            var exact = spectrum.Zip(weights, (x, w) => w * Share(x)).Sum();
            // Rounding of a node near 0 by ε moves its share by ε/ratio.
            Assert.InRange(exact, QuadratureRule.Radau(lanczos).Apply(Share) - 1e-9, QuadratureRule.Gauss(lanczos).Apply(Share) + 1e-9);
        }
    }

    [Theory]
    [InlineData(1, 1e-2)]
    [InlineData(1.5, 1e-4)]
    [InlineData(2, 1e-6)]
    [InlineData(3, 1e-6)]
    public void Traces_of_power_laws_stand_within_their_errors(double exponent, double ratio)
    {
        var spectrum = MatrixOperator.PowerLaw(1000, exponent);
        Func<double, double>[] functions = [x => x / (x + ratio), x => Math.Sqrt(Math.Max(x, 0)), x => x / (x + (10 * ratio))];
        var options = new QuadratureOptions { RelativeStandardError = 0.02, Seed = 7 };
        var quadrature = StochasticLanczosQuadrature.Run(MatrixOperator.Rotated(spectrum), functions, options);
        Assert.InRange(quadrature.Probes, 2, options.MaximumProbes);
        foreach (var f in functions)
        {
            var (value, error, gap) = quadrature.Trace(f);
            var exact = spectrum.Sum(f);
            Assert.InRange(value, exact - (4 * error) - gap, exact + (4 * error) + gap);
            Assert.True(gap <= 1.01 * options.RelativeQuadratureError * value && (quadrature.Probes == options.MaximumProbes || error <= options.RelativeStandardError * value));
        }
    }

    [Fact]
    public void The_standard_error_is_what_the_seeds_show()
    {
        const int seeds = 150;
        var spectrum = MatrixOperator.PowerLaw(300, 1.5);
        var operation = MatrixOperator.Rotated(spectrum);
        Func<double, double> share = x => x / (x + 1e-3);
        var exact = spectrum.Sum(share);
        var sum = 0.0;
        for (var seed = 0UL; seed < seeds; seed++)
        {
            var (value, error, _) = StochasticLanczosQuadrature.Run(operation, [share], new() { RelativeStandardError = 0.02, RelativeQuadratureError = 1e-5, Seed = seed }).Trace(share);
            sum += Math.Pow((value - exact) / error, 2);
        }
        // A calibrated error gives 1 with standard error √(2/150) = 0.12. The bound that is pooled with it makes it larger, stopping at a small sample variance smaller.
        Assert.InRange(sum / seeds, 0.5, 1.5);
    }

    [Fact]
    public void Few_steps_and_few_probes_are_admitted()
    {
        var spectrum = MatrixOperator.PowerLaw(500, 0.5);
        Func<double, double> share = x => x / (x + 1e-6);
        var quadrature = StochasticLanczosQuadrature.Run(MatrixOperator.Rotated([.. spectrum, .. new double[500]]), [share], new() { MaximumDepth = 5, MaximumProbes = 3 });
        Assert.Equal((3, 15), (quadrature.Probes, quadrature.Products));
        var (value, error, gap) = quadrature.Trace(share);
        Assert.True(error > 0.005 * value);
        Assert.InRange(500 - value, -gap - (4 * error), gap + (4 * error));
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_another_seed_others()
    {
        var operation = MatrixOperator.Rotated(MatrixOperator.PowerLaw(100, 1));
        double Value(ulong seed) => StochasticLanczosQuadrature.Run(operation, [Math.Abs], new() { Seed = seed }).Trace(Math.Abs).Value;
        Assert.Equal(Value(1), Value(1));
        Assert.NotEqual(Value(1), Value(2));
    }

    [Fact]
    public void Options_check_their_range()
    {
        Assert.Equal("relative standard error: expected a number above 0 and below 1, got 0", Assert.Throws<InvalidInputException>(() => new QuadratureOptions { RelativeStandardError = 0 }).Message);
        Assert.Equal("relative quadrature error: expected a number above 0 and below 1, got NaN", Assert.Throws<InvalidInputException>(() => new QuadratureOptions { RelativeQuadratureError = double.NaN }).Message);
        Assert.Equal("number of probes: expected 2 or more, got 1", Assert.Throws<InvalidInputException>(() => new QuadratureOptions { MaximumProbes = 1 }).Message);
        Assert.Equal("Lanczos depth: expected 2 or more, got 1", Assert.Throws<InvalidInputException>(() => new QuadratureOptions { MaximumDepth = 1 }).Message);
    }

    // The form vᵀ f(A) v of a diagonal A is Σ v_i² f(a_i).
    private static (double[] Spectrum, double[] Weights, Lanczos Lanczos) Form(int size, int steps)
    {
        var spectrum = MatrixOperator.PowerLaw(size, 1.5);
        var v = MatrixOperator.Normal(size, 2, 0);
        var norm = v.Sum(x => x * x);
        var lanczos = new Lanczos(new MatrixOperator(size, (x, result) =>
        {
            for (var i = 0; i < size; i++) result[i] = spectrum[i] * x[i];
        }));
        lanczos.Start(v);
        for (var i = 0; i < steps; i++) lanczos.Advance();
        return (spectrum, [.. v.Select(x => x * x / norm)], lanczos);
    }
}
