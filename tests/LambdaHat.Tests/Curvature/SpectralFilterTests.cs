using LambdaHat.Curvature;
using LambdaHat.Numerics;

namespace LambdaHat.Tests.Curvature;

/// <summary>The filter against the projector itself, which is the same rotation of a diagonal of ones and zeros, and against explicit eigenvectors.</summary>
public class SpectralFilterTests
{
    private static readonly double[] s_spectrum = [.. MatrixOperator.PowerLaw(400, 1.2)];
    private static readonly int[] s_counts = [1, 3, 10, 25, 40];

    // Between eigenvalues k and k + 1.
    private static double[] Thresholds => [.. s_counts.Select(k => Math.Sqrt(s_spectrum[k - 1] * s_spectrum[k]))];

    [Fact]
    public void It_is_the_projection_on_the_eigenspaces_above_each_threshold()
    {
        var w = Start(s_spectrum.Length);
        using var filter = SpectralFilter.Build(MatrixOperator.Rotated(s_spectrum), w, columns: 160);
        var found = new float[w.Length * s_counts.Length];
        filter.Project(Thresholds, found);
        for (var t = 0; t < s_counts.Length; t++)
        {
            var exact = Projection(s_spectrum, Thresholds[t], w);
            var part = found.AsSpan(t * w.Length, w.Length).ToArray();
            // These components have converged: float32's rounding in the basis, 1e-7 a column, is left.
            Assert.InRange(filter.Change(Thresholds[t]), 0, 1e-5);
            Assert.InRange(Distance(exact, part), 0, 2e-5 * Norm(w));
            Assert.Equal(Math.Pow(Norm(part), 2), filter.SquaredNorm(Thresholds[t]), 1e-4 * Math.Pow(Norm(w), 2));
        }
    }

    [Fact]
    public void The_change_says_where_it_has_not_converged()
    {
        var w = Start(s_spectrum.Length);
        using var filter = SpectralFilter.Build(MatrixOperator.Rotated(s_spectrum), w, columns: 25);
        var found = new float[w.Length];
        foreach (var threshold in Thresholds)
        {
            filter.Project([threshold], found);
            var error = Distance(Projection(s_spectrum, threshold, w), found) / Norm(w);
            // The change is an estimate of the error: within a factor of five here, where it is more than rounding.
            Assert.InRange(filter.Change(threshold) + 1e-5, error / 5, double.PositiveInfinity);
        }
        Assert.True(filter.Change(Thresholds[^1]) > 1e-2);
    }

    [Fact]
    public void It_agrees_with_explicit_eigenvectors()
    {
        var operation = MatrixOperator.Rotated(s_spectrum);
        var w = Start(s_spectrum.Length);
        using var pairs = BlockLanczos.Run(operation, new() { Wanted = 40, BlockSize = 8, Tolerance = 1e-6, MaxColumns = 300 });
        Assert.Equal(40, pairs.Converged);
        using var filter = SpectralFilter.Build(operation, w, columns: 160);
        double[] sum = new double[w.Length], thresholds = Thresholds;
        var found = new float[w.Length];
        for (int k = 0, t = 0; k < 40; k++)
        {
            var vector = pairs.Vector(k).ToArray();
            var component = vector.Zip(w, (x, y) => (double)x * y).Sum();
            for (var i = 0; i < sum.Length; i++) sum[i] += component * vector[i];
            if (s_counts[t] != k + 1) continue;
            filter.Project([thresholds[t]], found);
            // An eigenvector with residual r is off by r/gap, at most 1e-6/5e-4 where eigenvalues 40 and 41 are closest.
            Assert.InRange(Distance(sum, found), 0, 2e-3 * Norm(w));
            t++;
        }
    }

    [Fact]
    public void It_ends_with_the_eigenspaces_that_w_has_a_part_in()
    {
        double[] spectrum = [.. Enumerable.Repeat(4.0, 10), .. Enumerable.Repeat(2.0, 20), .. Enumerable.Repeat(1.0, 5), .. new double[165]];
        var w = Start(spectrum.Length);
        using var filter = SpectralFilter.Build(MatrixOperator.Rotated(spectrum), w);
        Assert.Equal((4, true), (filter.Columns, filter.IsComplete));
        var found = new float[w.Length];
        filter.Project([1.5], found);
        Assert.InRange(Distance(Projection(spectrum, 1.5, w), found), 0, 1e-5 * Norm(w));
    }

    [Fact]
    public void Threads_change_no_bit_and_bad_starts_are_refused()
    {
        var operation = MatrixOperator.Rotated(MatrixOperator.PowerLaw(3000, 1));
        var w = Start(3000);
        using var team = new WorkTeam(2);
        using SpectralFilter alone = SpectralFilter.Build(operation, w, 30), shared = SpectralFilter.Build(operation, w, 30, team);
        float[] first = new float[3000], second = new float[3000];
        alone.Project([0.01], first);
        shared.Project([0.01], second);
        Assert.Equal(first, second);
        Assert.Throws<InvalidInputException>(() => SpectralFilter.Build(operation, new float[3000]));
        Assert.Throws<InvalidInputException>(() => SpectralFilter.Build(operation, w.AsSpan(0, 5)));
        Assert.Throws<InvalidInputException>(() => SpectralFilter.Build(operation, w, columns: 0));
    }

    private static float[] Start(int size) => Array.ConvertAll(MatrixOperator.Normal(size, 9, 0), x => (float)x);

    private static double[] Projection(double[] spectrum, double threshold, float[] w)
    {
        var result = new double[w.Length];
        MatrixOperator.Rotated([.. spectrum.Select(value => value > threshold ? 1.0 : 0)]).Multiply(Array.ConvertAll(w, x => (double)x), result);
        return result;
    }

    private static double Distance(double[] x, float[] y) => Math.Sqrt(x.Zip(y, (a, b) => (a - b) * (a - b)).Sum());

    private static double Norm(float[] x) => Math.Sqrt(x.Sum(a => (double)a * a));
}
