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
    public void Rows_are_orthonormal_eigenvectors_and_values_are_the_spectrum(string kind, int n)
    {
        var (a, expected) = Spectrum.Matrix(kind, n);
        var rows = a.ToRowMajorArray();
        double[] values = new double[n], alone = new double[n];
        Eigen.Values(rows, n, alone);
        Eigen.Decompose(rows, n, values);
        var norm = expected.Max(Math.Abs);
        var tolerance = Tolerance(n, norm);
        var r = Matrix<double>.Build.DenseOfRowMajor(n, n, rows);
        var residual = (r * a) - (Matrix<double>.Build.DenseOfDiagonalArray(values) * r);
        for (var i = 0; i < n; i++)
        {
            Assert.True(residual.Row(i).L2Norm() <= tolerance, $"residual {residual.Row(i).L2Norm()} of {i}, tolerance {tolerance}");
            Assert.InRange(values[i] - expected[i], -2 * tolerance, 2 * tolerance);
            Assert.InRange(alone[i] - expected[i], -2 * tolerance, 2 * tolerance);
            if (i > 0) Assert.True(values[i] >= values[i - 1] && alone[i] >= alone[i - 1]);
        }
        var departure = (r * r.Transpose()) - Matrix<double>.Build.DenseIdentity(n);
        Assert.True(departure.L2Norm() <= Tolerance(n, 1), $"orthogonality {departure.L2Norm()}");
    }
}
