using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Spectra;

namespace LambdaHat.Tests.Spectra;

/// <summary>Spectra without rank, of one value many times over, and of values near the ends of float32: by all eigenvalues, by counts, and by pairs.</summary>
public sealed class DegenerateSpectrumTests
{
    // All eigenvalues, probes alone, and fewer pairs than there are equal eigenvalues.
    private static readonly SpectrumOptions[] s_ways = [new() { ExactDimension = 5000 }, new() { ExactDimension = 4 }, new() { ExactDimension = 4, Pairs = 6 }];

    // 8 → 8 linear over the 8 unit vectors times a scale: the behavioural curvature is (2/8)·scale²·1, one eigenvalue 64 times over. Float32 products round it by parts in 1e-6.
    [Theory]
    [InlineData(1f)]
    [InlineData(1e15f)]
    [InlineData(1e-15f)]
    public void One_eigenvalue_many_times_over_is_counted_in_full(float scale)
    {
        var network = new Network(new Dense(8, 8, bias: false));
        var objective = Objective(network, [.. Enumerable.Range(0, 64).Select(i => MathF.Sin(i))], scale);
        foreach (var options in s_ways)
        {
            var result = HessianSpectrum.Find(objective, null, null, options);
            var known = 0.25 * scale * scale;
            Assert.Equal(known, result.LargestEigenvalue, 1e-5 * known);
            Assert.All(result.Eigenvalues, value => Assert.Equal(known, value, 1e-5 * known));
            // Every probe gives 64 exactly, but for the rounding of its own length.
            Assert.Equal(64, result.Bounds.Rank, 64 * 1e-5);
            Assert.InRange(result.Bounds.Lower, 31.99, 32.01);
            Assert.InRange(result.Bounds.Upper, 31.99, 32.01);
        }
    }

    // No curvature at 0 of a deep linear network, three directions (the last biases) of a dead ReLU network: (2/n)·n = 2, n = 4.
    [Theory]
    [InlineData(false, 0, 0)]
    [InlineData(true, 3, 2)]
    public void Matrices_without_rank_or_of_little_rank_are_counted(bool dead, int rank, double largest)
    {
        var network = dead ? new Network(new Dense(4, 5), new Relu(5), new Dense(5, 3)) : new Network(new Dense(8, 8, bias: false), new Dense(8, 8, bias: false));
        var w = new float[network.Dimension];
        if (dead)
        {
            for (var i = 0; i < w.Length; i++) w[i] = MathF.Sin(i);
            w.AsSpan(20, 5).Fill(-100);
        }
        foreach (var options in s_ways)
        {
            var result = HessianSpectrum.Find(Objective(network, w, 1), null, null, options);
            Assert.Equal(largest, result.LargestEigenvalue, 1e-5);
            // Ten probes of a projection on three coordinates: signs give it exactly, normals with an error that is stated.
            Assert.InRange(result.Bounds.Rank, rank - (4 * result.RankError) - 1e-3, rank + (4 * result.RankError) + 1e-3);
            Assert.InRange(rank, result.RankRange.Least - 1e-3, result.RankRange.Most + 1e-3);
            Assert.True(double.IsFinite(result.QuadraticCoefficient) && double.IsFinite(result.QuadraticError), $"λ_quad {result.QuadraticCoefficient} ± {result.QuadraticError}");
            Assert.InRange(result.QuadraticCoefficient, -1e-6, (rank / 2.0) + (4 * result.QuadraticError) + 1e-6);
        }
    }

    // Finite outputs, 1e-30·1e25·x, whose derivative 1e25·x has no square in float32; in float64 it has.
    [Fact]
    public void A_curvature_beyond_float32_is_refused_where_its_products_are_float32()
    {
        var network = new Network(new Dense(4, 4, bias: false), new Dense(4, 4, bias: false));
        float[] w = [.. Enumerable.Repeat(1e-30f, 16), .. Enumerable.Repeat(1e25f, 16)];
        var exact = HessianSpectrum.Find(Objective(network, w, 1), null, null, new() { ExactDimension = 5000 });
        Assert.True(double.IsFinite(exact.LargestEigenvalue) && exact.LargestEigenvalue > 1e49, $"{exact.LargestEigenvalue}");
        foreach (var options in s_ways.Skip(1))
        {
            var message = Assert.Throws<InvalidInputException>(() => HessianSpectrum.Find(Objective(network, w, 1), null, null, options)).Message;
            Assert.StartsWith("the curvature at w* is not finite: its products leave float32 (up to 3.4E+38)", message, StringComparison.Ordinal);
        }
    }

    private static NetworkObjective Objective(Network network, float[] w, float scale)
    {
        var n = network.Inputs;
        var x = new float[n * n];
        for (var i = 0; i < n; i++) x[i * (n + 1)] = scale;
        return new NetworkObjective(network, SquaredError.Sum, new ArrayDataSet(x, n, new float[n * network.Outputs], network.Outputs), w);
    }
}
