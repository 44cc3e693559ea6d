using LambdaHat.Networks;

namespace LambdaHat.Losses;

/// <summary>One thread's buffers for the derivatives of one sample's outputs in float64, by one backward pass for each row.</summary>
internal sealed class SampleJacobian
{
    private readonly Network _network;
    private readonly double[] _parameters;
    private readonly ParameterBlock[] _blocks;
    private readonly double[][] _values;
    private readonly double[][] _slopes;
    private readonly double[] _gradient;
    private readonly double[] _root;
    private readonly float[] _targets;
    private readonly int _lowest;

    /// <summary>For parameters <paramref name="parameters"/>, of which rows hold the blocks, and losses with targets of a size.</summary>
    public SampleJacobian(Network network, double[] parameters, ParameterBlock[] blocks, int targets)
    {
        (_network, _parameters, _blocks) = (network, parameters, blocks);
        _values = [new double[network.Inputs], .. network.Layers.Select(l => new double[l.Layer.Outputs])];
        _slopes = [.. _values.Select(value => new double[value.Length])];
        _gradient = new double[network.Dimension];
        _root = new double[network.Outputs * network.Outputs];
        _targets = new float[targets];
        _lowest = Enumerable.Range(0, network.Layers.Count).First(l => blocks.Any(b => b.Offset >= network.ParameterRange(l).Start.Value && b.Offset < network.ParameterRange(l).End.Value));
    }

    /// <summary>The sample's input, to be filled first.</summary>
    public Span<double> Input => _values[0];

    /// <summary>The sample's target, to be filled where a loss is given.</summary>
    public Span<float> Target => _targets;

    /// <summary>rows (outputs × selected parameters) ← ∂f/∂w, or R·∂f/∂w with RᵀR = ∂²ℓ/∂f² for a loss.</summary>
    public void Fill(Loss? loss, Span<double> rows)
    {
        var (layers, outputs) = (_network.Layers, _network.Outputs);
        for (var l = 0; l < layers.Count; l++) layers[l].Layer.ForwardExact(Part(l), _values[l], _values[l + 1]);
        _root.AsSpan().Clear();
        if (loss is null)
            for (var o = 0; o < outputs; o++) _root[(o * outputs) + o] = 1;
        else
            loss.CurvatureRoot(_values[^1], _targets, _root);
        var width = rows.Length / outputs;
        for (var o = 0; o < outputs; o++)
        {
            _root.AsSpan(o * outputs, outputs).CopyTo(_slopes[^1]);
            for (var l = layers.Count - 1; l >= _lowest; l--)
                layers[l].Layer.BackwardExact(Part(l), _values[l], _slopes[l + 1], l > _lowest ? _slopes[l] : default, _gradient.AsSpan()[_network.ParameterRange(l)]);
            var row = rows.Slice(o * width, width);
            foreach (var block in _blocks)
            {
                _gradient.AsSpan(block.Offset, block.Size).CopyTo(row);
                row = row[block.Size..];
            }
        }
    }

    private ReadOnlySpan<double> Part(int layer) => _parameters.AsSpan()[_network.ParameterRange(layer)];
}
