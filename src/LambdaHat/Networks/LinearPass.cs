using System.Numerics.Tensors;
using LambdaHat.Numerics;

namespace LambdaHat.Networks;

/// <summary>
/// A linear network's run forward and back over a minibatch in float64. Flat weights of a deep product may be many times larger than what they leave of it: at γ = 1 the products of seven matrices
/// reach 10⁶ times the accuracy 1/√(nβ) that the loss asks of them, beyond what float32 tells apart. Matrices are features × samples. Nothing is allocated after construction.
/// </summary>
public sealed class LinearPass
{
    private readonly SharedDoubleProduct _product;
    private readonly double[][] _activations, _derivatives;
    private readonly int _stride;
    private int _batch;

    /// <summary>Buffers for minibatches of up to <paramref name="capacity"/> samples; <paramref name="network"/> has dense layers without bias, and identities, only.</summary>
    public LinearPass(Network network, int capacity, WorkTeam? team = null)
    {
        if (!LinearChain.Recognises(network)) throw new ArgumentException("expected dense layers without bias and identities");
        _product = new SharedDoubleProduct(team);
        Layers = [.. Enumerable.Range(0, network.Layers.Count).Where(l => network.Layers[l].Layer is Dense)
            .Select(l => new LinearLayer(l, network.ParameterRange(l).Start.Value, network.Layers[l].Layer.Outputs, network.Layers[l].Layer.Inputs))];
        // An odd number of cache lines, so that a column's elements fall on different sets.
        _stride = 8 * (((capacity + 7) / 8) | 1);
        double[] Rows(int rows) => new double[rows * _stride];
        _activations = [Rows(network.Inputs), .. Layers.Select(l => Rows(l.Outputs))];
        var widest = Layers.Max(l => l.Outputs);
        _derivatives = [Rows(widest), Rows(widest)];
        _batch = capacity;
    }

    /// <summary>The dense layers, first to last.</summary>
    public IReadOnlyList<LinearLayer> Layers { get; }

    /// <summary>Sets the inputs, one column a sample; the batch is the first <paramref name="samples"/> of them.</summary>
    public void Load(ReadOnlyMatrix inputs, int samples)
    {
        _batch = samples;
        Widen(inputs, _activations[0]);
    }

    /// <summary>Computes the outputs of the layers [first, end) at parameters w; those below must be computed already.</summary>
    public void Forward(double[] w, int first, int end)
    {
        for (var l = first; l < end; l++)
            _product.Multiply(Layers[l].Outputs, _batch, Layers[l].Inputs, Weight(w, l), View(_activations[l]), View(_activations[l + 1]));
    }

    /// <summary>f_w(x) after <see cref="Forward"/>, rounded.</summary>
    public void ReadOutput(Matrix outputs)
    {
        for (var i = 0; i < outputs.Rows; i++) TensorPrimitives.ConvertTruncating<double, float>(_activations[^1].AsSpan(i * _stride, _batch), outputs.Row(i));
    }

    /// <summary>Sets ∂ℓ/∂f.</summary>
    public void SetOutputDerivative(ReadOnlyMatrix derivative) => Widen(derivative, _derivatives[Layers.Count & 1]);

    /// <summary>Carries the derivative down to the outputs of layer <paramref name="layer"/>, from those of the layer above it.</summary>
    public void Descend(double[] w, int layer) =>
        _product.Multiply(Layers[layer].Outputs, _batch, Layers[layer + 1].Outputs, Weight(w, layer + 1) with { Transposed = true }, View(_derivatives[layer & 1]), View(_derivatives[(layer + 1) & 1]));

    /// <summary>gradient (outputs × inputs) ← or, to <paramref name="accumulate"/>, + the sum over samples of ∂ℓ/∂W of layer <paramref name="layer"/>, to whose outputs the derivative has been carried.</summary>
    public void Gradient(int layer, double[] gradient, bool accumulate) =>
        _product.Multiply(Layers[layer].Outputs, Layers[layer].Inputs, _batch, View(_derivatives[(layer + 1) & 1]), View(_activations[layer]) with { Transposed = true }, new(gradient, 0, Layers[layer].Inputs), accumulate);

    /// <summary>What arrives at layer <paramref name="layer"/>: its inputs × samples.</summary>
    public ReadOnlyDoubles Arriving(int layer) => new(_activations[layer], _batch, _stride);

    /// <summary>The derivative with respect to the outputs of layer <paramref name="layer"/>, to which it has been carried.</summary>
    public ReadOnlyDoubles Derivative(int layer) => new(_derivatives[(layer + 1) & 1], _batch, _stride);

    private DoubleView Weight(double[] w, int layer) => new(w, Layers[layer].Offset, Layers[layer].Inputs);

    private DoubleView View(double[] data) => new(data, 0, _stride);

    private void Widen(ReadOnlyMatrix from, double[] to)
    {
        for (var i = 0; i < from.Rows; i++) TensorPrimitives.ConvertTruncating<float, double>(from.Row(i)[.._batch], to.AsSpan(i * _stride, _batch));
    }
}

/// <summary>A dense layer of a linear network: its number among the network's layers, and where its matrix begins in the flat vector.</summary>
public readonly record struct LinearLayer(int Layer, int Offset, int Outputs, int Inputs);

/// <summary>A float64 matrix, its rows <paramref name="stride"/> elements apart.</summary>
public readonly ref struct ReadOnlyDoubles(ReadOnlySpan<double> data, int columns, int stride)
{
    /// <summary>The elements.</summary>
    public ReadOnlySpan<double> Data { get; } = data;

    /// <summary>Columns.</summary>
    public int Columns { get; } = columns;

    /// <summary>The distance between the starts of rows.</summary>
    public int Stride { get; } = stride;
}
