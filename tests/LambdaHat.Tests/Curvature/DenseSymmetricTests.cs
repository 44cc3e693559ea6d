using LambdaHat.Curvature;
using LambdaHat.Lapack;
using LambdaHat.Tests.Numerics;

namespace LambdaHat.Tests.Curvature;

/// <summary>Inertia and eigenvalues of dense matrices against the spectra that they were made from, with and without LAPACK.</summary>
public class DenseSymmetricTests
{
    private const int Size = 150;

    private static readonly string[] s_kinds = ["random", "gram", "low rank", "graded", "repeated", "identity", "diagonal", "tridiagonal", "glued"];

    [Fact]
    public void The_managed_path_counts_and_finds_all_eigenvalues() => CheckAll(useNative: false);

    [LapackFact]
    public void Lapack_counts_and_finds_all_eigenvalues() => CheckAll(useNative: true);

    [LapackFact]
    public void Both_paths_agree_at_any_threshold()
    {
        var (a, values) = Spectrum.Matrix("random", Size);
        double[] thresholds = [.. Enumerable.Range(0, Size - 1).Select(i => (values[i] + values[i + 1]) / 2), -100, 100];
        using var native = Filled<double>(a.ToRowMajorArray(), Size, true);
        using var managed = Filled<double>(a.ToRowMajorArray(), Size, false);
        Assert.Equal(managed.InertiaAt(thresholds), native.InertiaAt(thresholds));
    }

    [LapackFact]
    public void Questions_leave_the_matrix_as_it_is()
    {
        var (a, _) = Spectrum.Matrix("gram", Size);
        using var matrix = Filled<float>(a.ToRowMajorArray(), Size, true);
        float[] Copy() => [.. Enumerable.Range(0, Size).SelectMany(i => matrix.LowerRow(i).ToArray())];
        var before = Copy();
        var (inertia, values) = (matrix.InertiaAt(20), matrix.Eigenvalues());
        Assert.Equal(inertia, matrix.InertiaAt(20));
        Assert.Equal(values, matrix.Eigenvalues());
        Assert.Equal(before, Copy());
    }

    [LapackFact]
    public void Eigenvectors_of_large_matrices_come_from_lapack_and_agree_with_the_spectrum()
    {
        // The second difference, λ_j = 4 sin²(jπ/2(n + 1)); errors of dsyevd are a small multiple of n·ε·‖T‖ at most, 1.4e-12.
        const int n = SymmetricSolver.ManagedSize + 1;
        double[] matrix = new double[n * n], values = new double[n];
        for (var i = 0; i < n; i++)
        {
            matrix[(i * n) + i] = 2;
            if (i > 0) matrix[(i * n) + i - 1] = matrix[((i - 1) * n) + i] = -1;
        }
        new SymmetricSolver(2, useNative: true).Decompose(matrix, n, values);
        for (var j = 0; j < n; j++) Assert.Equal(4 * Math.Pow(Math.Sin((j + 1) * Math.PI / (2 * (n + 1))), 2), values[j], 2e-12);
        foreach (var j in new[] { 0, 1, n / 2, n - 1 })
        {
            double Element(int i) => i < 0 || i >= n ? 0 : matrix[(j * n) + i];
            for (var i = 0; i < n; i++) Assert.Equal(values[j] * Element(i), (2 * Element(i)) - Element(i - 1) - Element(i + 1), 2e-12);
        }
    }

    [LapackFact]
    public void The_library_has_what_is_needed()
    {
        var library = LapackLibrary.Require("a test");
        Assert.Equal(library.Name.Contains("64", StringComparison.Ordinal), library.HasWideIntegers);
    }

