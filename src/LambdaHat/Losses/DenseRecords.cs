using LambdaHat.Data;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Losses;

/// <summary>
/// For some samples and dense layers, sample by sample: what arrives at the layer, with a 1 for the bias after it (a), and for every output r of the network the derivatives δ_r of
/// (R·f)_r by what the layer gives, R a multiple of a root of the loss's curvature. Then Σ_r δ_r aᵀ (δ_r aᵀ)ᵀ is the sample's part of the Gauss–Newton matrix.
/// </summary>
internal sealed class DenseRecords : IDisposable
{
    private const int ReadAtOnce = 512;

    private readonly Network _network;
    private readonly int[] _layers;
    private readonly NetworkPass _pass;
    private readonly AlignedMemory[] _arriving;
    private readonly AlignedMemory[] _slopes;
    private readonly float[] _roots;
    private readonly float[] _targets;
    private readonly int[] _indices;

    /// <summary>Room for <paramref name="capacity"/> samples.</summary>
    public DenseRecords(Network network, int[] layers, int targets, int capacity, WorkTeam? team)
    {
        (_network, _layers) = (network, layers);
        var atOnce = Math.Min(capacity, ReadAtOnce);
        _pass = new NetworkPass(network, atOnce, team);
        _arriving = [.. layers.Select(l => new AlignedMemory(checked(capacity * (network.Layers[l].Layer.Inputs + 1))))];
        _slopes = [.. layers.Select(l => new AlignedMemory(checked(capacity * network.Outputs * network.Layers[l].Layer.Outputs)))];
        _roots = new float[checked(network.Outputs * network.Outputs * atOnce)];
        _targets = new float[targets * NetworkPass.PaddedColumns(atOnce)];
        _indices = new int[atOnce];
    }

    /// <summary>The samples there are.</summary>
    public int Count { get; private set; }

    /// <summary>Floats for one sample.</summary>
    public static long Size(Network network, int[] layers) =>
        layers.Sum(l => network.Layers[l].Layer.Inputs + 1L + ((long)network.Outputs * network.Layers[l].Layer.Outputs));

    /// <summary>a of layer number <paramref name="index"/>: samples × (inputs + 1).</summary>
    public ReadOnlySpan<float> Arriving(int index) => _arriving[index].Span;

    /// <summary>δ of layer number <paramref name="index"/>: samples × outputs of the network × outputs of the layer.</summary>
    public ReadOnlySpan<float> Slopes(int index) => _slopes[index].Span;

    /// <summary>Reads the samples [start, start + count), with R = scale·(a root of ∂²ℓ/∂f²).</summary>
    public void Fill(Loss loss, double scale, DataSet data, ReadOnlySpan<float> w, int start, int count)
    {
        Count = count;
        for (var first = 0; first < count; first += _indices.Length)
        {
            var batch = Math.Min(_indices.Length, count - first);
            for (var i = 0; i < batch; i++) _indices[i] = start + first + i;
            _pass.SetBatch(batch);
            var targets = new Matrix(_targets, data.TargetSize, NetworkPass.PaddedColumns(batch));
            data.Read(_indices.AsSpan(0, batch), _pass.Input, targets);
            _pass.Forward(w);
            for (var k = 0; k < _layers.Length; k++) RecordArriving(k, first, batch);
            FindRoots(loss, scale, targets, batch);
            for (var r = 0; r < _network.Outputs; r++) RecordSlopes(w, r, first, batch);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _pass.Dispose();
        foreach (var memory in (ReadOnlySpan<AlignedMemory>)[.. _arriving, .. _slopes]) memory.Dispose();
    }

    private void RecordArriving(int index, int first, int batch)
    {
        var values = _pass.ActivationInto(_layers[index]);
        var width = values.Rows + 1;
        var record = _arriving[index].Span.Slice(first * width, batch * width);
        for (var i = 0; i < values.Rows; i++)
        {
            var row = values.Row(i);
            for (var s = 0; s < batch; s++) record[(s * width) + i] = row[s];
        }
        for (var s = 0; s < batch; s++) record[(s * width) + values.Rows] = 1;
    }

    // roots[(r·outputs + i)·batch + s] ← R_ri of sample s.
    private void FindRoots(Loss loss, double scale, Matrix targets, int batch)
    {
        var outputs = _network.Outputs;
        double[] f = new double[outputs], root = new double[outputs * outputs];
        var target = new float[targets.Rows];
        for (var s = 0; s < batch; s++)
        {
            for (var i = 0; i < outputs; i++) f[i] = _pass.Output.Row(i)[s];
            for (var i = 0; i < target.Length; i++) target[i] = targets.Row(i)[s];
            loss.CurvatureRoot(f, target, root);
            for (var i = 0; i < root.Length; i++) _roots[(i * batch) + s] = (float)(scale * root[i]);
        }
    }

    private void RecordSlopes(ReadOnlySpan<float> w, int output, int first, int batch)
    {
        var derivative = _pass.OutputDerivative;
        for (var i = 0; i < derivative.Rows; i++)
        {
            _roots.AsSpan(((output * derivative.Rows) + i) * batch, batch).CopyTo(derivative.Row(i));
            derivative.Row(i)[batch..].Clear();
        }
        _pass.Backpropagate(w, _layers[0], (layer, slopes) =>
        {
            var index = Array.IndexOf(_layers, layer);
            if (index < 0) return;
            var record = _slopes[index].Span[(((first * _network.Outputs) + output) * slopes.Rows)..];
            for (var p = 0; p < slopes.Rows; p++)
            {
                var row = slopes.Row(p);
                for (var s = 0; s < batch; s++) record[(s * _network.Outputs * slopes.Rows) + p] = row[s];
            }
        });
    }
}
