using LambdaHat.Data;
using LambdaHat.Numerics;

namespace LambdaHat.Training;

/// <summary>
/// The checkpoints of a training, kept in memory. As its <see cref="Section"/> goes into the training's state, a training that goes on from there has those from before too.
/// </summary>
public sealed class CheckpointRecord
{
    private readonly List<long> _steps = [];
    private readonly List<float> _parameters = [];

    /// <summary>The steps at which they were taken.</summary>
    public IReadOnlyList<long> Steps => _steps;

    /// <summary>What the trainer keeps beside its own state.</summary>
    public StateSection Section => new("checkpoints", Transfer);

    /// <summary>The parameters of checkpoint <paramref name="index"/>.</summary>
    public float[] Parameters(int index)
    {
        var dimension = _parameters.Count / _steps.Count;
        return [.. _parameters.GetRange(index * dimension, dimension)];
    }

    /// <summary>Keeps a copy of <paramref name="parameters"/>: a <see cref="CheckpointHandler"/>.</summary>
    public void Keep(long step, ReadOnlySpan<float> parameters)
    {
        _steps.Add(step);
        _parameters.AddRange(parameters);
    }

    private void Transfer(StateTransfer state)
    {
        state.Values(_steps);
        state.Values(_parameters);
    }
}
