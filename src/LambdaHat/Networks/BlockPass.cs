using LambdaHat.Numerics;

namespace LambdaHat.Networks;

/// <summary>
/// The buffers of one thread for carrying blocks of vectors through the linearisation of a network on a chunk of samples: J·V forward, Jᵀ·U backward, and with the
/// second order the derivative of the backward pass. Nothing is allocated after construction.
/// </summary>
internal sealed class BlockPass : IDisposable
{
    /// <summary>Floats that the buffers of one pass may take (64 MiB), unless a single vector takes more.</summary>
    public const long Budget = 1L << 24;

    private readonly Network _network;
    private readonly BlockPacking _packing;
    private readonly MatrixProduct _product;
    private readonly AlignedMemory _directions;
    private readonly AlignedMemory _gradients;
    private readonly AlignedMemory[] _buffers;
    private readonly AlignedMemory[] _tangents;
    private readonly int _lowest;
    private int _current;

    /// <summary>Allocates for blocks of up to <paramref name="vectors"/> vectors and chunks of up to <paramref name="capacity"/> samples.</summary>
    public BlockPass(Network network, BlockPacking packing, int capacity, int vectors, bool secondOrder, WorkTeam? team)
    {
        _network = network;
        _packing = packing;
        _product = new MatrixProduct(team);
        while (_packing.Holds(_lowest) is false) _lowest++;
        var columns = vectors * AlignedMemory.RowStride(capacity);
        var widest = network.Layers.Max(l => l.Layer.Outputs);
        _buffers = [new(checked(widest * columns)), new(checked(widest * columns))];
        _tangents = secondOrder ? [.. network.Layers.Select(l => new AlignedMemory(checked(l.Layer.Outputs * columns)))] : [];
        _directions = new AlignedMemory(checked(packing.Size * vectors));
        _gradients = secondOrder ? new AlignedMemory(checked(packing.Size * vectors)) : _directions;
    }

    /// <summary>Floats for one vector of a block.</summary>
    public static long Size(Network network, BlockPacking packing, int capacity, bool secondOrder)
    {
        var rows = (2L * network.Layers.Max(l => l.Layer.Outputs)) + (secondOrder ? network.Layers.Sum(l => (long)l.Layer.Outputs) : 0);
        return (rows * AlignedMemory.RowStride(capacity)) + ((secondOrder ? 2L : 1L) * packing.Size);
    }

    /// <summary>
    /// (∂f/∂w)·V for <paramref name="count"/> vectors over the selected parameters, element i of each times scale[i] where a scale is given: a block of outputs × columns,
    /// overwritten by the next <see cref="Backward"/>.
    /// </summary>
    public Matrix Tangent(ChunkActivations chunk, ReadOnlySpan<float> w, ReadOnlySpan<float> vectors, int count, ReadOnlySpan<float> scale)
    {
        _packing.Pack(vectors, count, scale, chunk.Runs, _directions.Span);
        Matrix arriving = default;
        for (var l = _lowest; l < _network.Layers.Count; l++)
        {
            var layer = Layer(chunk, l);
            var leaving = Leaving(chunk, layer, l, count);
            layer.Tangent(_network.Slice(w, l), Directions(l, count), chunk.Into(l), chunk.Into(l + 1), arriving, leaving, _product, count);
            arriving = leaving;
        }
        return arriving;
    }

    /// <summary>The block of cotangents of the outputs, to be filled before <see cref="Backward"/>, zero in the columns beyond the samples; not the memory of the last tangent.</summary>
    public Matrix OutputDerivative(ChunkActivations chunk, int count) => Buffer(1 - _current, _network.Outputs, chunk, count);

    /// <summary>
    /// vectors += (∂f/∂w)ᵀ·U, U the block in <see cref="OutputDerivative"/>. With the second order and after <see cref="Tangent"/> of the same vectors also the part
    /// in which the passes, not the outputs, move: the products with the second derivatives of the layers.
    /// </summary>
    public void Backward(ChunkActivations chunk, ReadOnlySpan<float> w, Span<double> vectors, int count)
    {
        var current = 1 - _current;
        for (var l = _network.Layers.Count - 1; l >= _lowest; l--)
        {
            var layer = Layer(chunk, l);
            var above = Buffer(current, layer.Outputs, chunk, count);
            if (layer is not ElementwiseLayer) current = 1 - current;
            var below = l > _lowest ? Buffer(current, layer.Inputs, chunk, count) : default;
            Span<float> slice = _packing.Slice(_gradients.Span, l, count);
            layer.Backward(_network.Slice(w, l), chunk.Into(l), chunk.Into(l + 1), above, below, slice, _product, count);
            if (_tangents.Length == 0) continue;
            var arriving = l > _lowest ? Block(_tangents[l - 1], layer.Inputs, chunk, count) : default;
            layer.AddCurvature(_network.Slice(w, l), Directions(l, count), chunk.Into(l), chunk.Into(l + 1), arriving, chunk.Slope(l), below, slice, _product, count);
        }
        _packing.AddTo(_gradients.Span, count, chunk.Runs, vectors);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var memory in (ReadOnlySpan<AlignedMemory>)[.. _buffers, .. _tangents, _directions, _gradients]) memory.Dispose();
        _product.Dispose();
    }

    private Layer Layer(ChunkActivations chunk, int layer) => layer == 0 ? chunk.First : _network.Layers[layer].Layer;

    private ReadOnlySpan<float> Directions(int layer, int count) => _packing.Slice(_directions.Span, layer, count);

    // Element-wise layers work in place where the second order does not need what arrived.
    private Matrix Leaving(ChunkActivations chunk, Layer layer, int index, int count)
    {
        if (_tangents.Length > 0) return Block(_tangents[index], layer.Outputs, chunk, count);
        if (layer is not ElementwiseLayer) _current = 1 - _current;
        return Buffer(_current, layer.Outputs, chunk, count);
    }

    private Matrix Buffer(int index, int rows, ChunkActivations chunk, int count) => Block(_buffers[index], rows, chunk, count);

    private static Matrix Block(AlignedMemory memory, int rows, ChunkActivations chunk, int count) => new(memory.Span, rows * count, chunk.Columns, chunk.Columns);
}
