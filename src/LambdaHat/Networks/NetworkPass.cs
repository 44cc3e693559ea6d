using LambdaHat.Numerics;

namespace LambdaHat.Networks;

/// <summary>Sees ∂ℓ/∂y of layer <paramref name="layer"/>: its outputs × columns, padding included.</summary>
public delegate void LayerVisitor(int layer, ReadOnlyMatrix outputDerivative);

/// <summary>
/// The buffers of one thread of control for running a network forward, backward (reverse mode) and along a tangent
/// (forward mode) over a minibatch. Nothing is allocated after construction. Columns beyond the batch, up to
/// the next multiple of 16, are computed too and hold finite padding.
/// </summary>
public sealed class NetworkPass : IDisposable
{
    private readonly Network _network;
    private readonly MatrixProduct _product;
    private readonly int _stride;
    private readonly AlignedMemory[] _activations;
    private readonly AlignedMemory[] _derivatives;
    private int _columns;

    /// <summary>Allocates buffers for minibatches of up to <paramref name="capacity"/> samples.</summary>
    public NetworkPass(Network network, int capacity, WorkTeam? team = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _network = network;
        _product = new MatrixProduct(team);
        Capacity = capacity;
        _stride = AlignedMemory.RowStride(capacity);
        _activations = [Rows(network.Inputs), .. network.Layers.Select(l => Rows(l.Layer.Outputs))];
        var widest = network.Layers.Max(l => l.Layer.Outputs);
        _derivatives = [Rows(widest), Rows(widest)];
        SetBatch(capacity);
    }

    /// <summary>The largest batch.</summary>
    public int Capacity { get; }

    /// <summary>The current batch: the number of true samples among the columns.</summary>
    public int Batch { get; private set; }

    /// <summary>The inputs, to be filled before <see cref="Forward"/>: network inputs × columns.</summary>
    public Matrix Input => View(_activations[0], _network.Inputs);

    /// <summary>f_w(x) after <see cref="Forward"/>: network outputs × columns.</summary>
    public Matrix Output => View(_activations[^1], _network.Outputs);

    /// <summary>∂ℓ/∂f, to be filled before <see cref="Backward"/>, which overwrites it: network outputs × columns.</summary>
    public Matrix OutputDerivative => View(_derivatives[_network.Layers.Count & 1], _network.Outputs);

    /// <summary>The columns of a batch: the next multiple of 16.</summary>
    public static int PaddedColumns(int batch) => (batch + 15) & ~15;

    /// <summary>The bytes that a pass over <paramref name="samples"/> samples holds, padding not counted: one number for every input and every output of a layer, and two derivatives of the widest.</summary>
    internal static long BytesOf(Network network, long samples)
    {
        long sum = network.Inputs + network.Layers.Sum(l => (long)l.Layer.Outputs), widest = network.Layers.Max(l => Math.Max(l.Layer.Inputs, l.Layer.Outputs));
        return (sum + (2 * widest)) * samples * sizeof(float);
    }

    /// <summary>Sets how many samples the next pass has.</summary>
    public void SetBatch(int batch)
    {
        if (batch < 1 || batch > Capacity) throw new ArgumentOutOfRangeException(nameof(batch), batch, $"expected 1 to {Capacity}");
        Batch = batch;
        _columns = PaddedColumns(batch);
    }

    /// <summary>Computes the output of every layer at parameters w.</summary>
    public void Forward(ReadOnlySpan<float> w) => ForwardRange(w, 0, _network.Layers.Count);

    /// <summary>Computes the outputs of the layers [first, end) at parameters w; those below must be computed already.</summary>
    public void ForwardRange(ReadOnlySpan<float> w, int first, int end)
    {
        for (var l = first; l < end; l++)
            _network.Layers[l].Layer.Forward(_network.Slice(w, l), Activation(l), Activation(l + 1), _product);
    }

    /// <summary>What arrives at layer <paramref name="layer"/> after <see cref="Forward"/>: its inputs × columns.</summary>
    public ReadOnlyMatrix ActivationInto(int layer) => Activation(layer);

    /// <summary>
    /// gradient ← (∂f/∂w)ᵀ · <see cref="OutputDerivative"/>, summed over the columns, after <see cref="Forward"/> at the same w.
    /// Where <paramref name="wanted"/> is given, layers whose entry is false are skipped and their part of the gradient is left alone.
    /// </summary>
    public void Backward(ReadOnlySpan<float> w, Span<float> gradient, ReadOnlySpan<bool> wanted = default)
    {
        var lowest = LowestWanted(wanted);
        for (var l = _network.Layers.Count - 1; l >= lowest; l--)
        {
            var layer = _network.Layers[l].Layer;
            var above = View(_derivatives[(l + 1) & 1], layer.Outputs);
            var below = l > lowest ? View(_derivatives[l & 1], layer.Inputs) : default;
            var slice = wanted.IsEmpty || wanted[l] ? _network.Slice(gradient, l) : default;
            layer.Backward(_network.Slice(w, l), Activation(l), Activation(l + 1), above, below, slice, _product);
        }
    }

    /// <summary>
    /// Carries <see cref="OutputDerivative"/> down to the layer <paramref name="lowest"/> after <see cref="Forward"/> at the same w, and shows <paramref name="visit"/>
    /// the derivative with respect to the output of every layer on the way. No gradient is made.
    /// </summary>
    public void Backpropagate(ReadOnlySpan<float> w, int lowest, LayerVisitor visit)
    {
        for (var l = _network.Layers.Count - 1; l >= lowest; l--)
        {
            var layer = _network.Layers[l].Layer;
            var above = View(_derivatives[(l + 1) & 1], layer.Outputs);
            visit(l, above);
            if (l > lowest) layer.Backward(_network.Slice(w, l), Activation(l), Activation(l + 1), above, View(_derivatives[l & 1], layer.Inputs), default, _product);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var memory in (IEnumerable<AlignedMemory>)[.. _activations, .. _derivatives]) memory.Dispose();
        _product.Dispose();
    }

    private int LowestWanted(ReadOnlySpan<bool> wanted)
    {
        for (var l = 0; l < _network.Layers.Count; l++)
        {
            var (start, end) = (_network.ParameterRange(l).Start.Value, _network.ParameterRange(l).End.Value);
            if (end > start && (wanted.IsEmpty || wanted[l])) return l;
        }
        return _network.Layers.Count;
    }

    private Matrix Activation(int layer) => View(_activations[layer], layer == 0 ? _network.Inputs : _network.Layers[layer - 1].Layer.Outputs);

    private AlignedMemory Rows(int rows) => new(checked(rows * _stride));

    private Matrix View(AlignedMemory memory, int rows) => new(memory.Span, rows, _columns, _stride);
}
