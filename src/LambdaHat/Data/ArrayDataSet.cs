using LambdaHat.Numerics;

namespace LambdaHat.Data;

/// <summary>Samples held in memory, sample-major: input i of sample s is <c>Inputs[s·InputSize + i]</c>.</summary>
public sealed class ArrayDataSet : DataSet
{
    /// <summary>Takes the arrays as they are; their lengths must be count × size.</summary>
    public ArrayDataSet(float[] inputs, int inputSize, float[] targets, int targetSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(targetSize, 1);
        if (inputs.Length % inputSize != 0 || targets.Length % targetSize != 0 || inputs.Length / inputSize != targets.Length / targetSize)
            throw new InvalidInputException($"{inputs.Length} input numbers of {inputSize} a sample and {targets.Length} target numbers of {targetSize} a sample do not make the same number of samples");
        Inputs = inputs;
        Targets = targets;
        InputSize = inputSize;
        TargetSize = targetSize;
        Count = inputs.Length / inputSize;
    }

    /// <summary>All inputs, sample-major.</summary>
    public float[] Inputs { get; }

    /// <summary>All targets, sample-major.</summary>
    public float[] Targets { get; }

    /// <inheritdoc/>
    public override int Count { get; }

    /// <inheritdoc/>
    public override int InputSize { get; }

    /// <inheritdoc/>
    public override int TargetSize { get; }

    /// <inheritdoc/>
    public override void Read(ReadOnlySpan<int> indices, Matrix x, Matrix y)
    {
        Transposition.Gather(Inputs, InputSize, indices, x);
        Transposition.Gather(Targets, TargetSize, indices, y);
    }
}
