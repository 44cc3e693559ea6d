using LambdaHat.Numerics;

namespace LambdaHat.Networks;

/// <summary>
/// What every layer saw and gave at w for one chunk of samples: the linearisation point of a <see cref="BlockPass"/>. Inputs that are zero in every sample of the chunk
/// are left out where the first layer is dense: they touch no output, and their weights get no derivative. Read-only after <see cref="Fill"/>, so that threads share it.
/// </summary>
internal sealed class ChunkActivations : IDisposable
{
    private readonly Network _network;
    private readonly AlignedMemory[] _values;
    private readonly AlignedMemory[] _slopes;
    private AlignedMemory _inputs;
    private int _inputRows;

    /// <summary>Room for up to <paramref name="capacity"/> samples; that of the inputs comes with them. With room for <paramref name="slopes"/> or without.</summary>
    public ChunkActivations(Network network, int capacity, bool slopes)
    {
        _network = network;
        _slopes = slopes ? [.. network.Layers.Select(l => new AlignedMemory(checked(l.Layer.Outputs * AlignedMemory.RowStride(capacity))))] : [];
        _values = [.. network.Layers.Select(l => new AlignedMemory(checked(l.Layer.Outputs * AlignedMemory.RowStride(capacity))))];
        _inputs = new AlignedMemory(0);
        First = network.Layers[0].Layer;
    }

    /// <summary>The number of layers.</summary>
    public int Layers => _network.Layers.Count;

    /// <summary>The index of the chunk's first sample.</summary>
    public int Start { get; private set; }

    /// <summary>True samples among the columns.</summary>
    public int Count { get; private set; }

    /// <summary>Columns of every matrix, and the distance of its rows.</summary>
    public int Columns { get; private set; }

    /// <summary>The first layer without the inputs that are left out.</summary>
    public Layer First { get; private set; }

    /// <summary>The inputs that are kept, as runs (first input, length); empty when none is left out.</summary>
    public (int First, int Length)[] Runs { get; private set; } = [];

    /// <summary>f_w(x): network outputs × columns.</summary>
    public Matrix Output => Into(_network.Layers.Count);

    /// <summary>What arrives at layer <paramref name="layer"/> (what the last one gives, for the number of layers).</summary>
    public Matrix Into(int layer) => layer == 0 ? new(_inputs.Span, _inputRows, Columns, Columns) : new(_values[layer - 1].Span, _network.Layers[layer - 1].Layer.Outputs, Columns, Columns);

    /// <summary>∂ℓ/∂y for what layer <paramref name="layer"/> gives: its outputs × columns.</summary>
    public Matrix Slope(int layer) => new(_slopes[layer].Span, _network.Layers[layer].Layer.Outputs, Columns, Columns);

    /// <summary>Floats for <paramref name="samples"/> samples, in chunks of <paramref name="capacity"/>.</summary>
    public static long Size(Network network, int samples, int capacity, bool slopes) =>
        (network.Inputs + ((slopes ? 2 : 1) * network.Layers.Sum(l => (long)l.Layer.Outputs))) * (samples + (32L * Tiling.Count(samples, capacity)));

    /// <summary>Runs the network forward at <paramref name="w"/> on inputs × columns, of which the first <paramref name="count"/> are samples from number <paramref name="start"/> on.</summary>
    public void Fill(ReadOnlySpan<float> w, Matrix inputs, int start, int count, MatrixProduct product)
    {
        (Start, Count, Columns) = (start, count, inputs.Columns);
        for (var l = 0; l < _network.Layers.Count; l++)
            _network.Layers[l].Layer.Forward(_network.Slice(w, l), l == 0 ? inputs : Into(l), Into(l + 1), product);
        Keep(inputs);
    }

    /// <summary>From the last layer's <see cref="Slope"/>, which is there already, those of all others.</summary>
    public void Backpropagate(ReadOnlySpan<float> w, MatrixProduct product)
    {
        for (var l = _network.Layers.Count - 1; l > 0; l--)
            _network.Layers[l].Layer.Backward(_network.Slice(w, l), Into(l), Into(l + 1), Slope(l), Slope(l - 1), default, product);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var memory in (ReadOnlySpan<AlignedMemory>)[.. _values, .. _slopes]) memory.Dispose();
        _inputs.Dispose();
    }

    private void Keep(Matrix inputs)
    {
        (int First, int Length)[] runs = _network.Layers[0].Layer is Dense ? LiveRuns(inputs) : [(0, inputs.Rows)];
        _inputRows = runs.Sum(run => run.Length);
        var all = _inputRows == inputs.Rows;
        Runs = all ? [] : runs;
        First = !all && _network.Layers[0].Layer is Dense dense ? new Dense(_inputRows, dense.Outputs, dense.Bias) : _network.Layers[0].Layer;
        if (_inputs.Length < _inputRows * Columns)
        {
            _inputs.Dispose();
            _inputs = new AlignedMemory(checked(_inputRows * Columns));
        }
        var kept = Into(0);
        var row = 0;
        foreach (var (first, length) in runs)
        {
            for (var i = first; i < first + length; i++) inputs.Row(i).CopyTo(kept.Row(row++));
        }
    }

    // At least one row is kept, so that no matrix is empty.
    private static (int, int)[] LiveRuns(Matrix inputs)
    {
        var runs = new List<(int First, int Length)>();
        for (var i = 0; i < inputs.Rows; i++)
        {
            if (!inputs.Row(i).ContainsAnyExcept(0f)) continue;
            if (runs.Count > 0 && runs[^1].First + runs[^1].Length == i) runs[^1] = (runs[^1].First, runs[^1].Length + 1);
            else runs.Add((i, 1));
        }
        return runs.Count > 0 ? [.. runs] : [(0, 1)];
    }
}
