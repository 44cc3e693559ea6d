using System.Numerics.Tensors;

namespace LambdaHat.Curvature;

/// <summary>
/// A symmetric matrix A known by its products with vectors only. Everything in this room works on such an operator, never on a network, so that
/// it can be tested on plain matrices with known spectra. An operator owns buffers: one caller at a time.
/// </summary>
public abstract class SymmetricOperator
{
    /// <summary>The number of rows and columns of A, at least 1.</summary>
    public abstract int Dimension { get; }

    /// <summary>result ← A·v; both of length <see cref="Dimension"/>, not overlapping.</summary>
    public abstract void Multiply(ReadOnlySpan<double> v, Span<double> result);

    /// <summary>
    /// results ← A·V for a block of vectors, each contiguous: vector j and its product are the elements [j·Dimension, (j + 1)·Dimension) of
    /// <paramref name="vectors"/> and <paramref name="results"/>, which do not overlap. Here by <paramref name="columns"/> single products; an operator that
    /// shares work between vectors overrides it.
    /// </summary>
    /// <exception cref="ArgumentException">A span is not columns·<see cref="Dimension"/> long.</exception>
    public virtual void MultiplyBlock(ReadOnlySpan<float> vectors, Span<double> results, int columns)
    {
        CheckBlock(vectors.Length, results.Length, columns);
        var vector = new double[Dimension];
        for (var j = 0; j < columns; j++)
        {
            TensorPrimitives.ConvertSaturating(vectors.Slice(j * Dimension, Dimension), vector.AsSpan());
            Multiply(vector, results.Slice(j * Dimension, Dimension));
        }
    }

    /// <summary>The same for vectors of float64, which an operator may round to float32.</summary>
    /// <exception cref="ArgumentException">A span is not columns·<see cref="Dimension"/> long.</exception>
    public virtual void MultiplyBlock(ReadOnlySpan<double> vectors, Span<double> results, int columns)
    {
        CheckBlock(vectors.Length, results.Length, columns);
        for (var j = 0; j < columns; j++) Multiply(vectors.Slice(j * Dimension, Dimension), results.Slice(j * Dimension, Dimension));
    }

    private protected void CheckBlock(int vectors, int results, int columns)
    {
        if (vectors != (long)columns * Dimension || results != vectors)
            throw new ArgumentException($"expected {columns} vectors of {Dimension} elements and room for as many, got {vectors} and {results} elements");
    }

    /// <summary>
    /// The whole matrix, row-major: row i is A·e_i; the two triangles, which differ by the roundings of the products, are replaced by their mean.
    /// </summary>
    /// <exception cref="InvalidInputException">The matrix has more elements than an array can hold.</exception>
    public double[] Assemble()
    {
        if ((long)Dimension * Dimension > Array.MaxLength)
            throw new InvalidInputException($"a matrix of dimension {Dimension} does not fit in memory; expected at most {(int)Math.Sqrt(Array.MaxLength)}");
        var matrix = new double[Dimension * Dimension];
        var unit = new double[Dimension];
        for (var i = 0; i < Dimension; i++)
        {
            unit[i] = 1;
            Multiply(unit, matrix.AsSpan(i * Dimension, Dimension));
            unit[i] = 0;
            for (var j = 0; j < i; j++)
            {
                ref double lower = ref matrix[(i * Dimension) + j], upper = ref matrix[(j * Dimension) + i];
                lower = upper = (lower + upper) / 2;
            }
        }
        return matrix;
    }
}
