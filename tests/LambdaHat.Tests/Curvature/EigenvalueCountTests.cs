using LambdaHat.Curvature;
using LambdaHat.Numerics;

namespace LambdaHat.Tests.Curvature;

/// <summary>Counts, densities and traces by random probes against the spectra that the operators were made from, within the errors that they state.</summary>
public class EigenvalueCountTests
{
    private static readonly double[] s_spectrum = [.. MatrixOperator.PowerLaw(600, 1.5), .. new double[200]];
    private static readonly Lazy<EigenvalueCount> s_count = new(() => EigenvalueCount.Run(MatrixOperator.Rotated(s_spectrum), new() { Probes = 12, Depth = 60, Seed = 1 }));

    [Theory]
    [InlineData(0.3)]
    [InlineData(1e-2)]
    [InlineData(1e-3)]
    [InlineData(2e-4)]
    [InlineData(-1)]
    [InlineData(2)]
    public void Counts_stand_within_their_errors(double threshold)
    {
        var count = s_count.Value.Above(threshold);
        var (value, error) = (count.Value, count.StandardError);
        Assert.InRange(s_spectrum.Count(x => x > threshold), value - count.Excess - (4 * error) - 1e-9, value + count.Deficit + (4 * error) + 1e-9);
        Assert.True(error + count.QuadratureError < 120);
    }

    // Each probe's own mass, Σ v_i² over the eigenvalues above, stands within the bound of that probe, without any standard error.
    [Fact]
    public void The_bound_holds_for_every_form()
    {
        double[] spectrum = MatrixOperator.PowerLaw(200, 1);
        var operation = new MatrixOperator(200, (x, result) =>
        {
            for (var i = 0; i < 200; i++) result[i] = spectrum[i] * x[i];
        });
        foreach (var depth in new[] { 3, 10, 30 })
        {
            // Random signs on a diagonal matrix: every v_i² is 1/d, so that the exact mass is the exact count.
            var count = EigenvalueCount.Run(operation, new() { Probes = 2, Depth = depth });
            for (var k = 1; k < 200; k += 7)
            {
                var (value, _, excess, deficit) = count.Above((spectrum[k - 1] + spectrum[k]) / 2);
                Assert.InRange(k, value - excess - 1e-9, value + deficit + 1e-9);
                Assert.InRange(excess + deficit, 1e-3, 200);
            }
        }
    }

    [Fact]
    public void A_spectrum_of_few_values_is_counted_without_quadrature_error()
    {
        double[] spectrum = [.. Enumerable.Repeat(3.0, 40), .. Enumerable.Repeat(1.0, 60), .. new double[100]];
        var (value, error, excess, deficit) = EigenvalueCount.Run(MatrixOperator.Rotated(spectrum), new() { Probes = 40 }).Above(0.5);
        Assert.Equal((0, 0), (excess, deficit));
        Assert.InRange(value, 100 - (4 * error), 100 + (4 * error));
        // The variance of a Rademacher probe is at most 2r(d − r)/d = 100.
        Assert.InRange(error, 0.1, Math.Sqrt(100.0 / 40) * 1.5);
    }

    [Fact]
    public void The_effective_dimension_and_the_density_integrate_to_what_they_should()
    {
        foreach (var threshold in new[] { 1e-1, 1e-2, 1e-3 })
        {
            var (value, error, gap) = s_count.Value.EffectiveDimension(threshold);
            var exact = s_spectrum.Sum(x => x / (x + threshold));
            Assert.InRange(value, exact - (4 * error) - gap, exact + (4 * error) + gap);
        }
        // All d eigenvalues, and with the factor x the trace: rules are exact for both; the grid of a tenth of σ integrates a Gaussian to rounding.
        const double width = 0.02;
        double total = 0, first = 0;
        for (var x = -0.2; x < 1.2; x += width / 10)
        {
            total += s_count.Value.Density(x, width) * width / 10;
            first += x * s_count.Value.Density(x, width) * width / 10;
        }
        Assert.Equal(800, total, 1e-6);
        var trace = s_count.Value.Quadrature.Trace(x => x);
        Assert.InRange(first - trace.Value, -1e-6 - trace.QuadratureError, 1e-6 + trace.QuadratureError);
        double logarithmic = 0;
        for (var t = Math.Log(1e-9); t < 1; t += 0.01) logarithmic += s_count.Value.LogarithmicDensity(Math.Exp(t), 0.1) * 0.01;
        Assert.InRange(logarithmic, 500, 800.001);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1.5)]
    [InlineData(3)]
    public void The_trace_stands_within_its_error_and_beats_plain_probes(double exponent)
    {
        double[] spectrum = MatrixOperator.PowerLaw(1000, exponent);
        var exact = spectrum.Sum();
        var (value, error, products) = HutchPlusPlus.Estimate(MatrixOperator.Rotated(spectrum), 96, seed: 4);
        Assert.Equal(96, products);
        // Float32 vectors leave 1e-6 of the trace.
        Assert.InRange(value, exact - (4 * error) - (1e-6 * exact), exact + (4 * error) + (1e-6 * exact));
        // Hutchinson's standard error with as many products is √(2·Σλ²/96).
        Assert.True(error < Math.Sqrt(2 * spectrum.Sum(x => x * x) / 96));
    }

    [Fact]
    public void The_trace_is_exact_where_the_sketch_holds_everything()
    {
        double[] spectrum = [3, 2, 1, .. new double[40]];
        var low = HutchPlusPlus.Estimate(MatrixOperator.Rotated(spectrum), 30);
        Assert.Equal(6, low.Value, 1e-5);
        Assert.InRange(low.StandardError, 0, 1e-5);
        var small = HutchPlusPlus.Estimate(MatrixOperator.Rotated(spectrum[..5]), 30);
        Assert.Equal(6, small.Value, 1e-5);
        Assert.Equal((0, 10), (small.StandardError, small.Products));
        using var team = new WorkTeam(2);
        Assert.Equal(low, HutchPlusPlus.Estimate(MatrixOperator.Rotated(spectrum), 30, team: team));
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        Assert.Equal("number of probes: expected 2 or more, got 1", Assert.Throws<InvalidInputException>(() => new EigenvalueCountOptions { Probes = 1 }).Message);
        Assert.Throws<InvalidInputException>(() => new EigenvalueCountOptions { Depth = 0 });
        Assert.Throws<InvalidInputException>(() => s_count.Value.EffectiveDimension(0));
        Assert.Throws<InvalidInputException>(() => s_count.Value.Density(1, 0));
        Assert.Throws<InvalidInputException>(() => s_count.Value.LogarithmicDensity(1, double.NaN));
        Assert.Throws<InvalidInputException>(() => HutchPlusPlus.Estimate(MatrixOperator.Rotated([1, 2]), 5));
    }
}
