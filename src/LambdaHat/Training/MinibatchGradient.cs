using System.Numerics.Tensors;
using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Training;

/// <summary>The mean loss over given samples and its gradient, without allocation. Many samples are worked through in chunks.</summary>
internal sealed class MinibatchGradient : IDisposable
{
    /// <summary>Samples worked through at a time.</summary>
    public const int ChunkSize = 4096;

    private readonly Loss _loss;
    private readonly DataSet _data;
    private readonly NetworkPass _pass;
    private readonly AlignedMemory _targets;
    private readonly AlignedMemory? _chunkGradient;
    private readonly double[] _losses;

    public MinibatchGradient(Network network, Loss loss, DataSet data, int batchSize, WorkTeam? team)
    {
        _loss = loss;
        _data = data;
        var capacity = Math.Min(batchSize, ChunkSize);
        _pass = new NetworkPass(network, capacity, team);
        _targets = new AlignedMemory(checked(data.TargetSize * AlignedMemory.RowStride(capacity)));
        if (batchSize > capacity) _chunkGradient = new AlignedMemory(network.Dimension);
        _losses = new double[capacity];
    }

    /// <summary>The mean loss over the samples <paramref name="indices"/>, and gradient ← its gradient at w.</summary>
    public double Evaluate(ReadOnlySpan<float> w, ReadOnlySpan<int> indices, Span<float> gradient)
    {
        var sum = 0.0;
        for (var start = 0; start < indices.Length; start += _pass.Capacity)
        {
            var chunk = indices[start..Math.Min(start + _pass.Capacity, indices.Length)];
            _pass.SetBatch(chunk.Length);
            var targets = new Matrix(_targets.Span, _data.TargetSize, NetworkPass.PaddedColumns(chunk.Length), AlignedMemory.RowStride(_pass.Capacity));
            _data.Read(chunk, _pass.Input, targets);
            _pass.Forward(w);
            var losses = _losses.AsSpan(0, chunk.Length);
            _loss.Evaluate(_pass.Output, targets, losses, _pass.OutputDerivative, 1f / indices.Length);
            sum += TensorPrimitives.Sum<double>(losses);
            _pass.Backward(w, start == 0 ? gradient : _chunkGradient!.Span);
            if (start > 0) TensorPrimitives.Add(gradient, _chunkGradient!.Span, gradient);
        }
        return sum / indices.Length;
    }

    public void Dispose()
    {
        _pass.Dispose();
        _targets.Dispose();
        _chunkGradient?.Dispose();
    }
}
