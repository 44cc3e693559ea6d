using System.Numerics.Tensors;
using LambdaHat.Curvature;

namespace LambdaHat.Losses;

/// <summary>A whole matrix in float32 from products with unit vectors, in blocks: d products.</summary>
public static class ProductAssembly
{
    // The elements of a block of products.
    private const int Budget = 1 << 25;
    private const int LargestBlock = 64;

    /// <summary>Writes the columns 0 … i of every row i of <paramref name="operation"/>.</summary>
    /// <param name="operation">The matrix.</param>
    /// <param name="rows">Where the rows are written; their contents before do not matter.</param>
    /// <param name="progress">Called with the share of the products that is made.</param>
    /// <param name="cancellation">Ends the work between two blocks with an exception.</param>
    public static void Assemble(SymmetricOperator operation, LowerRows rows, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        var d = operation.Dimension;
        var block = Math.Clamp(Budget / d, 1, LargestBlock);
        var vectors = new float[block * d];
        var results = new double[block * d];
        for (var first = 0; first < d; first += block)
        {
            cancellation.ThrowIfCancellationRequested();
            var columns = Math.Min(block, d - first);
            for (var j = 0; j < columns; j++) vectors[(j * d) + first + j] = 1;
            operation.MultiplyBlock(vectors.AsSpan(0, columns * d), results.AsSpan(0, columns * d), columns);
            for (var j = 0; j < columns; j++)
            {
                vectors[(j * d) + first + j] = 0;
                TensorPrimitives.ConvertTruncating<double, float>(results.AsSpan(j * d, first + j + 1), rows(first + j));
            }
            progress?.Invoke((double)(first + columns) / d);
        }
    }
}
