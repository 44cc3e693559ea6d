using LambdaHat.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace LambdaHat.Tests.Numerics;

/// <summary>Singular value decompositions of matrices whose singular values are known, over sixteen orders of magnitude.</summary>
public sealed class RangeBasisTests
{
    // X = U·diag(10^−(span·i/(c − 1)))·Vᵀ with random rotations. Backward errors of either way are a small multiple of n·2⁻⁵³ of the largest s² or s: 16 (a + n) bounds them. That X itself is rounded moves s by √(an)·2⁻⁵³.
    [Theory]
    [InlineData(6, 6, 4, false)]
    [InlineData(6, 6, 4, true)]
    [InlineData(12, 12, 16, true)]
    [InlineData(40, 12, 16, true)]
    [InlineData(12, 40, 16, true)]
    [InlineData(60, 60, 12, true)]
    [InlineData(60, 60, 30, true)]
    [InlineData(1, 5, 0, true)]
    public void Values_and_rows_are_those_of_the_matrix(int vectors, int size, double span, bool refined)
    {
        var count = Math.Min(vectors, size);
        double[] known = [.. Enumerable.Range(0, count).Select(i => Math.Pow(10, -span * i / Math.Max(count - 1, 1))).Order()];
        var u = Rotation(vectors, 1).SubMatrix(0, vectors, 0, count);
        var v = Rotation(size, 2).SubMatrix(0, size, 0, count);
        var matrix = u * Matrix<double>.Build.DenseOfDiagonalArray(known) * v.Transpose();
        double[] x = [.. matrix.ToRowMajorArray()];

        var basis = new RangeBasis(vectors, size);
        if (refined) basis.UpdateRefined(x);
        else basis.Update(x);

        var tolerance = 16 * (vectors + size) * Math.ScaleB(1, -53);
        if (!refined)
        {
            for (var i = 0; i < count; i++) Assert.Equal(known[i] * known[i], basis.Squares[i], tolerance);
            return;
        }
        for (var i = 0; i < count; i++) Assert.Equal(known[i], Math.Sqrt(basis.Squares[i]), tolerance);
        var rows = Matrix<double>.Build.DenseOfRowMajor(count, size, basis.Rows);
        var left = Matrix<double>.Build.DenseOfRowMajor(count, vectors, basis.Left.ToArray());
        var values = Matrix<double>.Build.DenseOfDiagonalArray([.. basis.Squares.Select(Math.Sqrt)]);
        // The rows that X reaches above rounding are orthonormal; in a wide matrix those below it may be zero.
        var gram = rows * rows.Transpose();
        for (var i = 0; i < count; i++)
            for (var j = 0; j < count; j++)
                if (known[Math.Min(i, j)] > tolerance) Assert.Equal(i == j ? 1 : 0, gram[i, j], tolerance);
        Assert.True((matrix - (left.Transpose() * values * rows)).FrobeniusNorm() < tolerance * Math.Sqrt(count), "left·values·rows is not X");
        Assert.True(((matrix * rows.Transpose()) - (left.Transpose() * values)).FrobeniusNorm() < tolerance * Math.Sqrt(count), "rows are not singular vectors");
    }

    // Wide, tall and square ones in turn over one workspace, refined and not: the bits of those with their own.
    [Fact]
    public void A_shared_workspace_changes_nothing()
    {
        var shared = new RangeWorkspace();
        (int Vectors, int Size)[] shapes = [(5, 12), (30, 9), (12, 12), (20, 31), (3, 4)];
        RangeBasis[] own = [.. shapes.Select(s => new RangeBasis(s.Vectors, s.Size))], others = [.. shapes.Select(s => new RangeBasis(s.Vectors, s.Size, shared))];
        for (var round = 0; round < 3; round++)
        {
            foreach (var (i, (vectors, size)) in shapes.Index())
            {
                double[] x = [.. Matrix<double>.Build.Random(vectors, size, (10 * round) + i).ToRowMajorArray()];
                foreach (var basis in (RangeBasis[])[own[i], others[i]])
                {
                    if (round == 1) basis.UpdateRefined(x);
                    else basis.Update(x);
                }
                Assert.Equal(own[i].Rows, others[i].Rows);
                Assert.Equal(own[i].Squares, others[i].Squares);
                if (round == 1) Assert.Equal(own[i].Left.ToArray(), others[i].Left.ToArray());
            }
        }
    }

    // Squares would lose everything below 1e-8 of the largest: the reason for the refinement.
    [Fact]
    public void Squares_alone_do_not_resolve_what_the_refinement_does()
    {
        var matrix = Rotation(8, 3) * Matrix<double>.Build.DenseOfDiagonalArray([1, 1, 1, 1, 1e-11, 1e-11, 1e-11, 1e-11]) * Rotation(8, 4);
        var basis = new RangeBasis(8, 8);
        basis.UpdateRefined(matrix.ToRowMajorArray());
        Assert.All(basis.Squares[..4], square => Assert.InRange(Math.Sqrt(square), 0.9e-11, 1.1e-11));
        basis.Update(matrix.ToRowMajorArray());
        Assert.DoesNotContain(basis.Squares[..4], square => Math.Sqrt(square) is > 0.9e-11 and < 1.1e-11);
    }

    // A rank, far below it what float32 makes of the rest, and exact zeros: the refinement goes down to rounding and must stop there.
    [Theory]
    [InlineData(423, 192, 143)]
    [InlineData(300, 300, 100)]
    [InlineData(120, 60, 40)]
    public void Rows_stay_orthonormal_where_nothing_is_left_to_refine(int size, int vectors, int rank)
    {
        var build = Matrix<double>.Build;
        var matrix = (build.Random(vectors, rank, 1) * build.Random(rank, size, 2)) + (1e-6 * build.Random(vectors, size, 3));
        var x = new double[size * size];
        matrix.ToRowMajorArray().CopyTo(x, 0);
        var basis = new RangeBasis(size, size);
        basis.UpdateRefined(x);

        var tolerance = 16 * 2 * size * Math.ScaleB(1, -53);
        var rows = build.DenseOfRowMajor(size, size, basis.Rows);
        Assert.True(((rows * rows.Transpose()) - build.DenseIdentity(size)).Enumerate().All(e => Math.Abs(e) <= tolerance), "not orthonormal");
        double[] known = [.. Enumerable.Repeat(0.0, size - Math.Min(vectors, size)), .. matrix.Svd(false).S.Order()];
        for (var i = 0; i < size; i++) Assert.Equal(known[i], Math.Sqrt(basis.Squares[i]), tolerance * known[^1]);
    }

    private static Matrix<double> Rotation(int n, int seed) => Matrix<double>.Build.Random(n, n, seed).QR().Q;
}
