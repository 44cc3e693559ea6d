using System.Numerics.Tensors;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Losses;

/// <summary>
/// One chain's view of a linear network's loss on minibatches, in float64 up to the outputs; what the loss makes of them is float32, which relative to their own size it may be. The minibatches are those of
/// <see cref="NetworkEvaluator"/>.
/// </summary>
internal sealed class LinearMinibatches : IDisposable
{
    private readonly NetworkObjective _objective;
    private readonly LinearPass _pass;
    private readonly int[] _indices;
    private readonly double[] _losses;
    private readonly AlignedMemory _inputs, _targets, _outputs, _derivative;
    private readonly int _capacity;

    public LinearMinibatches(NetworkObjective objective, int batchSize, WorkTeam? team)
    {
        _objective = objective;
        BatchSize = Math.Min(batchSize, objective.Data.Count);
        _capacity = Math.Min(BatchSize, NetworkEvaluator.ChunkSize);
        _pass = new LinearPass(objective.Network, _capacity, team);
        AlignedMemory Rows(int rows) => new(checked(rows * AlignedMemory.RowStride(_capacity)));
        (_inputs, _targets, _outputs, _derivative) = (Rows(objective.Network.Inputs), Rows(objective.Data.TargetSize), Rows(objective.Network.Outputs), Rows(objective.Network.Outputs));
        _losses = new double[_capacity];
        _indices = new int[BatchSize];
        if (BatchSize < objective.Data.Count) return;
        for (var i = 0; i < _indices.Length; i++) _indices[i] = i;
        CenterLoss = objective.CenterLoss;
    }

    /// <summary>Samples in a minibatch.</summary>
    public int BatchSize { get; }

    /// <summary>L_B(w*).</summary>
    public double CenterLoss { get; private set; }

    /// <summary>Selects the minibatch B of (seed, chain, step).</summary>
    public void Select(ulong seed, int chain, long step)
    {
        if (BatchSize == _objective.Data.Count) return;
        new RandomStream(seed, RandomPurpose.Minibatch, chain, step).FillIndices(_indices, _objective.Data.Count);
        var sum = 0.0;
        var centerLosses = _objective.CenterLosses;
        foreach (var index in _indices) sum += centerLosses[index];
        CenterLoss = sum / BatchSize;
    }

    /// <summary>L_B(w), and gradient (outputs × inputs) ← ∂L_B/∂W of the dense layer number <paramref name="place"/>.</summary>
    public double LossAndGradient(double[] w, int place, double[] gradient)
    {
        var sum = 0.0;
        for (var start = 0; start < BatchSize; start += _capacity)
        {
            var count = Math.Min(_capacity, BatchSize - start);
            Matrix View(AlignedMemory memory, int rows) => new(memory.Span, rows, NetworkPass.PaddedColumns(count), AlignedMemory.RowStride(_capacity));
            Matrix inputs = View(_inputs, _objective.Network.Inputs), targets = View(_targets, _objective.Data.TargetSize), outputs = View(_outputs, _objective.Network.Outputs), derivative = View(_derivative, _objective.Network.Outputs);
            _objective.Data.Read(_indices.AsSpan(start, count), inputs, targets);
            _pass.Load(inputs, count);
            _pass.Forward(w, 0, _pass.Layers.Count);
            _pass.ReadOutput(outputs);
            _objective.Loss.Evaluate(outputs, targets, _losses.AsSpan(0, count), derivative, 1f / BatchSize);
            sum += TensorPrimitives.Sum<double>(_losses.AsSpan(0, count));
            _pass.SetOutputDerivative(derivative);
            for (var l = _pass.Layers.Count - 2; l >= place; l--) _pass.Descend(w, l);
            _pass.Gradient(place, gradient, accumulate: start > 0);
        }
        return sum / BatchSize;
    }

    public void Dispose()
    {
        foreach (var memory in (AlignedMemory[])[_inputs, _targets, _outputs, _derivative]) memory.Dispose();
    }
}
