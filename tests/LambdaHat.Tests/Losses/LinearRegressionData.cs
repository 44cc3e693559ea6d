using LambdaHat.Data;
using LambdaHat.Networks;
using LambdaHat.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace LambdaHat.Tests.Losses;

/// <summary>A linear network at random parameters, data around another random map, and the same in dense float64.</summary>
internal sealed class LinearRegressionData
{
    /// <summary>Inputs lie in a random subspace of <paramref name="inputRank"/> dimensions; targets are the network's own outputs with normal noise added.</summary>
    public LinearRegressionData(int[] widths, int inputRank, int count, double noise, ulong seed)
    {
        Network = new Network([.. widths.Zip(widths.Skip(1), (a, b) => new Dense(a, b, bias: false))]);
        Center = Normals(seed, 0, Network.Dimension, 1 / Math.Sqrt(widths.Max()));
        var x = ToMatrix(Normals(seed, 1, inputRank * count, 1), inputRank, count);
        x = ToMatrix(Normals(seed, 2, widths[0] * inputRank, 1), widths[0], inputRank) * x;
        var inputs = Floats(x.Transpose());
        X = ToMatrix(inputs, count, widths[0]).Transpose();
        var y = Product(Center) * X;
        y += ToMatrix(Normals(seed, 3, widths[^1] * count, noise), widths[^1], count);
        var targets = Floats(y.Transpose());
        Y = ToMatrix(targets, count, widths[^1]).Transpose();
        Data = new ArrayDataSet(inputs, widths[0], targets, widths[^1]);
    }

    public Network Network { get; }

    public float[] Center { get; }

    public ArrayDataSet Data { get; }

    /// <summary>Inputs, one column a sample.</summary>
    public Matrix<double> X { get; }

    /// <summary>Targets, one column a sample.</summary>
    public Matrix<double> Y { get; }

    public static float[] Normals(ulong seed, int chain, int count, double scale)
    {
        var values = new float[count];
        GaussianNoise.Fill(new RandomStream(seed, RandomPurpose.Data, chain, 0), values);
        return [.. values.Select(v => (float)(scale * v))];
    }

    public static Matrix<double> ToMatrix(float[] values, int rows, int columns) => Matrix<double>.Build.Dense(rows, columns, (i, j) => values[(i * columns) + j]);

    public static float[] Floats(Matrix<double> matrix) => [.. matrix.ToRowMajorArray().Select(v => (float)v)];

    public Matrix<double>[] Matrices(float[] w) =>
        [.. Network.Blocks.Select(b => ToMatrix(b.In(w.AsSpan()).ToArray(), b.Shape[0], b.Shape[1]))];

    public Matrix<double> Product(float[] w) => Matrices(w).Aggregate((product, m) => m * product);

    /// <summary>(1/n) Σ ‖M·x − y‖² in float64.</summary>
    public double SquaredDistance(Matrix<double> map) => Math.Pow(((map * X) - Y).FrobeniusNorm(), 2) / Data.Count;

    /// <summary>The least squares map Y·Xᵀ·(X·Xᵀ)⁺, in float64.</summary>
    public Matrix<double> LeastSquares()
    {
        var eigen = (X * X.Transpose()).Evd(Symmetricity.Symmetric);
        double[] values = [.. eigen.EigenValues.Select(v => v.Real)];
        var inverse = Matrix<double>.Build.DenseOfDiagonalArray([.. values.Select(v => v > 1e-10 * values.Max() ? 1 / v : 0)]);
        return Y * X.Transpose() * eigen.EigenVectors * inverse * eigen.EigenVectors.Transpose();
    }
}
