using System.Numerics.Tensors;
using LambdaHat.Numerics;

namespace LambdaHat.Preconditioning;

/// <summary>
/// One Kronecker factor c·XᵀX of a linear network's layer, from a matrix X measured in float64: the factor itself, or its eigenvalues and eigenvectors by X's singular values. A factor that stands behind a
/// bottleneck (fewer rows than columns) is decomposed in the bottleneck's dimension: what X sends to zero needs a basis, but any will do.
/// </summary>
internal sealed class MeasuredSide(RangeWorkspace work)
{
    private RangeBasis? _range;
    private BlockGramSchmidt? _completion;
    private float[] _filler = [];

    /// <summary>Whether the last measurement left eigenvectors and eigenvalues, not the factor.</summary>
    public bool IsDecomposed { get; private set; }

    /// <summary>
    /// Measures <paramref name="x"/>, row-major of <paramref name="rows"/> rows: into <paramref name="vectors"/> (by row) and <paramref name="values"/> where it is <paramref name="refined"/> or has fewer rows than
    /// columns, otherwise into <paramref name="factor"/>.
    /// </summary>
    public void Measure(double[] x, int rows, double scale, bool refined, double[] factor, double[] vectors, double[] values)
    {
        var product = work.Product;
        var count = values.Length;
        IsDecomposed = count == 1 || refined || rows < count;
        if (count == 1 || !IsDecomposed)
        {
            product.Gram(count, rows, x, count, transpose: true, factor);
            TensorPrimitives.Multiply(factor, scale, factor);
            if (count == 1) (vectors[0], values[0]) = (1, factor[0]);
            return;
        }
        _range ??= new RangeBasis(rows, count, work);
        _range.UpdateRefined(x.AsSpan(0, rows * count));
        if (rows >= count)
        {
            _range.Rows.CopyTo(vectors, 0);
            TensorPrimitives.Multiply(_range.Squares, scale, values);
            return;
        }
        // Squares that are rounding belong to rows that may have no length.
        var least = Math.ScaleB((double)count * count, -104) * _range.Squares[^1];
        var zero = 0;
        while (zero < rows && !(_range.Squares[zero] > least)) zero++;
        var missing = count - rows + zero;
        _range.Rows.AsSpan(zero * count).CopyTo(vectors.AsSpan(missing * count));
        Complete(vectors, count, missing, product);
        values.AsSpan(0, missing).Clear();
        TensorPrimitives.Multiply(_range.Squares.AsSpan(zero), scale, values.AsSpan(missing));
    }

    // The first rows, orthonormal to the others and to each other: what is left of random ones, the same every time.
    private void Complete(double[] vectors, int count, int missing, DoubleProduct product)
    {
        if (_filler.Length < missing * count) _filler = new float[missing * count];
        var filler = _filler.AsSpan(0, missing * count);
        GaussianNoise.Fill(new RandomStream(0, RandomPurpose.Probe, 0, 0), filler);
        TensorPrimitives.ConvertTruncating<float, double>(filler, vectors);
        _completion ??= new BlockGramSchmidt(count, count);
        _completion.Orthonormalise(vectors, fromLast: true, 0, product, known: count - missing);
    }
}
