using System.Numerics.Tensors;
using LambdaHat.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace LambdaHat.Networks;

/// <summary>
/// The view of a network as a product of matrices, where it is one: dense layers without bias, and identities.
/// </summary>
public sealed class LinearChain
{
    private readonly Matrix<double>[] _matrices;

    private LinearChain(Matrix<double>[] matrices) => _matrices = matrices;

    /// <summary>H_1 (input) … H_{L+1} (output).</summary>
    public IReadOnlyList<int> Widths => [_matrices[0].ColumnCount, .. _matrices.Select(m => m.RowCount)];

    /// <summary>Whether a network is a product of matrices: dense layers without bias, at least one, and identities.</summary>
    public static bool Recognises(Network network) =>
        network.Layers.All(l => l.Layer is Identity or Dense { Bias: false }) && network.Layers.Any(l => l.Layer is Dense);

    /// <summary>The network's matrices at parameters <paramref name="w"/>, or null when it is not linear.</summary>
    public static LinearChain? Of(Network network, ReadOnlySpan<float> w)
    {
        if (!Recognises(network)) return null;
        List<Matrix<double>> matrices = [];
        for (var l = 0; l < network.Layers.Count; l++)
        {
            if (network.Layers[l].Layer is Dense dense) matrices.Add(ToMatrix(network.Slice(w, l), dense.Outputs, dense.Inputs));
        }
        return new LinearChain([.. matrices]);
    }

    /// <summary>W_L ⋯ W_1 in float64, rounded: outputs × inputs, row-major.</summary>
    public float[] Product(WorkTeam? team = null)
    {
        var engine = new SharedDoubleProduct(team);
        var (product, inputs) = (_matrices[0].ToRowMajorArray(), _matrices[0].ColumnCount);
        foreach (var matrix in _matrices.Skip(1))
        {
            var next = new double[matrix.RowCount * inputs];
            engine.Multiply(matrix.RowCount, inputs, matrix.ColumnCount, matrix.ToRowMajorArray(), product, next);
            product = next;
        }
        var rounded = new float[product.Length];
        TensorPrimitives.ConvertTruncating<double, float>(product, rounded);
        return rounded;
    }

    /// <summary>
    /// The numerical ranks of the products W_{l−1}⋯W_1 for l = 1 … L (the first is the input width), of W_L⋯W_{l+1} (the last is the output width),
    /// and of the whole product. Singular values below 1e-5 of the largest count as zero: float32 weights hold no more.
    /// </summary>
    public (int[] Prefix, int[] Suffix, int Product) Ranks()
    {
        var count = _matrices.Length;
        int[] prefix = new int[count], suffix = new int[count];
        prefix[0] = _matrices[0].ColumnCount;
        suffix[^1] = _matrices[^1].RowCount;
        var left = _matrices[0];
        for (var l = 1; l < count; l++)
        {
            prefix[l] = Rank(left);
            left = _matrices[l] * left;
        }
        var right = _matrices[^1];
        for (var l = count - 2; l >= 0; l--)
        {
            suffix[l] = Rank(right);
            right *= _matrices[l];
        }
        return (prefix, suffix, Rank(left));
    }

    private static int Rank(Matrix<double> matrix)
    {
        var values = matrix.Svd(computeVectors: false).S;
        return values.Count(s => s > 1e-5 * values[0]);
    }

    private static Matrix<double> ToMatrix(ReadOnlySpan<float> weight, int rows, int columns)
    {
        var matrix = Matrix<double>.Build.Dense(rows, columns);
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < columns; j++)
                matrix[i, j] = weight[(i * columns) + j];
        return matrix;
    }
}
