using LambdaHat.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace LambdaHat.Tests.Numerics;

public sealed class SymmetricEigenTests
{
    private static readonly SymmetricEigen Eigen = new();

    // Backward errors of Householder reductions and of the iterations on T grow like √n to n times 2⁻⁵³·‖A‖; 8n bounds both, with
    // room for the constants of two orthogonal similarity transformations. A wrong vector fails by ten orders of magnitude.
    private static double Tolerance(int n, double norm) => 8 * (n + 4) * Math.ScaleB(norm, -53);

    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (var n in (int[])[1, 2, 3, 5, 8, 9, 16, 20, 33, 50, 64, 65, 100, 131, 200, 300])
            {
                foreach (var kind in Spectrum.Kinds) cases.Add(kind, n);
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rows_are_orthonormal_eigenvectors_and_values_are_the_spectrum(string kind, int n) => Check(Eigen, kind, n);

    [Theory]
    [MemberData(nameof(MatrixProductTests.Widths), MemberType = typeof(MatrixProductTests))]
    public void Every_register_width_decomposes(int bits)
    {
        var eigen = new SymmetricEigen(bits);
        foreach (var kind in Spectrum.Kinds)
        {
            foreach (var n in (int[])[3, 27, 90]) Check(eigen, kind, n);
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(5, 3)]
    [InlineData(69, 68)]
    public void Not_a_number_in_the_lower_triangle_gives_not_a_number_everywhere(int row, int column)
    {
        const int n = 70;
        foreach (var bad in (double[])[double.NaN, double.PositiveInfinity, double.NegativeInfinity])
        {
            double[] a = new double[n * n], values = new double[n], alone = new double[n];
            a[(row * n) + column] = bad;
            Eigen.Values(a, n, alone);
            Eigen.Decompose(a, n, values);
            Assert.All(a.Concat(values).Concat(alone), v => Assert.Equal(double.NaN, v));
        }
    }

    // A decomposition of an object that nothing refers to any more works on memory which the collector may take, unless it is kept: collections beside it must change nothing.
    [Fact]
    public void Collections_beside_it_take_none_of_its_memory()
    {
        const int n = 90;
        double[] matrix = new double[n * n], expected = new double[n], values = new double[n];
        for (var i = 0; i < n; i++) for (var j = 0; j < n; j++) matrix[(i * n) + j] = 1.0 / (1 + Math.Abs(i - j)) + (i == j ? i : 0);
        Eigen.Decompose([.. matrix], n, expected);
        using var stop = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            // Pinned memory that was given back is taken and written over.
            while (!stop.IsCancellationRequested)
            {
                GC.Collect();
                for (var i = 1; i <= 16; i++) GC.AllocateUninitializedArray<double>(n * n * i / 8, pinned: true).AsSpan().Fill(double.NaN);
            }
        });
        collector.Start();
        try
        {
            for (var k = 0; k < 100; k++)
            {
                new SymmetricEigen().Decompose([.. matrix], n, values);
                Assert.Equal(expected, values);
            }
        }
        finally
        {
            stop.Cancel();
            collector.Join();
        }
    }

    [Fact]
    public void The_lower_triangle_alone_is_read()
    {
        var (matrix, _) = Spectrum.Matrix("random", 60);
        double[] a = matrix.ToRowMajorArray(), lower = [.. a], values = new double[60], expected = new double[60];
        for (var i = 0; i < 60; i++) lower.AsSpan((i * 60) + i + 1, 59 - i).Fill(double.NaN);
        Eigen.Decompose(a, 60, expected);
        Eigen.Decompose(lower, 60, values);
        Assert.Equal(expected, values);
        Assert.Equal(a, lower);
    }

    [Fact]
    public void A_diagonal_matrix_gives_its_diagonal_and_unit_vectors_exactly()
    {
        const int n = 80;
        var random = new Random(4);
        double[] diagonal = [.. Enumerable.Range(0, n).Select(_ => random.NextDouble() - 0.5)], a = new double[n * n], values = new double[n];
        for (var i = 0; i < n; i++) a[(i * n) + i] = diagonal[i];
        Eigen.Decompose(a, n, values);
        Assert.Equal(diagonal.Order(), values);
        for (var i = 0; i < n; i++)
        {
            var at = Array.IndexOf(diagonal, values[i]);
            for (var j = 0; j < n; j++) Assert.Equal(j == at ? 1 : 0, a[(i * n) + j]);
        }
    }

    [Fact]
    public void Repeated_decompositions_do_not_allocate_and_spans_are_checked()
    {
        var eigen = new SymmetricEigen();
        double[] a = new double[90 * 90], values = new double[90];
        long allocated = -1;
        for (var round = 0; round < 2; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < a.Length; i++) a[i] = Math.Sin(i);
            eigen.Values(a, 90, values);
            eigen.Decompose(a, 90, values);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.Equal(0, allocated);
        Assert.Throws<ArgumentException>(() => eigen.Decompose(a, 91, new double[91]));
        Assert.Throws<ArgumentException>(() => eigen.Decompose(a, 90, new double[89]));
        eigen.Decompose([], 0, []);
    }

    private static void Check(SymmetricEigen eigen, string kind, int n)
    {
        var (a, expected) = Spectrum.Matrix(kind, n);
        var rows = a.ToRowMajorArray();
        double[] values = new double[n], alone = new double[n];
        eigen.Values(rows, n, alone);
        eigen.Decompose(rows, n, values);
        var norm = expected.Max(Math.Abs);
        var tolerance = Tolerance(n, norm);
        var r = Matrix<double>.Build.DenseOfRowMajor(n, n, rows);
        // In units of the largest element, so that squares neither overflow nor vanish.
        var unit = norm == 0 ? 1 : norm;
        var residual = (r * (a / unit)) - (Matrix<double>.Build.DenseOfDiagonalArray([.. values.Select(v => v / unit)]) * r);
        for (var i = 0; i < n; i++)
        {
            Assert.True(residual.Row(i).L2Norm() * unit <= tolerance, $"residual {residual.Row(i).L2Norm() * unit} of {i}, tolerance {tolerance}");
            // The reference has errors of its own, as large.
            Assert.InRange(values[i] - expected[i], -2 * tolerance, 2 * tolerance);
            Assert.InRange(alone[i] - expected[i], -2 * tolerance, 2 * tolerance);
            if (i > 0) Assert.True(values[i] >= values[i - 1] && alone[i] >= alone[i - 1]);
        }
        var departure = (r * r.Transpose()) - Matrix<double>.Build.DenseIdentity(n);
        Assert.True(departure.FrobeniusNorm() <= Tolerance(n, 1), $"orthogonality {departure.FrobeniusNorm()}, tolerance {Tolerance(n, 1)}");
    }
}
