using System.Numerics.Tensors;
using LambdaHat.Data;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Spectra;

/// <summary>How the inputs of the first layer with parameters enter the products whose rank is asked for.</summary>
internal enum DesignKind
{
    /// <summary>As they are.</summary>
    Raw,

    /// <summary>With a 1 after them.</summary>
    Augmented,

    /// <summary>Less those of the first sample: their rank is that of the augmented ones, less 1.</summary>
    Differences,
}

/// <summary>
/// One pass over the data in float64: which units a ReLU lets through on some sample, which it stops on all of them, whether any sample stands on a kink, which integers occur, and the Gram matrix of what arrives
/// at the first layer with parameters (of its one-hot codes for an embedding).
/// </summary>
internal sealed class DataActivity
{
    /// <summary>A pre-activation within this share of ‖row‖‖input‖ + |bias| of zero stands on the kink: some hundred roundings of float64, and far below what generic numbers come near to.</summary>
    public const double KinkTolerance = 1e-12;

    /// <summary>Wider first layers are taken to have no dependent inputs, which counts fewer directions.</summary>
    public const int WidestDesign = 4096;

    private const int Chunk = 256;

    private readonly Network _network;
    private readonly double[] _w;
    private readonly int _first;
    private readonly DesignKind _kind;
    private readonly double[][] _values;
    private readonly double[][] _rowNorms;
    private readonly double[] _rows;
    private double[]? _origin;

    private DataActivity(Network network, ReadOnlySpan<float> w, int first, DesignKind kind)
    {
        (_network, _first, _kind) = (network, first, kind);
        _w = new double[w.Length];
        for (var i = 0; i < w.Length; i++) _w[i] = w[i];
        _values = [new double[network.Inputs], .. network.Layers.Select(l => new double[l.Layer.Outputs])];
        Active = [.. network.Layers.Select(l => new bool[l.Layer is Relu ? l.Layer.Outputs : 0])];
        _rowNorms = [.. network.Layers.Select((l, i) => l.Layer is Dense dense
            ? Enumerable.Range(0, dense.Outputs).Select(o => TensorPrimitives.Norm<double>(Part(i).Slice(o * dense.Inputs, dense.Inputs))).ToArray()
            : [])];
        var size = network.Layers[first].Layer is Embedding embedding ? (long)embedding.Vocabulary * embedding.Inputs : network.Layers[first].Layer.Inputs;
        DesignSize = (int)Math.Min(size + (kind == DesignKind.Augmented ? 1 : 0), int.MaxValue);
        Design = DesignSize <= WidestDesign ? new double[DesignSize * DesignSize] : null;
        _rows = Design is null ? [] : new double[Chunk * DesignSize];
        Seen = network.Layers[first].Layer is Embedding e ? new bool[e.Vocabulary] : [];
    }

    /// <summary>By layer and unit: whether a ReLU lets the unit through on some sample.</summary>
    public bool[][] Active { get; }

    /// <summary>Whether a pre-activation stands on the kink of a ReLU on some sample.</summary>
    public bool OnKink { get; private set; }

    /// <summary>Which integers of a leading embedding occur.</summary>
    public bool[] Seen { get; }

    /// <summary>Rows of the design's Gram matrix.</summary>
    public int DesignSize { get; }

    /// <summary>The Gram matrix over the samples of what arrives at the first layer with parameters, or null where that is too wide.</summary>
    public double[]? Design { get; }

    /// <summary>Reads all data once.</summary>
    public static DataActivity Of(Network network, DataSet data, ReadOnlySpan<float> w, int first, DesignKind kind, CancellationToken cancellation)
    {
        var activity = new DataActivity(network, w, first, kind);
        var product = new DoubleProduct();
        var indices = new int[Chunk];
        float[] inputs = new float[Chunk * network.Inputs], targets = new float[Chunk * data.TargetSize];
        for (var start = 0; start < data.Count; start += Chunk)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = Math.Min(Chunk, data.Count - start);
            for (var i = 0; i < count; i++) indices[i] = start + i;
            data.Read(indices.AsSpan(0, count), new Matrix(inputs, network.Inputs, count), new Matrix(targets, data.TargetSize, count));
            activity._rows.AsSpan().Clear();
            for (var s = 0; s < count; s++)
            {
                for (var i = 0; i < network.Inputs; i++) activity._values[0][i] = inputs[(i * count) + s];
                activity.Add(s);
            }
            if (activity.Design is { } design) product.Gram(activity.DesignSize, count, activity._rows, activity.DesignSize, transpose: true, design, accumulate: true);
        }
        return activity;
    }

    private ReadOnlySpan<double> Part(int layer) => _w.AsSpan()[_network.ParameterRange(layer)];

    private void Add(int sample)
    {
        for (var l = 0; l < _network.Layers.Count; l++)
        {
            if (l == _first) AddDesign(sample);
            _network.Layers[l].Layer.ForwardExact(Part(l), _values[l], _values[l + 1]);
            if (_network.Layers[l].Layer is Relu && l > _first) Look(l);
        }
    }

    private void AddDesign(int sample)
    {
        var x = _values[_first];
        if (_network.Layers[_first].Layer is Embedding embedding)
        {
            foreach (var token in x) Seen[(int)token] = true;
            if (Design is null) return;
            var codes = _rows.AsSpan(sample * DesignSize, DesignSize);
            for (var t = 0; t < x.Length; t++) codes[(t * embedding.Vocabulary) + (int)x[t]] += 1;
            if (_kind != DesignKind.Differences) return;
            _origin ??= codes.ToArray();
            TensorPrimitives.Subtract(codes, _origin, codes);
            return;
        }
        if (Design is null) return;
        var row = _rows.AsSpan(sample * DesignSize, DesignSize);
        x.CopyTo(row);
        if (_kind == DesignKind.Augmented) row[^1] = 1;
        if (_kind != DesignKind.Differences) return;
        _origin ??= [.. x];
        TensorPrimitives.Subtract(row, _origin, row);
    }

    // Marks the units that a ReLU lets through. A ReLU after another changes nothing; what arrives from a layer without bias whose inputs are all zero is zero around w* too.
    private void Look(int relu)
    {
        var z = _values[relu];
        var below = relu - 1;
        while (_network.Layers[below].Layer is Identity) below--;
        if (_network.Layers[below].Layer is Relu)
        {
            for (var i = 0; i < z.Length; i++) Active[relu][i] |= z[i] > 0;
            return;
        }
        var dense = _network.Layers[below].Layer as Dense;
        var arriving = TensorPrimitives.Norm<double>(_values[below]);
        for (var i = 0; i < z.Length; i++)
        {
            Active[relu][i] |= z[i] > 0;
            if (dense is { Bias: false } && arriving == 0) continue;
            var scale = dense is null ? 1 : (_rowNorms[below][i] * arriving) + (dense.Bias ? Math.Abs(Part(below)[(dense.Inputs * dense.Outputs) + i]) : 0);
            OnKink |= Math.Abs(z[i]) <= KinkTolerance * scale;
        }
    }
}
