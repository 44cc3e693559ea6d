namespace LambdaHat.Training;

/// <summary>How the checkpoints of a run are spread over its steps.</summary>
public enum CheckpointSpacing
{
    /// <summary>Evenly from step 0 (the first parameters) to the last.</summary>
    Linear,

    /// <summary>In equal ratios from step 1 to the last; what falls on the same step is kept once.</summary>
    Logarithmic,
}

/// <summary>The steps after which parameters are kept, ascending and distinct; step 0 stands for the first parameters.</summary>
public sealed class CheckpointSchedule
{
    private CheckpointSchedule(IEnumerable<long> steps) => Steps = [.. steps.Distinct()];

    /// <summary>The steps.</summary>
    public IReadOnlyList<long> Steps { get; }

    /// <summary>
    /// <paramref name="count"/> checkpoints (fewer where spacing brings them to the same step) of a run of <paramref name="totalSteps"/> steps, the last
    /// step among them; none for a count of 0. A single one is the last step.
    /// </summary>
    /// <exception cref="InvalidInputException">The count is negative.</exception>
    public static CheckpointSchedule Create(CheckpointSpacing spacing, long totalSteps, int count)
    {
        if (count < 0) throw new InvalidInputException($"checkpoints must be a whole number ≥ 0, got {count}");
        ArgumentOutOfRangeException.ThrowIfLessThan(totalSteps, 1);
        return new(Enumerable.Range(1, count).Select(i => i == count ? totalSteps : Place((i - 1.0) / (count - 1))));

        long Place(double part) => (long)Math.Round(spacing == CheckpointSpacing.Linear ? part * totalSteps : Math.Pow(totalSteps, part));
    }
}
