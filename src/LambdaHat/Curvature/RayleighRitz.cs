using LambdaHat.Numerics;

namespace LambdaHat.Curvature;

/// <summary>
/// The eigenpairs of G on the span of the float32 rows X of a basis: H = X·G·Xᵀ and N = X·Xᵀ in float64 from products with G, then N^(−½)·H·N^(−½) = Σ θ_i r_iᵀr_i.
/// The rows become the Ritz vectors r·N^(−½)·X, θ descending. Values carry float64's rounding and the square of the angle between the span and the eigenvectors.
/// </summary>
internal sealed class RayleighRitz(SymmetricOperator operation, BasisRows x, WorkTeam? team, SymmetricSolver solver)
{
    /// <summary>Rounding of N's own elements; farther from the unit matrix it is corrected.</summary>
    private const double Orthonormal = 1e-15;

    private const int MaximumCorrections = 12;

    private readonly SharedDoubleProduct _product = new(team);

    /// <summary>
    /// Rotates the rows, and gives their values and the norms ‖G·v − θ·v‖/‖v‖, from products that went through the same rotation in float32; <paramref name="block"/> vectors a product, after which
    /// <paramref name="multiplied"/> hears how many there were. An interruption between two products leaves the rows as they are.
    /// </summary>
    public (double[] Values, double[] Residuals) Refine(int block, Action<int>? multiplied = null, CancellationToken cancellation = default)
    {
        var k = x.Count;
        using var gx = new BasisRows(x.Dimension, team);
        gx.Resize(k);
        var (h, n) = Matrices(block, gx, multiplied, cancellation);
        double[] z = InverseRoot(n, k), a = n, values = new double[k], rows = new double[(long)k * k];
        _product.Multiply(k, k, k, z, h, a);
        _product.Multiply(k, k, k, a, z, rows);
        Symmetrise(rows, k);
        solver.Decompose(rows, k, values);
        _product.Multiply(k, k, k, rows, z, a);
        using var rotation = new AlignedMemory(k * k);
        for (var i = 0; i < k; i++)
            for (var j = 0; j < k; j++)
                rotation.Span[(i * k) + j] = (float)a[((k - 1 - i) * k) + j];
        Array.Reverse(values);
        x.Replace(rotation, k);
        gx.Replace(rotation, k);
        var residuals = new double[k];
        for (var i = 0; i < k; i++)
            residuals[i] = Math.Sqrt(WideSum.Squares(gx.Row(i), -values[i], x.Row(i)) / WideSum.Squares(x.Row(i)));
        return (values, residuals);
    }

    private (double[] H, double[] N) Matrices(int block, BasisRows gx, Action<int>? multiplied, CancellationToken cancellation)
    {
        int k = x.Count, d = x.Dimension;
        var projection = new WideProjection(x, team);
        double[] h = new double[(long)k * k], n = new double[(long)k * k], wide = new double[(long)block * d], part = new double[k * block];
        var narrow = new float[(long)block * d];
        for (var start = 0; start < k; start += block)
        {
            cancellation.ThrowIfCancellationRequested();
            var columns = Math.Min(block, k - start);
            for (var j = 0; j < columns; j++) x.Row(start + j).CopyTo(narrow.AsSpan(j * d, d));
            for (var i = 0; i < columns * d; i++) wide[i] = narrow[i];
            projection.Project(start + columns, wide, columns, part);
            Store(part, start, columns, k, n);
            operation.MultiplyBlock(narrow.AsSpan(0, columns * d), wide.AsSpan(0, columns * d), columns);
            projection.Project(start + columns, wide, columns, part);
            Store(part, start, columns, k, h);
            for (var j = 0; j < columns; j++)
            {
                var row = gx.Row(start + j);
                for (var i = 0; i < d; i++) row[i] = (float)wide[(j * d) + i];
            }
            multiplied?.Invoke(start + columns);
        }
        Symmetrise(h, k);
        return (h, n);
    }

    private static void Store(double[] part, int start, int columns, int k, double[] matrix)
    {
        for (var i = 0; i < start + columns; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                matrix[(i * k) + start + j] = part[(i * columns) + j];
                if (i < start) matrix[((start + j) * k) + i] = part[(i * columns) + j];
            }
        }
    }

    private static void Symmetrise(double[] matrix, int n)
    {
        for (var i = 0; i < n; i++)
            for (var j = 0; j < i; j++)
                matrix[(i * n) + j] = matrix[(j * n) + i] = (matrix[(i * n) + j] + matrix[(j * n) + i]) / 2;
    }

    // N^(−½) by Z ← Z·(3 − N·Z²)/2 from Z = 1: the error squares with every step, and N is within 1e-6 of the unit matrix at the start.
    private double[] InverseRoot(double[] n, int k)
    {
        double[] z = new double[n.Length], square = new double[n.Length], factor = new double[n.Length];
        for (var i = 0; i < k; i++) z[(i * k) + i] = 1;
        for (var step = 0; ; step++)
        {
            if (step == 0) n.CopyTo(factor, 0);
            else
            {
                _product.Multiply(k, k, k, z, z, square);
                _product.Multiply(k, k, k, n, square, factor);
            }
            var distance = 0.0;
            for (var i = 0; i < k; i++)
            {
                var sum = 0.0;
                for (var j = 0; j < k; j++)
                {
                    ref var element = ref factor[(i * k) + j];
                    var unit = i == j ? 1.0 : 0;
                    sum += Math.Abs(element - unit);
                    element = ((3 * unit) - element) / 2;
                }
                distance = Math.Max(distance, sum);
            }
            if (distance <= Orthonormal * (k + 4)) return z;
            if (step == MaximumCorrections || !(distance < 1)) throw new ArithmeticException($"Ritz vectors depart from orthonormality by {distance}");
            _product.Multiply(k, k, k, z, factor, square);
            (z, square) = (square, z);
        }
    }
}
