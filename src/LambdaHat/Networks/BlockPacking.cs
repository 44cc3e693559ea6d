using System.Numerics.Tensors;
using LambdaHat.Numerics;

namespace LambdaHat.Networks;

/// <summary>
/// Between vectors over the selected parameters, one after the other, and the block layout of <see cref="Layer"/>: tensor after tensor of the layers that hold any
/// selected parameter, of a tensor of shape (r, …) part [a, …] of vector j at position a·k + j. Unselected tensors of these layers are zero and ignored on the way back.
/// </summary>
internal sealed class BlockPacking
{
    private readonly Piece[] _pieces;
    private readonly (int First, int Length)[] _layers;

    public BlockPacking(Network network, ParameterSelection selection)
    {
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        var count = 0;
        foreach (var block in selection)
        {
            first.Add(block.Name, count);
            count += block.Size;
        }
        _layers = new (int, int)[network.Layers.Count];
        List<Piece> pieces = [];
        var offset = 0;
        for (var l = 0; l < network.Layers.Count; l++)
        {
            var (start, end) = (network.ParameterRange(l).Start.Value, network.ParameterRange(l).End.Value);
            _layers[l] = (offset, 0);
            if (!selection.Touches(start, end)) continue;
            foreach (var block in network.Blocks.Where(b => b.Offset >= start && b.Offset < end))
                pieces.Add(new(l, block.Shape[0], block.Size / block.Shape[0], offset + block.Offset - start, first.TryGetValue(block.Name, out var at) ? at : -1));
            _layers[l] = (offset, end - start);
            offset += end - start;
        }
        _pieces = [.. pieces];
        (Dimension, Size) = (count, offset);
    }

    /// <summary>The number of selected parameters.</summary>
    public int Dimension { get; }

    /// <summary>Numbers a vector takes in the block layout.</summary>
    public int Size { get; }

    /// <summary>Whether any parameter of layer <paramref name="layer"/> is selected.</summary>
    public bool Holds(int layer) => _layers[layer].Length > 0;

    /// <summary>Layer <paramref name="layer"/>'s part of a packed block, empty when none of its parameters is selected.</summary>
    public Span<float> Slice(Span<float> packed, int layer, int vectors) => packed.Slice(vectors * _layers[layer].First, vectors * _layers[layer].Length);

    /// <summary>packed ← the block, element i of every vector times scale[i] where a scale is given. Of a first dense layer only the inputs in <paramref name="runs"/> are kept, all when there are none.</summary>
    public void Pack(ReadOnlySpan<float> vectors, int count, ReadOnlySpan<float> scale, (int First, int Length)[] runs, Span<float> packed)
    {
        foreach (var piece in _pieces)
        {
            var (target, width) = Place(piece, runs, count);
            if (piece.First < 0)
            {
                packed.Slice(target, piece.Rows * count * width).Clear();
                continue;
            }
            var whole = width == piece.Width;
            for (var a = 0; a < piece.Rows; a++)
            {
                for (var j = 0; j < count; j++, target += width)
                {
                    var (from, to) = (piece.First + (a * piece.Width), target);
                    if (whole) Copy(vectors, (j * Dimension) + from, scale, from, packed.Slice(to, width));
                    for (var r = 0; r < runs.Length && !whole; to += runs[r++].Length)
                        Copy(vectors, (j * Dimension) + from + runs[r].First, scale, from + runs[r].First, packed.Slice(to, runs[r].Length));
                }
            }
        }
    }

    /// <summary>vectors += the packed block, in float64.</summary>
    public void AddTo(ReadOnlySpan<float> packed, int count, (int First, int Length)[] runs, Span<double> vectors)
    {
        foreach (var piece in _pieces)
        {
            if (piece.First < 0) continue;
            var (source, width) = Place(piece, runs, count);
            var whole = width == piece.Width;
            for (var a = 0; a < piece.Rows; a++)
            {
                for (var j = 0; j < count; j++, source += width)
                {
                    var (from, to) = (source, (j * Dimension) + piece.First + (a * piece.Width));
                    if (whole) WideSum.Add(packed.Slice(from, width), vectors.Slice(to, width));
                    for (var r = 0; r < runs.Length && !whole; from += runs[r++].Length)
                        WideSum.Add(packed.Slice(from, runs[r].Length), vectors.Slice(to + runs[r].First, runs[r].Length));
                }
            }
        }
    }

    // The runs, where there are any, are about the rows of the first layer's weights; its biases, which follow them, move up.
    private static (int Start, int Width) Place(Piece piece, (int First, int Length)[] runs, int count)
    {
        if (piece.Layer > 0 || runs.Length == 0) return (piece.Offset * count, piece.Width);
        var kept = 0;
        foreach (var (_, length) in runs) kept += length;
        return piece.Width == 1 && piece.Offset > 0 ? (piece.Rows * kept * count, 1) : (piece.Offset * count, kept);
    }

    private static void Copy(ReadOnlySpan<float> vectors, int from, ReadOnlySpan<float> scale, int first, Span<float> result)
    {
        if (scale.IsEmpty) vectors.Slice(from, result.Length).CopyTo(result);
        else TensorPrimitives.Multiply(vectors.Slice(from, result.Length), scale.Slice(first, result.Length), result);
    }

    // A tensor: rows × width numbers at Offset in the block layout, and at First among the selected parameters, or unselected (−1).
    private readonly record struct Piece(int Layer, int Rows, int Width, int Offset, int First);
}
