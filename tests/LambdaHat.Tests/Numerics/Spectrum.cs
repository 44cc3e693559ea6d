using MathNet.Numerics.LinearAlgebra;

namespace LambdaHat.Tests.Numerics;

/// <summary>Symmetric matrices with known spectra, A = Q·diag(λ)·Qᵀ for a random orthogonal Q.</summary>
internal static class Spectrum
{
    public static readonly string[] Kinds =
        ["random", "gram", "low rank", "clustered", "graded", "repeated", "zero", "identity", "diagonal", "tridiagonal", "glued", "huge", "small"];

    /// <summary>The matrix and its eigenvalues, ascending: those it was made from, or MathNet's.</summary>
    public static (Matrix<double> A, double[] Values) Matrix(string kind, int n)
    {
        var random = new Random(n);
        double Uniform() => (2 * random.NextDouble()) - 1;
        return kind switch
        {
            "random" => Measured(Matrix<double>.Build.Dense(n, n, (_, _) => Uniform())),
            "huge" => Measured(Matrix<double>.Build.Dense(n, n, (_, _) => 1e200 * Uniform())),
            "small" => Measured(Matrix<double>.Build.Dense(n, n, (_, _) => 1e-200 * Uniform())),
            "gram" => Gram(n, 2 * n),
            "low rank" => Gram(n, (n / 3) + 1),
            "clustered" => Of(n, i => 1 + (i % 3) + (1e-13 * i)),
            "graded" => Of(n, i => n == 1 ? 1e6 : Math.Pow(10, -14 + (20.0 * i / (n - 1)))),
            "repeated" => Of(n, i => i < n / 2 ? -2 : 3),
            "zero" => Measured(Matrix<double>.Build.Dense(n, n)),
            "identity" => Measured(Matrix<double>.Build.DenseIdentity(n)),
            "diagonal" => Measured(Matrix<double>.Build.DenseDiagonal(n, n, _ => Uniform())),
            // Wilkinson's W₂₁⁺, many times, hardly coupled: pairs of eigenvalues, each as often as there are copies, all but equal.
            "glued" => Measured(Matrix<double>.Build.Dense(
                n, n, (i, j) => i == j ? Math.Abs((i % 21) - 10) : Math.Abs(i - j) != 1 ? 0 : Math.Max(i, j) % 21 == 0 ? 1e-8 : 1)),
            "tridiagonal" => (
                Matrix<double>.Build.Dense(n, n, (i, j) => i == j ? 2 : Math.Abs(i - j) == 1 ? -1 : 0),
                [.. Enumerable.Range(1, n).Select(j => 4 * Math.Pow(Math.Sin(j * Math.PI / (2 * (n + 1))), 2))]),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };

        (Matrix<double>, double[]) Gram(int size, int samples)
        {
            var x = Matrix<double>.Build.Dense(size, samples, (_, _) => Uniform());
            return Measured(x * x.Transpose());
        }

        (Matrix<double>, double[]) Of(int size, Func<int, double> value)
        {
            var q = Matrix<double>.Build.Dense(size, size, (_, _) => Uniform()).QR().Q;
            var values = Enumerable.Range(0, size).Select(value).Order().ToArray();
            return (Symmetric(q * Matrix<double>.Build.DenseOfDiagonalArray(values) * q.Transpose()), values);
        }
    }

    private static Matrix<double> Symmetric(Matrix<double> a) => (a + a.Transpose()) / 2;

    private static (Matrix<double> A, double[] Values) Measured(Matrix<double> a)
    {
        var symmetric = Symmetric(a);
        var scale = symmetric.Enumerate().Max(Math.Abs);
        if (scale == 0) return (symmetric, new double[a.RowCount]);
        return (symmetric, [.. (symmetric / scale).Evd(Symmetricity.Symmetric).EigenValues.Select(v => v.Real * scale).Order()]);
    }
}
