using LambdaHat.Numerics;

namespace LambdaHat.Data;

/// <summary>
/// Matrix factorisation as a regression: an n × n matrix A with independent N(0, 1/n) entries (full rank with probability 1), n linearly independent inputs
/// x_i and targets A·x_i. The inputs are √n times a random orthonormal basis, so that their second moment (1/n)·Σ x_i·x_iᵀ is the identity. As data,
/// <c>matrix-factorisation:20</c> with the option <c>seed</c> (default 0).
/// </summary>
public static class MatrixFactorisation
{
    /// <summary>The largest n.</summary>
    public const int MaxSize = 2048;

    internal static DataScheme Scheme { get; } = new("matrix-factorisation", "size", ["seed"], "matrix-factorisation:N, such as matrix-factorisation:20",
        (spec, _) => Arrays(spec.Size(1, MaxSize), spec.Whole("seed", 0, 0, ulong.MaxValue)))
    {
        Check = spec => { spec.Size(1, MaxSize); spec.Whole("seed", 0, 0, ulong.MaxValue); },
    };

    /// <summary>The n samples of a seed.</summary>
    /// <exception cref="InvalidInputException">n is not in [1, <see cref="MaxSize"/>].</exception>
    public static ArrayDataSet Create(int n, ulong seed = 0)
    {
        if (n is < 1 or > MaxSize) throw new InvalidInputException($"matrix factorisation: expected a size from 1 to {MaxSize}, got {n}");
        var arrays = Arrays(n, seed);
        return new ArrayDataSet(arrays.Inputs.Values, n, arrays.Targets.Values, n);
    }

    /// <summary>A, row-major, the matrix to be found.</summary>
    public static float[] Target(int n, ulong seed = 0) => [.. Normals(n * n, seed, 0).Select(z => (float)(z / Math.Sqrt(n)))];

    private static SampleArrays Arrays(int n, ulong seed)
    {
        var a = Target(n, seed);
        var basis = Orthonormal(n, seed);
        var x = new float[n * n];
        for (var i = 0; i < x.Length; i++) x[i] = (float)(Math.Sqrt(n) * basis[i]);
        var y = new float[n * n];
        for (var s = 0; s < n; s++)
        {
            for (var row = 0; row < n; row++)
            {
                var sum = 0.0;
                for (var k = 0; k < n; k++) sum += (double)a[(row * n) + k] * x[(s * n) + k];
                y[(s * n) + row] = (float)sum;
            }
        }
        return new SampleArrays(new Tensor("x", [n, n], x), new Tensor("y", [n, n], y));
    }

    // Rows: Gram-Schmidt, twice, of normal vectors.
    private static double[] Orthonormal(int n, ulong seed)
    {
        var q = Normals(n * n, seed, 1);
        for (var i = 0; i < n; i++)
        {
            var row = q.AsSpan(i * n, n);
            for (var pass = 0; pass < 2; pass++)
            {
                for (var j = 0; j < i; j++)
                {
                    var other = q.AsSpan(j * n, n);
                    var overlap = System.Numerics.Tensors.TensorPrimitives.Dot<double>(row, other);
                    for (var k = 0; k < n; k++) row[k] -= overlap * other[k];
                }
            }
            var norm = Math.Sqrt(System.Numerics.Tensors.TensorPrimitives.SumOfSquares<double>(row));
            foreach (ref var value in row) value /= norm;
        }
        return q;
    }

    // Box-Muller, in float64.
    private static double[] Normals(int count, ulong seed, long part)
    {
        var words = new uint[(count + 1) / 2 * 2];
        new RandomStream(seed, RandomPurpose.Data, 0, part).Fill(words);
        var result = new double[words.Length];
        for (var i = 0; i < words.Length; i += 2)
        {
            var radius = Math.Sqrt(-2 * Math.Log((words[i] + 0.5) / 4294967296.0));
            (result[i + 1], result[i]) = Math.SinCos(2 * Math.PI * words[i + 1] / 4294967296.0);
            result[i] *= radius;
            result[i + 1] *= radius;
        }
        return count == result.Length ? result : result[..count];
    }
}
