using LambdaHat.Data;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Losses;

/// <summary>The activations and targets of one chunk of samples.</summary>
internal sealed class LoadedChunk : IDisposable
{
    private readonly DataSet _data;
    private readonly int _inputs;
    private readonly AlignedMemory _targets;
    private readonly double[] _losses;
    private readonly bool _ownTargets;

    /// <summary>Room for up to <paramref name="capacity"/> samples.</summary>
    public LoadedChunk(Network network, DataSet data, int capacity, bool slopes, bool ownTargets)
    {
        (_data, _inputs, _ownTargets) = (data, network.Inputs, ownTargets);
        Activations = new ChunkActivations(network, capacity, slopes);
        _targets = new AlignedMemory(checked(data.TargetSize * AlignedMemory.RowStride(capacity)));
        _losses = new double[slopes ? capacity : 0];
    }

    /// <summary>What the layers saw and gave.</summary>
    public ChunkActivations Activations { get; }

    /// <summary>Whether no chunk follows.</summary>
    public bool IsLast { get; set; }

    /// <summary>The targets, target size × columns; the outputs at w where these are the targets.</summary>
    public ReadOnlyMatrix Targets => _ownTargets ? Activations.Output : Read;

    private Matrix Read => new(_targets.Span, _data.TargetSize, Activations.Columns, Activations.Columns);

    /// <summary>Reads the samples and runs the network forward at <paramref name="w"/>; for a loss whose second order is wanted also backward.</summary>
    public void Load(ReadOnlySpan<int> indices, ReadOnlySpan<float> w, Span<float> inputs, MatrixProduct product, Loss? slopes)
    {
        var columns = AlignedMemory.RowStride(indices.Length);
        var x = new Matrix(inputs, _inputs, columns, columns);
        _data.Read(indices, x, new Matrix(_targets.Span, _data.TargetSize, columns, columns));
        Activations.Fill(w, x, indices[0], indices.Length, product);
        if (slopes is null) return;
        slopes.Evaluate(Activations.Output, Targets, _losses.AsSpan(0, indices.Length), Activations.Slope(Activations.Layers - 1), 1);
        Activations.Backpropagate(w, product);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Activations.Dispose();
        _targets.Dispose();
    }
}
