using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Tests.Data;
using LambdaHat.Tracking;

namespace LambdaHat.Tests.Tracking;

/// <summary>A few checkpoints of a linear network 3-2-2 in a folder, each the product that its data were made by, scaled by its place.</summary>
internal static class SmallSeries
{
    public static readonly Network Network = new(new Dense(3, 2, bias: false), new Dense(2, 2, bias: false));

    public static float[] Weights(int place) => [.. Enumerable.Range(0, Network.Dimension).Select(i => (1 + (place / 8f)) * MathF.Sin(1 + i))];

    public static ArrayDataSet Data { get; } = RealisableData.Draw(Network, Weights(0), 200, 3);

    public static void Save(TemporaryFolder folder, string name, int place, long? step = null) =>
        Checkpoint.Save(Path.Combine(folder.Path, name), Network, Weights(place), new ModelConfig { Loss = "mse", Training = step is null ? null : new() { ["step"] = step } });

    /// <summary>Checkpoints step-1, step-2, … measured with the behavioural loss, of which each is a minimum.</summary>
    public static TrackedSeries Create(TemporaryFolder folder, int count, Loss? loss = null)
    {
        for (var i = 0; i < count; i++) Save(folder, $"step-{i + 1}", i);
        return new TrackedSeries
        {
            Checkpoints = CheckpointSeries.Read(folder.Path).Checkpoints,
            Network = Network,
            Loss = loss ?? SquaredError.Behavioural,
            TrainingLoss = SquaredError.Mean,
            Train = Data,
        };
    }
}
