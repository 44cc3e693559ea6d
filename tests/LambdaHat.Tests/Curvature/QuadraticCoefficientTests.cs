using LambdaHat.Curvature;

namespace LambdaHat.Tests.Curvature;

/// <summary>λ_quad of matrices with known spectra.</summary>
public class QuadraticCoefficientTests
{
    [Fact]
    public void The_exact_value_is_the_sum_over_the_spectrum()
    {
        double[] spectrum = [.. MatrixOperator.PowerLaw(80, 4), .. new double[20]];
        var coefficient = QuadraticCoefficient.Find(MatrixOperator.Rotated(spectrum), [1]);
        Assert.Equal("exact", coefficient.Method);
        foreach (var (nBeta, gamma) in new[] { (1.0, 1.0), (1e3, 1.0), (1e6, 100.0), (1e9, 1.0) })
        {
            var expected = spectrum.Sum(h => nBeta * h / ((nBeta * h) + gamma)) / 2;
            // Eigenvalues are within d·ε = 2e-14 of the exact ones and each share moves by that over γ/nβ, at most: 100·2e-14·1e9/2 for the last.
            Assert.Equal(expected, coefficient.At(nBeta, gamma).Value, 1e-12 + (1e-12 * nBeta / gamma));
            Assert.Equal((0, 0), (coefficient.At(nBeta, gamma).StandardError, coefficient.At(nBeta, gamma).QuadratureError));
        }
        Assert.Equal(80, coefficient.Rank(1e-10));
        Assert.Equal(spectrum.Count(h => h > 1e-3), coefficient.Rank(1e-3));
    }

    [Fact]
    public void Above_the_limit_probes_give_any_pair_from_one_run()
    {
        double[] spectrum = [.. MatrixOperator.PowerLaw(1400, 1.5), .. new double[200]];
        var coefficient = QuadraticCoefficient.Find(MatrixOperator.Rotated(spectrum), [1e-3, 1e-5]);
        Assert.Equal(("stochastic-lanczos", null), (coefficient.Method, coefficient.Rank(1e-6)));
        foreach (var (nBeta, gamma) in new[] { (1e3, 1.0), (1e5, 1.0), (1e6, 10.0), (1e5, 10.0), (100.0, 1.0) })
        {
            var expected = spectrum.Sum(h => nBeta * h / ((nBeta * h) + gamma)) / 2;
            var (value, error, gap) = coefficient.At(nBeta, gamma);
            Assert.InRange(value, expected - (4 * error) - gap, expected + (4 * error) + gap);
            if (nBeta / gamma >= 1e3) Assert.True(error + gap <= 0.01 * value, $"{error} and {gap} of {value}");
        }
    }

    [Fact]
    public void Zeros_that_rounding_scatters_cancel()
    {
        double[] spectrum = [1, 0.5, 1e-7, -1e-7, 3e-7, -3e-7];
        Assert.Equal((1 / 1.000001 + 0.5 / 0.500001) / 2, QuadraticCoefficient.Exact(MatrixOperator.Rotated(spectrum)).At(1e6, 1).Value, 1e-8);
    }

    [Theory]
    [InlineData(0, 1, "nbeta: expected a finite number above 0, got 0")]
    [InlineData(double.NaN, 1, "nbeta: expected a finite number above 0, got NaN")]
    [InlineData(1, 0, "gamma: expected a finite number above 0, got 0 (without localisation the value would be half the rank)")]
    [InlineData(1, -1, "gamma: expected a finite number above 0, got -1 (without localisation the value would be half the rank)")]
    public void Pairs_out_of_range_are_named(double nBeta, double gamma, string message)
    {
        var coefficient = QuadraticCoefficient.Exact(MatrixOperator.Rotated([1, 2]));
        Assert.Equal(message, Assert.Throws<InvalidInputException>(() => coefficient.At(nBeta, gamma)).Message);
    }

    [Fact]
    public void Probes_need_a_ratio_to_resolve()
    {
        var operation = MatrixOperator.Rotated([1, 2]);
        Assert.Throws<InvalidInputException>(() => QuadraticCoefficient.Stochastic(operation, []));
        Assert.Equal("gamma / nbeta: expected at least one ratio, each a finite number above 0, got 1, 0", Assert.Throws<InvalidInputException>(() => QuadraticCoefficient.Stochastic(operation, [1, 0])).Message);
    }
}
