namespace LambdaHat.Networks;

/// <summary>A layer with the prefix that its tensors carry in a state dictionary ("0", "fc1").</summary>
public sealed record NamedLayer(string Name, Layer Layer);

/// <summary>
/// A sequence of layers over one flat float32 parameter vector. Holds shapes and names only; parameters are passed to
/// every call, so that any number of chains share one network.
/// </summary>
public sealed class Network
{
    private readonly int[] _firstParameter;

    /// <summary>Joins <paramref name="layers"/> into a network.</summary>
    /// <exception cref="InvalidInputException">Neighbouring layers do not fit, or two layers with parameters share a name.</exception>
    public Network(IReadOnlyList<NamedLayer> layers)
    {
        if (layers.Count == 0) throw new InvalidInputException("a network needs at least one layer, got none");
        Layers = layers;
        _firstParameter = new int[layers.Count + 1];
        var blocks = new List<ParameterBlock>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var offset = 0L;
        for (var l = 0; l < layers.Count; l++)
        {
            var (name, layer) = layers[l];
            if (l > 0 && layer.Inputs != layers[l - 1].Layer.Outputs)
                throw new InvalidInputException($"layer {l} (\"{name}\", {layer.Kind}) takes {layer.Inputs} inputs, but layer {l - 1} gives {layers[l - 1].Layer.Outputs}");
            _firstParameter[l] = (int)offset;
            foreach (var parameter in layer.Parameters)
            {
                var size = parameter.Size;
                if (offset + size > Array.MaxLength)
                    throw new InvalidInputException($"layer {l} (\"{name}\"): the network would have more than {Array.MaxLength} parameters");
                var full = $"{name}.{parameter.Name}";
                if (!names.Add(full)) throw new InvalidInputException($"two tensors are named \"{full}\"; give layer {l} another name");
                blocks.Add(new ParameterBlock(full, parameter.Dimensions, (int)offset, (int)size));
                offset += size;
            }
        }
        _firstParameter[^1] = (int)offset;
        Blocks = blocks;
        Dimension = (int)offset;
    }

    /// <summary>Joins layers under the names that <c>torch.nn.Sequential</c> gives them: "0", "1", …</summary>
    public Network(params Layer[] layers) : this([.. layers.Select((layer, i) => new NamedLayer($"{i}", layer))]) { }

    /// <summary>The layers with their names, first to last.</summary>
    public IReadOnlyList<NamedLayer> Layers { get; }

    /// <summary>The named tensors, in the order of the flat vector.</summary>
    public IReadOnlyList<ParameterBlock> Blocks { get; }

    /// <summary>d, the length of the flat parameter vector.</summary>
    public int Dimension { get; }

    /// <summary>Numbers in a sample's input.</summary>
    public int Inputs => Layers[0].Layer.Inputs;

    /// <summary>Numbers in a sample's output.</summary>
    public int Outputs => Layers[^1].Layer.Outputs;

    /// <summary>Layer <paramref name="layer"/>'s part of a flat vector.</summary>
    public ReadOnlySpan<float> Slice(ReadOnlySpan<float> w, int layer) => w[_firstParameter[layer].._firstParameter[layer + 1]];

    /// <summary>Layer <paramref name="layer"/>'s part of a flat vector.</summary>
    public Span<float> Slice(Span<float> w, int layer) => w[_firstParameter[layer].._firstParameter[layer + 1]];

    /// <summary>wanted[l] ← whether <paramref name="selection"/> holds any parameter of layer l.</summary>
    public void MarkLayers(ParameterSelection selection, Span<bool> wanted)
    {
        for (var l = 0; l < Layers.Count; l++) wanted[l] = selection.Touches(_firstParameter[l], _firstParameter[l + 1]);
    }

    /// <summary>The range of layer <paramref name="layer"/>'s parameters in the flat vector.</summary>
    public Range ParameterRange(int layer) => _firstParameter[layer].._firstParameter[layer + 1];
}
