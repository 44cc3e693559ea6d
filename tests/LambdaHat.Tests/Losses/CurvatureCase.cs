using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace LambdaHat.Tests.Losses;

/// <summary>Small networks of every kind of layer with random parameters, data and targets that they do not make.</summary>
internal sealed record CurvatureCase(Network Network, Loss Loss, ArrayDataSet Data, float[] W)
{
    public static readonly string[] Names = ["relu", "tanh", "gelu", "gelu-tanh", "sigmoid", "linear", "embedding"];

    public static readonly string[][] Selections = [[], ["0.*"], ["*.bias"], ["4.weight"], ["2.*", "4.bias"], ["0.weight", "4.*"]];

    public static CurvatureCase Create(string name, string loss, int samples)
    {
        const int classes = 3;
        Layer Activation(int width, bool first) => name switch
        {
            "relu" => new Relu(width),
            "tanh" => new Tanh(width),
            "gelu" => new Gelu(width),
            "gelu-tanh" => new Gelu(width, approximate: true),
            "sigmoid" => new Sigmoid(width),
            "linear" => new Identity(width),
            _ => first ? new Identity(width) : new Tanh(width),
        };
        var embedding = name == "embedding";
        var network = new Network(embedding ? new Embedding(5, 3, 2) : new Dense(4, 6), Activation(6, true), new Dense(6, 5), Activation(5, false), new Dense(5, classes));
        var kind = LossCatalog.ByName(loss);
        var inputs = embedding ? [.. Enumerable.Range(0, 2 * samples).Select(i => (float)(i * 7 % 11 % 5))] : Normal(4 * samples, 2);
        var targets = kind is CrossEntropy ? [.. Enumerable.Range(0, samples).Select(i => (float)(i % classes))] : Normal(samples * classes, 3);
        return new(network, kind, new ArrayDataSet(inputs, network.Inputs, targets, kind.TargetSize(classes)), Normal(network.Dimension, 1));
    }

    public static Matrix<double> Part(Matrix<double> matrix, ParameterSelection selection)
    {
        int[] indices = [.. selection.Blocks.SelectMany(block => Enumerable.Range(block.Offset, block.Size))];
        return Matrix<double>.Build.Dense(indices.Length, indices.Length, (i, j) => matrix[indices[i], indices[j]]);
    }

    public static float[] Normal(int count, ulong seed)
    {
        var values = new float[count];
        GaussianNoise.Fill(new RandomStream(seed, RandomPurpose.Data, 0, 0), values);
        return values;
    }
}
