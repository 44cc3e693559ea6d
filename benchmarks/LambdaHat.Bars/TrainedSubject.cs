using LambdaHat.Data;
using LambdaHat.Experiments;
using LambdaHat.Losses;
using LambdaHat.Networks;

namespace LambdaHat.Bars;

/// <summary>A classifier from a checkpoint (<c>lambdahat train</c>) with the first samples that it was trained on.</summary>
internal static class TrainedSubject
{
    public const int Images = 10_000;

    public static NetworkObjective Load(string folder, int samples = Images)
    {
        var (network, w, config) = Checkpoint.Load(folder);
        var spec = config.Data ?? throw new InvalidInputException($"{folder} does not say which data it was trained on");
        var loss = LossCatalog.ByName(config.Loss ?? throw new InvalidInputException($"{folder} names no loss"));
        if (DataSource.Load(spec, config.Preprocessing, config.Split).Train is not ArrayDataSet all) throw new InvalidInputException($"{folder}: its data {spec} are not held in memory");
        var count = Math.Min(samples, all.Count);
        var data = new ArrayDataSet(all.Inputs[..(count * all.InputSize)], all.InputSize, all.Targets[..(count * all.TargetSize)], all.TargetSize);
        return TrueNetwork.At(network, loss, data, w);
    }
}
