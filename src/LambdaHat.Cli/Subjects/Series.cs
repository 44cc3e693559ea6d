using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Tracking;

namespace LambdaHat.Cli.Subjects;

/// <summary>A series of checkpoints with what all of them are measured on: data and loss as given, or those of the last one.</summary>
internal sealed record Series(string Title, string Data, TrackedSeries Checkpoints, double FirstTrainLoss)
{
    /// <summary>The network in one line.</summary>
    public string Network => NetworkText.Describe(Checkpoints.Network);

    public static Series Load(string folder, DataSpec? data, Loss? loss, Preparation preparation)
    {
        var (checkpoints, last) = CheckpointSeries.Read(folder);
        var (loaded, named, _) = Subject.Load(checkpoints[^1].Folder, last, data, loss, preparation);
        // Trained with the loss that its file names; where none is named, with the one that is estimated.
        var training = last.Config.Loss is { } name ? LossCatalog.ByName(name) : named;
        DataFit.Check(last.Network, training, loaded.Train, last.Parameters.Length, "the data");
        if (loaded.Test is { } test) DataFit.Check(last.Network, training, test, last.Parameters.Length, "the test data");
        var series = new TrackedSeries
        {
            Checkpoints = checkpoints,
            Network = last.Network,
            Loss = named,
            TrainingLoss = training,
            Train = loaded.Train,
            Test = loaded.Test,
        };
        var first = Networks.Checkpoint.Load(checkpoints[0].Folder).Parameters;
        return new Series(folder, $"{loaded.Spec}: {loaded.Train.Count} training samples", series, FullPass.MeanLoss(series.Network, training, series.Train, first, preparation.Team, preparation));
    }
}