    [LapackFact]
    public unsafe void Either_width_of_integers_is_understood()
    {
        var (a, values) = Spectrum.Matrix("random", Size);
        var (below, error) = (values.Count(value => value < 0), Size * 1.1e-16 * values.Max(Math.Abs));
        var libraries = new[] { "libopenblas64.so.0", "libopenblas.so.0" }.Select(LapackLibrary.Load).OfType<LapackLibrary>().ToArray();
        Assert.NotEmpty(libraries);
        foreach (var library in libraries)
        {
            var routines = new SymmetricRoutines(library, 2);
            double[] matrix = a.ToRowMajorArray(), found = new double[Size], vectors = new double[Size];
            fixed (double* pointer = matrix)
            {
                var pivots = routines.Factorise(pointer, Size, Size);
                // A pair of equal negative numbers is a 2×2 block, which has one eigenvalue of each sign.
                Assert.Equal(below, Enumerable.Range(0, Size).Count(i => pivots[i] > 0 && matrix[(i * Size) + i] < 0) + (pivots.Count(p => p < 0) / 2));
                a.ToRowMajorArray().CopyTo(matrix, 0);
                using (var reduction = new BandReduction<double>(library, 2, pointer, Size, Size))
                {
                    while (!reduction.IsDone) reduction.Advance();
                    found = reduction.Band().Eigenvalues();
                }
                a.ToRowMajorArray().CopyTo(matrix, 0);
                routines.Decompose(pointer, Size, vectors);
            }
            for (var i = 0; i < Size; i++)
            {
                Assert.InRange(found[i] - values[i], -error, error);
                Assert.InRange(vectors[i] - values[i], -error, error);
            }
        }
    }

    [Fact]
    public void Sizes_beyond_the_managed_limit_are_refused_without_the_library()
    {
        using var matrix = new DenseSymmetric<float>(DenseSymmetric.ManagedLimit + 1, useNativeLibrary: false);
        Assert.Equal("the inertia without a native library: expected a dimension of at most 5000, got 5001", Assert.Throws<InvalidInputException>(() => matrix.InertiaAt(0)).Message);
        Assert.Throws<InvalidInputException>(matrix.Eigenvalues);
        Assert.Throws<NotSupportedException>(() => new DenseSymmetric<Half>(3));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_not_finite_is_refused(bool useNative)
    {
        using var matrix = Filled<double>([double.NaN, 0, 0, 1], 2, useNative);
        Assert.Throws<ArithmeticException>(() => matrix.InertiaAt(0));
        Assert.Throws<InvalidInputException>(() => matrix.InertiaAt(double.NaN));
    }

    private static void CheckAll(bool useNative)
    {
        foreach (var kind in s_kinds)
        {
            var (a, values) = Spectrum.Matrix(kind, Size);
            Check<double>(a.ToRowMajorArray(), values, useNative, 1.1e-16);
            Check<float>(a.ToRowMajorArray(), values, useNative, 6e-8);
        }
    }

    // Backward errors of both ways, and the rounding of the elements to T, are below d·ε·‖G‖: thresholds are put where no eigenvalue is that close.
    private static void Check<T>(double[] a, double[] values, bool useNative, double epsilon)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        using var matrix = Filled<T>(a, Size, useNative);
        var error = Size * epsilon * values.Max(Math.Abs);
        var found = matrix.Eigenvalues();
        for (var i = 0; i < Size; i++) Assert.InRange(found[i] - values[i], -error, error);
        double[] thresholds = [.. values.Zip(values.Skip(1), (x, y) => (x + y) / 2).Append(values[^1] + 1).Append(values[0] - 1).Append(0).Where(t => values.All(v => Math.Abs(v - t) > error))];
        Assert.True(thresholds.Length >= 2);
        var inertia = matrix.InertiaAt(thresholds);
        for (var t = 0; t < thresholds.Length; t++) Assert.Equal(new Inertia(values.Count(v => v > thresholds[t]), 0, values.Count(v => v < thresholds[t])), inertia[t]);
    }

    internal static DenseSymmetric<T> Filled<T>(double[] a, int size, bool useNative)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var matrix = new DenseSymmetric<T>(size, 2, useNative);
        for (var i = 0; i < size; i++)
            for (var j = 0; j <= i; j++)
                matrix.LowerRow(i)[j] = T.CreateChecked(a[(i * size) + j]);
        return matrix;
    }
}
