using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Tracking;

/// <summary>How a <see cref="Track"/> is made: one set of hyperparameters for all checkpoints. Out-of-range values throw <see cref="InvalidInputException"/> when set.</summary>
public sealed record TrackOptions
{
    /// <summary>How each checkpoint is estimated; tolerance and budget are those of one. Its localisation is plain: a γ relative to the weights would differ from checkpoint to checkpoint.</summary>
    public EstimationOptions Estimation
    {
        get;
        init => field = value.Localisation == "plain" ? value : throw new InvalidInputException("localisation must be plain in a series: relative to the weights γ would move with training");
    } = new();

    /// <summary>The highest probability that a flat curve shows a change or a slope, in (0, 1). Default 0.05.</summary>
    public double FalseAlarms { get; init => field = value is > 0 and < 1 ? value : throw new InvalidInputException($"false alarms must be a number in (0, 1), got {value}"); } = 0.05;

    /// <summary>The options with nβ, and γ of the last checkpoint (10·d/‖w*‖² there) where none is given, filled in for all.</summary>
    /// <exception cref="InvalidInputException">An option does not fit the network or its data.</exception>
    public TrackOptions Resolve(TrackedSeries series, WorkTeam? team = null, StageWatch? watch = null)
    {
        var estimation = Estimation.Resolve(series.Train.Count);
        if (estimation.Gamma is not null) return this with { Estimation = estimation };
        var last = series.ObjectiveAt(series.Checkpoints[^1], team, watch);
        var choice = new SamplerChoice(last, ParameterSelection.Matching(last.Blocks, estimation.Restrict), estimation, team, watch);
        return this with { Estimation = estimation with { Gamma = choice.Options.Gamma } };
    }
}
