using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Tracking;

/// <summary>What is tracked: the checkpoints of one network, and the loss and the data that all of them are measured on.</summary>
public sealed record TrackedSeries
{
    /// <summary>The checkpoints in the order of training, see <see cref="CheckpointSeries.Read"/>; their steps ascend.</summary>
    public required IReadOnlyList<SeriesCheckpoint> Checkpoints { get; init; }

    /// <summary>The network of all of them.</summary>
    public required Network Network { get; init; }

    /// <summary>The loss whose λ̂ is estimated. For <see cref="SquaredError.Behavioural"/> every checkpoint gets its own outputs as targets.</summary>
    public required Loss Loss { get; init; }

    /// <summary>The loss that is reported as that of training, on the data's own targets.</summary>
    public required Loss TrainingLoss { get; init; }

    /// <summary>The training data.</summary>
    public required DataSet Train { get; init; }

    /// <summary>The test data, where there are any.</summary>
    public DataSet? Test { get; init; }

    /// <summary>The objective at a checkpoint, which is read again.</summary>
    /// <exception cref="InvalidInputException">It has changed since the series was read.</exception>
    public NetworkObjective ObjectiveAt(SeriesCheckpoint checkpoint, WorkTeam? team = null, StageWatch? watch = null)
    {
        var w = Checkpoint.Load(checkpoint.Folder).Parameters;
        if (CheckpointSeries.Checksum(w) != checkpoint.Checksum) throw new InvalidInputException($"\"{checkpoint.Folder}\" has changed since the series was read; expected checkpoints that stay as they are");
        var data = Loss == SquaredError.Behavioural ? RealisableData.Relabel(Network, w, Train as ArrayDataSet ?? ((TeacherDataSet)Train).Materialise(), team, watch) : Train;
        return new NetworkObjective(Network, Loss, data, w, team, watch);
    }

    /// <summary>The losses and accuracies of a checkpoint, with the network's own loss and the data's own targets.</summary>
    public SeriesLosses LossesAt(NetworkObjective objective, WorkTeam? team = null, StageWatch? watch = null)
    {
        var w = objective.Center;
        var classifies = TrainingLoss is CrossEntropy;
        return new SeriesLosses(
            TrainingLoss == Loss ? objective.CenterLoss : FullPass.MeanLoss(Network, TrainingLoss, Train, w, team, watch),
            classifies ? FullPass.Accuracy(Network, Train, w, team, watch) : double.NaN,
            Test is null ? double.NaN : FullPass.MeanLoss(Network, TrainingLoss, Test, w, team, watch),
            classifies && Test is not null ? FullPass.Accuracy(Network, Test, w, team, watch) : double.NaN);
    }
}

/// <summary>Losses and accuracies of one checkpoint; NaN where there are no test data or no classes.</summary>
public readonly record struct SeriesLosses(double Train, double TrainAccuracy, double Test, double TestAccuracy);
