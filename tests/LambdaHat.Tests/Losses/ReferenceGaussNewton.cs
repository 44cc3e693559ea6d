using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using MathNet.Numerics.LinearAlgebra;

namespace LambdaHat.Tests.Losses;

/// <summary>The Gauss–Newton matrix as it is defined, in float64, from one Jacobian a sample by reverse accumulation over the layers there are.</summary>
internal static class ReferenceGaussNewton
{
    public static Matrix<double> Of(Network network, Loss loss, ArrayDataSet data, float[] w, int samples)
    {
        var rows = new List<Vector<double>>();
        for (var s = 0; s < samples; s++)
        {
            var x = data.Inputs.AsSpan(s * data.InputSize, data.InputSize).ToArray().Select(v => (double)v).ToArray();
            var (outputs, jacobian) = Jacobian(network, Array.ConvertAll(w, v => (double)v), x);
            rows.AddRange((Root(loss, outputs) * jacobian).EnumerateRows());
        }
        var all = Matrix<double>.Build.DenseOfRowVectors(rows);
        return all.TransposeThisAndMultiply(all) / samples;
    }

    // A matrix R with RᵀR = ∂²ℓ/∂f²; for cross-entropy R = diag(√p)·(I − 1pᵀ).
    private static Matrix<double> Root(Loss loss, double[] f)
    {
        var identity = Matrix<double>.Build.DenseIdentity(f.Length);
        if (loss is not CrossEntropy) return identity * Math.Sqrt(2.0 / (loss == SquaredError.Mean ? f.Length : 1));
        var p = Vector<double>.Build.DenseOfEnumerable(f.Select(value => Math.Exp(value - f.Max())));
        p /= p.Sum();
        return Matrix<double>.Build.DenseOfDiagonalVector(p.PointwiseSqrt()) * (identity - Vector<double>.Build.Dense(f.Length, 1).OuterProduct(p));
    }

    public static (double[] Outputs, Matrix<double> Jacobian) Jacobian(Network network, double[] w, double[] x)
    {
        var activations = new List<double[]> { x };
        for (var l = 0; l < network.Layers.Count; l++) activations.Add(Forward(network.Layers[l].Layer, w[network.ParameterRange(l)], activations[l]));
        var jacobian = Matrix<double>.Build.Dense(network.Outputs, network.Dimension);
        for (var o = 0; o < network.Outputs; o++)
        {
            var above = new double[network.Outputs];
            above[o] = 1;
            for (var l = network.Layers.Count - 1; l >= 0; l--)
            {
                var first = network.ParameterRange(l).Start.Value;
                above = Backward(network.Layers[l].Layer, w[network.ParameterRange(l)], activations[l], activations[l + 1], above, (i, value) => jacobian[o, first + i] += value);
            }
        }
        return (activations[^1], jacobian);
    }

    private static double[] Forward(Layer layer, double[] w, double[] x) => layer switch
    {
        Dense d => [.. Enumerable.Range(0, d.Outputs).Select(i => (d.Bias ? w[(d.Inputs * d.Outputs) + i] : 0) + Enumerable.Range(0, d.Inputs).Sum(j => w[(i * d.Inputs) + j] * x[j]))],
        Relu => [.. x.Select(value => Math.Max(value, 0))],
        Tanh => [.. x.Select(Math.Tanh)],
        Identity => x,
        Sigmoid => [.. x.Select(value => 1 / (1 + Math.Exp(-value)))],
        Gelu g => [.. x.Select(value => GeluOf(g, value).Value)],
        Embedding e => [.. x.SelectMany(token => w.Skip((int)token * e.Dimension).Take(e.Dimension))],
        _ => throw new NotSupportedException(layer.Kind),
    };

    private static double[] Backward(Layer layer, double[] w, double[] x, double[] y, double[] above, Action<int, double> add)
    {
        var below = new double[x.Length];
        for (var i = 0; i < above.Length; i++)
        {
            switch (layer)
            {
                case Dense d:
                    for (var j = 0; j < x.Length; j++)
                    {
                        add((i * d.Inputs) + j, above[i] * x[j]);
                        below[j] += above[i] * w[(i * d.Inputs) + j];
                    }
                    if (d.Bias) add((d.Inputs * d.Outputs) + i, above[i]);
                    break;
                case Relu: below[i] = y[i] > 0 ? above[i] : 0; break;
                case Tanh: below[i] = above[i] * (1 - (y[i] * y[i])); break;
                case Identity: below[i] = above[i]; break;
                case Sigmoid: below[i] = above[i] * y[i] * (1 - y[i]); break;
                case Gelu g: below[i] = above[i] * GeluOf(g, x[i]).Slope; break;
                case Embedding e: add(((int)x[i / e.Dimension] * e.Dimension) + (i % e.Dimension), above[i]); break;
                default: throw new NotSupportedException(layer.Kind);
            }
        }
        return below;
    }

    // The slope by a central difference, whose error is below 1e-9.
    private static (double Value, double Slope) GeluOf(Gelu gelu, double x)
    {
        double F(double z) => gelu.Approximate
            ? 0.5 * z * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (z + (0.044715 * z * z * z))))
            : 0.5 * z * MathNet.Numerics.SpecialFunctions.Erfc(-z / Math.Sqrt(2));
        return (F(x), (F(x + 1e-5) - F(x - 1e-5)) / 2e-5);
    }
}
