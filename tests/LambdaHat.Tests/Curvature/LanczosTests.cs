using LambdaHat.Curvature;
using MathNet.Numerics.LinearAlgebra;

namespace LambdaHat.Tests.Curvature;

/// <summary>The tridiagonal problem against MathNet and a closed form, Lanczos against its own definition.</summary>
public class LanczosTests
{
    [Fact]
    public void Tridiagonal_eigenpairs_match_a_dense_solver()
    {
        var random = new Random(1);
        foreach (var size in new[] { 1, 2, 3, 10, 57 })
        {
            var dense = Matrix<double>.Build.Dense(size, size);
            for (var i = 0; i < size; i++)
            {
                dense[i, i] = Math.Pow(10, -8 * random.NextDouble());
                if (i > 0) dense[i, i - 1] = dense[i - 1, i] = random.Next(8) == 0 ? 0 : Math.Pow(10, -8 * random.NextDouble());
            }
            var reference = dense.Evd(Symmetricity.Symmetric);
            double[] diagonal = [.. dense.Diagonal()], coupling = [.. Enumerable.Range(0, size - 1).Select(i => dense[i, i + 1])];
            var row = new double[size];
            row[0] = 1;
            Tridiagonal.Diagonalise(diagonal, coupling, row);
            // Both solvers are within m·ε·‖T‖ ≤ 57·3·2e-16 of the eigenvalues.
            Assert.All(diagonal.Order().Zip(reference.EigenValues.Select(v => v.Real).Order()), pair => Assert.Equal(pair.Second, pair.First, 1e-13));
            // The row holds first components: Σ s² f(θ) = f(T)_11 whatever the order and however close eigenvalues are; here (T + 1)⁻¹.
            var resolvent = (dense + Matrix<double>.Build.DenseIdentity(size) * 4).Inverse()[0, 0];
            Assert.Equal(resolvent, row.Zip(diagonal, (s, value) => s * s / (value + 4)).Sum(), 1e-13);
        }
    }

    [Fact]
    public void The_second_difference_has_its_known_eigenvalues()
    {
        const int size = 300;
        double[] diagonal = [.. Enumerable.Repeat(2.0, size)], coupling = [.. Enumerable.Repeat(-1.0, size - 1)], row = new double[size];
        row[^1] = 1;
        Tridiagonal.Diagonalise(diagonal, coupling, row);
        for (var k = 0; k < size; k++)
        {
            // θ = 2 − 2 cos φ with φ = πj/(m + 1), last component √(2/(m + 1))·sin(mφ); rounding m·ε·‖T‖ = 3e-13.
            var phase = Math.Acos(1 - (diagonal[k] / 2));
            var index = phase * (size + 1) / Math.PI;
            Assert.Equal(Math.Round(index), index, 1e-7);
            Assert.Equal(2.0 / (size + 1) * Math.Pow(Math.Sin(size * phase), 2), row[k] * row[k], 1e-9);
        }
    }

    [Fact]
    public void Values_that_are_not_finite_do_not_loop_for_ever() =>
        Assert.Throws<ArithmeticException>(() => Tridiagonal.Diagonalise([1, double.NaN, 2], [1, 1], [1, 0, 0]));

    [Fact]
    public void The_basis_is_orthonormal_and_the_projection_tridiagonal()
    {
        const int steps = 60;
        var spectrum = MatrixOperator.PowerLaw(200, 3);
        var operation = MatrixOperator.Rotated(spectrum);
        var lanczos = new Lanczos(operation);
        lanczos.Start(MatrixOperator.Normal(200, 5, 0));
        while (lanczos.Steps < steps) Assert.True(lanczos.Advance());
        var product = new double[200];
        for (var i = 0; i < steps; i++)
        {
            operation.Multiply(lanczos.BasisVector(i), product);
            for (var j = 0; j < steps; j++)
            {
                double inner = 0, projected = 0;
                for (var k = 0; k < 200; k++)
                {
                    inner += lanczos.BasisVector(j)[k] * lanczos.BasisVector(i)[k];
                    projected += lanczos.BasisVector(j)[k] * product[k];
                }
                // Converged eigenvalues (the power law falls fast) cost plain Lanczos its orthogonality; here it stays at rounding, √d·ε ≈ 3e-15.
                Assert.Equal(i == j ? 1 : 0, inner, 1e-13);
                Assert.Equal(i == j ? lanczos.Diagonal[i] : Math.Abs(i - j) == 1 ? lanczos.Coupling[Math.Min(i, j)] : 0, projected, 1e-13);
            }
        }
    }

    [Fact]
    public void It_ends_when_the_start_lies_in_a_small_invariant_space()
    {
        var lanczos = new Lanczos(MatrixOperator.Rotated([5, 5, 5, 2, 2, 0, 0, 0, 0, 0]));
        lanczos.Start(MatrixOperator.Normal(10, 3, 0));
        while (lanczos.Advance()) { }
        Assert.Equal((3, 0.0), (lanczos.Steps, lanczos.Coupling[^1]));
        lanczos.Start(MatrixOperator.Normal(10, 4, 0));
        Assert.Equal((0, false), (lanczos.Steps, lanczos.IsComplete));
    }

    [Fact]
    public void A_start_without_direction_is_refused()
    {
        var lanczos = new Lanczos(MatrixOperator.Rotated([1, 2]));
        Assert.Throws<ArgumentException>(() => lanczos.Start([0, 0]));
        Assert.Throws<ArgumentException>(() => lanczos.Start([1, double.NaN]));
        Assert.Throws<ArgumentException>(() => lanczos.Start([1, 2, 3]));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(2)]
    public void The_largest_eigenvalue_is_found_within_its_tolerance(double exponent)
    {
        var operation = MatrixOperator.Rotated(MatrixOperator.PowerLaw(400, exponent));
        Assert.InRange(LargestEigenvalue.Find(operation), 1 - 1e-3, 1 + 1e-12);
        // The error of a Ritz value is at most its residual squared over the gap, (1e-6)²/0.3 here.
        Assert.Equal(1, LargestEigenvalue.Find(operation, relativeTolerance: 1e-6), 1e-11);
    }
}
