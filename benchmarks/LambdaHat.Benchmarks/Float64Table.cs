using System.Diagnostics;
using System.Globalization;
using LambdaHat.Numerics;
using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace LambdaHat.Benchmarks;

/// <summary>
/// Times symmetric eigendecompositions (with MathNet's managed one beside them) and float64 products on one thread: the best of
/// repeated runs, as markdown tables.
/// </summary>
internal static class Float64Table
{
    private const double MinimumSeconds = 0.5;
    private static readonly int[] Sizes = [20, 50, 100, 160, 300, 500, 1000];

    public static int Run(string[] sizes)
    {
        Control.UseSingleThread();
        Control.UseManaged();
        int[] chosen = sizes.Length > 0 ? [.. sizes.Select(s => int.Parse(s, CultureInfo.InvariantCulture))] : Sizes;
        Console.WriteLine("| n | vectors (ms) | values only (ms) | MathNet Evd (ms) | MathNet / ours |\n|---|---|---|---|---|");
        foreach (var n in chosen) Console.WriteLine(Eigen(n));
        Console.WriteLine("\n| n | A·B (GFLOP/s) | A·Bᵀ | Aᵀ·B | X·Xᵀ of float32, n × 4n, its half counted |\n|---|---|---|---|---|");
        foreach (var n in chosen) Console.WriteLine(Product(n));
        return 0;
    }

    private static string Eigen(int n)
    {
        var a = Random(n * n, n);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < i; j++) a[(j * n) + i] = a[(i * n) + j];
        }
        double[] copy = new double[n * n], values = new double[n];
        var eigen = new SymmetricEigen();
        var ours = Best(() =>
        {
            a.CopyTo(copy, 0);
            eigen.Decompose(copy, n, values);
        });
        var alone = Best(() =>
        {
            a.CopyTo(copy, 0);
            eigen.Values(copy, n, values);
        });
        var matrix = Matrix<double>.Build.DenseOfColumnMajor(n, n, a);
        var theirs = Best(() => matrix.Evd(Symmetricity.Symmetric));
        return string.Create(CultureInfo.InvariantCulture, $"| {n} | {ours * 1000:0.####} | {alone * 1000:0.####} | {theirs * 1000:0.####} | {theirs / ours:0.0} |");
    }

    private static string Product(int n)
    {
        double[] a = Random(n * n, 1), b = Random(n * n, 2), c = new double[n * n];
        var product = new DoubleProduct();
        double Rate(bool ta, bool tb) => 2e-9 * n * n * n / Best(() => product.Multiply(n, n, n, a, ta, b, tb, c));
        float[] x = [.. Random(4 * n * n, 3).Select(v => (float)v)];
        var gram = 4e-9 * n * n * (n + 1) / Best(() => product.GramDouble(new ReadOnlyMatrix(x, n, 4 * n), c));
        return string.Create(CultureInfo.InvariantCulture, $"| {n} | {Rate(false, false):0.0} | {Rate(false, true):0.0} | {Rate(true, false):0.0} | {gram:0.0} |");
    }

    private static double[] Random(int length, int seed)
    {
        var random = new Random(seed);
        var result = new double[length];
        foreach (ref var value in result.AsSpan()) value = (2 * random.NextDouble()) - 1;
        return result;
    }

    private static double Best(Action action)
    {
        for (var warm = 0; warm < 2; warm++) action();
        var (best, spent) = (double.MaxValue, 0.0);
        for (var count = 1; spent < MinimumSeconds;)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < count; i++) action();
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            spent += seconds;
            if (seconds < 0.002) count *= 2;
            else best = Math.Min(best, seconds / count);
        }
        return best;
    }
}
