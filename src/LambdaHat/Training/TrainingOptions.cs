namespace LambdaHat.Training;

/// <summary>How long and on what minibatches a network is trained. Out-of-range values throw <see cref="InvalidInputException"/> when set.</summary>
public sealed record TrainingOptions
{
    /// <summary>Passes over the training data. Default 10. Not used where <see cref="Steps"/> is given.</summary>
    public int Epochs { get; init => field = (int)AtLeast(value, 1, "epochs"); } = 10;

    /// <summary>The number of steps, where it is not to follow from <see cref="Epochs"/>.</summary>
    public long? Steps { get; init => field = value is { } v ? AtLeast(v, 1, "steps") : null; }

    /// <summary>Samples in a minibatch; the last of an epoch holds what remains. Null, or more than there are, stands for all samples at once. Default 64.</summary>
    public int? BatchSize { get; init => field = value is { } v ? (int)AtLeast(v, 1, "batch size") : null; } = 64;

    /// <summary>The last step's learning rate as a part of the first's, in (0, 1]; the rate falls geometrically between. Default 1: constant.</summary>
    public double FinalLearningRateFraction
    {
        get;
        init => field = value is > 0 and <= 1 ? value : throw new InvalidInputException($"final learning rate must be a fraction of the first, in (0, 1], got {value}");
    } = 1;

    /// <summary>Every how many epochs losses and accuracies over the whole data are computed; always after the last step. Default 1.</summary>
    public int EvaluateEvery { get; init => field = (int)AtLeast(value, 1, "evaluation interval"); } = 1;

    /// <summary>How many checkpoints are handed out along the run. Default 0.</summary>
    public int Checkpoints { get; init => field = (int)AtLeast(value, 0, "checkpoints"); }

    /// <summary>How the checkpoints are spread. Default linear.</summary>
    public CheckpointSpacing CheckpointSpacing { get; init; }

    /// <summary>The seed of the order of the samples (and, in a <see cref="TrainingTask"/>, of the first parameters).</summary>
    public ulong Seed { get; init; }

    /// <summary>Steps in an epoch over <paramref name="samples"/> samples.</summary>
    public int StepsPerEpoch(int samples)
    {
        var batch = Math.Min(BatchSize ?? samples, samples);
        return ((samples - 1) / batch) + 1;
    }

    /// <summary>Steps of the whole run over <paramref name="samples"/> samples.</summary>
    public long TotalSteps(int samples) => Steps ?? (long)Epochs * StepsPerEpoch(samples);

    private static long AtLeast(long value, long least, string name) => value >= least
        ? value
        : throw new InvalidInputException($"{name} must be a whole number ≥ {least}, got {value}");
}
