using System.Numerics.Tensors;
using LambdaHat.Numerics;

namespace LambdaHat.Curvature;

/// <summary>
/// Makes the next block of an orthonormal basis: block Gram–Schmidt against the whole basis, then within the block by the eigenvectors of its Gram matrix, all of it at
/// least twice and until nothing is lost any more. Directions that are rounding are replaced by random ones.
/// </summary>
internal sealed class BlockOrthogonaliser(BasisRows basis, int blockSize, ulong seed, WorkTeam? team) : IDisposable
{
    /// <summary>What is left of a vector below this share of it is rounding: float32 products leave 1e-7 to 1e-6 of it.</summary>
    private const double Rounding = 1e-6;

    /// <summary>A pass that leaves at least this share of every squared length has left the block orthogonal.</summary>
    private const double Kept = 0.5;

    private const int MaximumPasses = 8;

    private readonly DoubleProduct _product = new();
    private readonly SymmetricEigen _eigen = new();
    private readonly AlignedMemory _first = new(blockSize * basis.Stride);
    private readonly AlignedMemory _second = new(blockSize * basis.Stride);
    private readonly MatrixProduct _transform = new(team);
    private readonly double[] _gram = new double[blockSize * blockSize];
    private readonly double[] _squares = new double[blockSize];
    private AlignedMemory _current = null!;

    /// <summary>How many random vectors were drawn; part of the state of a run.</summary>
    public long Drawn { get; set; }

    /// <summary>Room for a block of candidates of <paramref name="count"/> rows, and after <see cref="Orthonormalise"/> its result.</summary>
    public Matrix Block(int count) => new((_current ??= _first).Span, count, basis.Dimension, basis.Stride);

    /// <summary>Row i of the block ← a random vector of about unit length.</summary>
    public void Draw(Span<float> row)
    {
        GaussianNoise.Fill(new RandomStream(seed, RandomPurpose.Probe, 0, ++Drawn), row);
        TensorPrimitives.Multiply(row, 1 / MathF.Sqrt(row.Length), row);
    }

    /// <summary>
    /// The block of <paramref name="count"/> rows ← orthonormal rows, orthogonal to the basis, that span what is left of it. A direction of length below <paramref name="floor"/>, or below
    /// <see cref="Rounding"/> of the longest row, counts as nothing and becomes random.
    /// </summary>
    /// <param name="count">b, the rows; at most d − m.</param>
    /// <param name="floor">The length that is rounding.</param>
    /// <param name="projected">Q·Wᵀ (m × b) when it is known already, else null.</param>
    /// <param name="remainder">The Gram matrix (b × b) of what the first pass left.</param>
    /// <returns>How many directions were replaced.</returns>
    public int Orthonormalise(int count, double floor, double[]? projected, Span<double> remainder)
    {
        var coefficients = new double[(long)basis.Count * count];
        var replaced = 0;
        for (var pass = 0; ; pass++)
        {
            var w = Block(count);
            // Rows are of unit length after the first pass.
            var longest = pass == 0 ? Longest(w) : 1;
            var known = pass == 0 ? projected : null;
            if (known is null) basis.Project(w, coefficients);
            basis.Subtract(known ?? coefficients, w);
            var gram = _gram.AsSpan(0, count * count);
            gram.Clear();
            _product.GramDouble(w, gram);
            if (pass == 0) gram.CopyTo(remainder);
            _eigen.Decompose(gram, count, _squares);
            var least = Math.Max(Rounding * longest, pass == 0 ? floor : 0);
            var fresh = Normalise(count, least * least);
            if (pass == 0) replaced = fresh;
            if (pass > 0 && fresh == 0 && _squares[0] >= Kept) return replaced;
            if (pass == MaximumPasses) throw new ArithmeticException($"a block of {count} vectors could not be made orthogonal to {basis.Count} others");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
        _transform.Dispose();
    }

    private static double Longest(Matrix w)
    {
        var longest = 0.0;
        for (var i = 0; i < w.Rows; i++) longest = Math.Max(longest, WideSum.Squares(w.Row(i)));
        if (!double.IsFinite(longest)) throw new ArithmeticException("a product with the curvature is not finite");
        return Math.Sqrt(longest);
    }

    // W ← Λ^(−½)·U·W for the Gram matrix UᵀΛU, its rows in _gram; rows of Λ up to `least` are drawn anew.
    private int Normalise(int count, double least)
    {
        Matrix from = Block(count);
        _current = _current == _first ? _second : _first;
        var to = Block(count);
        using var factors = new AlignedMemory(count * count);
        var fresh = 0;
        while (fresh < count && !(_squares[fresh] > least)) fresh++;
        for (var i = fresh; i < count; i++)
        {
            var scale = 1 / Math.Sqrt(_squares[i]);
            for (var j = 0; j < count; j++) factors.Span[(i * count) + j] = (float)(scale * _gram[(i * count) + j]);
        }
        _transform.Multiply(new(factors.Span, count, count), false, from, false, to);
        for (var i = 0; i < fresh; i++) Draw(to.Row(i));
        return fresh;
    }
}
