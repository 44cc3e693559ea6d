using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Training;

/// <summary>The distribution of a network's first parameters.</summary>
public enum InitialisationScheme
{
    /// <summary>PyTorch's default for <c>torch.nn.Linear</c>: weights and biases uniform on ±1/√fan-in.</summary>
    PyTorch,

    /// <summary>Weights uniform on ±√(6/(fan-in + fan-out)) (Glorot and Bengio 2010), biases 0.</summary>
    Xavier,

    /// <summary>Weights N(0, 1/fan-in), biases 0.</summary>
    Gaussian,
}

/// <summary>Draws a network's first parameters.</summary>
public static class Initialisation
{
    /// <summary>
    /// A parameter vector, the same for the same seed. In a layer whose first tensor has shape (out, in, …), fan-in is the product of
    /// the dimensions after the first and fan-out the first; its other tensors are biases. Embedding tables are N(0, 1) under every
    /// scheme but Xavier, which treats them as a weight of shape (vocabulary, dimension), as
    /// <c>torch.nn.init.xavier_uniform_</c> does.
    /// </summary>
    public static float[] Draw(Network network, InitialisationScheme scheme, ulong seed)
    {
        var w = new float[network.Dimension];
        var tensor = 0;
        foreach (var (_, layer) in network.Layers)
        {
            for (var p = 0; p < layer.Parameters.Count; p++, tensor++)
            {
                var stream = new RandomStream(seed, RandomPurpose.Initialisation, tensor, 0);
                Fill(network.Blocks[tensor].In(w.AsSpan()), layer, isBias: p > 0, scheme, stream);
            }
        }
        return w;
    }

    private static void Fill(Span<float> values, Layer layer, bool isBias, InitialisationScheme scheme, RandomStream stream)
    {
        var weight = layer.Parameters[0];
        double fanOut = weight.Dimensions[0], fanIn = weight.Size / fanOut;
        switch (scheme)
        {
            case InitialisationScheme.PyTorch or InitialisationScheme.Gaussian when layer is Embedding:
                GaussianNoise.Fill(stream, values);
                break;
            case InitialisationScheme.PyTorch:
                Uniform(values, 1 / Math.Sqrt(fanIn), stream);
                break;
            case InitialisationScheme.Xavier or InitialisationScheme.Gaussian when isBias:
                values.Clear();
                break;
            case InitialisationScheme.Xavier:
                Uniform(values, Math.Sqrt(6 / (fanIn + fanOut)), stream);
                break;
            case InitialisationScheme.Gaussian:
                GaussianNoise.Fill(stream, values);
                Scale(values, 1 / Math.Sqrt(fanIn), 0);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(scheme), scheme, "unknown scheme");
        }
    }

    private static void Uniform(Span<float> values, double bound, RandomStream stream)
    {
        stream.FillUniform(values);
        Scale(values, 2 * bound, -bound);
    }

    private static void Scale(Span<float> values, double factor, double shift)
    {
        foreach (ref var value in values) value = (float)((value * factor) + shift);
    }
}
