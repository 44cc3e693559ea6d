using System.Numerics.Tensors;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Losses;

/// <summary>
/// One chain's view of a <see cref="NetworkObjective"/>. Minibatches are drawn with replacement; a batch size of n means all samples,
/// in their order. Batches beyond <see cref="ChunkSize"/> are worked through in chunks.
/// </summary>
internal sealed class NetworkEvaluator : Evaluator
{
    /// <summary>Samples that are worked on at once.</summary>
    public const int ChunkSize = 4096;

    private readonly NetworkObjective _objective;
    private readonly NetworkPass _pass;
    private readonly bool[] _wanted;
    private readonly int[] _indices;
    private readonly double[] _losses;
    private readonly AlignedMemory _targets;
    private readonly AlignedMemory? _chunkGradient;
    private readonly bool _allSamples;
    private int _loadedChunk = -1;
    private double _centerLoss;

    public NetworkEvaluator(NetworkObjective objective, int batchSize, ParameterSelection sampled, WorkTeam? team)
    {
        _objective = objective;
        _allSamples = batchSize >= objective.Data.Count;
        BatchSize = _allSamples ? objective.Data.Count : batchSize;
        var capacity = Math.Min(BatchSize, ChunkSize);
        _pass = new NetworkPass(objective.Network, capacity, team);
        _targets = new AlignedMemory(checked(objective.Data.TargetSize * AlignedMemory.RowStride(capacity)));
        _indices = new int[BatchSize];
        _losses = new double[capacity];
        _wanted = new bool[objective.Network.Layers.Count];
        Want(sampled);
        if (BatchSize > ChunkSize) _chunkGradient = new AlignedMemory(objective.Dimension);
        if (_allSamples)
        {
            for (var i = 0; i < _indices.Length; i++) _indices[i] = i;
            _centerLoss = objective.CenterLoss;
        }
    }

    public override int BatchSize { get; }

    public override double CenterLoss => _centerLoss;

    public override void SelectMinibatch(ulong seed, int chain, long step)
    {
        if (_allSamples) return;
        new RandomStream(seed, RandomPurpose.Minibatch, chain, step).FillIndices(_indices, _objective.Data.Count);
        _loadedChunk = -1;
        var sum = 0.0;
        var centerLosses = _objective.CenterLosses;
        foreach (var index in _indices) sum += centerLosses[index];
        _centerLoss = sum / BatchSize;
    }

    public override void Want(ParameterSelection sampled) => _objective.Network.MarkLayers(sampled, _wanted);

    public override double Loss(ReadOnlySpan<float> w) => Evaluate(w, default);

    public override double LossAndGradient(ReadOnlySpan<float> w, Span<float> gradient) => Evaluate(w, gradient);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _pass.Dispose();
            _targets.Dispose();
            _chunkGradient?.Dispose();
        }
        base.Dispose(disposing);
    }

    private double Evaluate(ReadOnlySpan<float> w, Span<float> gradient)
    {
        var sum = 0.0;
        for (int start = 0, chunk = 0; start < BatchSize; start += ChunkSize, chunk++)
        {
            var count = Math.Min(ChunkSize, BatchSize - start);
            Load(chunk, start, count);
            _pass.Forward(w);
            var losses = _losses.AsSpan(0, count);
            var derivative = gradient.IsEmpty ? default : _pass.OutputDerivative;
            _objective.Loss.Evaluate(_pass.Output, Targets, losses, derivative, 1f / BatchSize);
            sum += TensorPrimitives.Sum<double>(losses);
            if (gradient.IsEmpty) continue;
            _pass.Backward(w, chunk == 0 ? gradient : _chunkGradient!.Span, _wanted);
            if (chunk > 0) TensorPrimitives.Add(gradient, _chunkGradient!.Span, gradient);
        }
        return sum / BatchSize;
    }

    private Matrix Targets => new(_targets.Span, _objective.Data.TargetSize, NetworkPass.PaddedColumns(_pass.Batch), AlignedMemory.RowStride(_pass.Capacity));

    private void Load(int chunk, int start, int count)
    {
        if (_loadedChunk == chunk) return;
        _pass.SetBatch(count);
        _objective.Data.Read(_indices.AsSpan(start, count), _pass.Input, Targets);
        _loadedChunk = chunk;
    }
}
