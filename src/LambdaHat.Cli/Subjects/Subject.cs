using LambdaHat.Data;
using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Networks;

namespace LambdaHat.Cli.Subjects;

/// <summary>What is estimated: a network at a point with its data, and what theory says of it.</summary>
internal sealed record Subject(string Title, string Data, NetworkObjective Objective, KnownCoefficient? Theory)
{
    /// <summary>The most samples over which the gradient at w* is taken.</summary>
    private const int GradientSamples = 1 << 16;

    /// <summary>The test data, where there are any.</summary>
    public DataSet? Test { get; init; }

    /// <summary>The network in one line.</summary>
    public string Network => NetworkText.Describe(Objective.Network);

    /// <summary>Checks that show whether w*, data and preprocessing belong together.</summary>
    public PointFacts Facts(Preparation preparation)
    {
        var team = preparation.Team;
        var (network, loss, data) = (Objective.Network, Objective.Loss, Objective.Data);
        var w = Objective.Center;
        var samples = Math.Min(data.Count, GradientSamples);
        var gradient = FullPass.Gradient(network, loss, data, samples, w, team, preparation);
        var classifier = loss is CrossEntropy;
        return new PointFacts(
            Objective.CenterLoss,
            classifier ? FullPass.Accuracy(network, data, w, team, preparation) : null,
            classifier && Test is not null ? FullPass.Accuracy(network, Test, w, team, preparation) : null,
            Math.Sqrt(gradient.Sum(g => g * g)), samples, InputHashes.Of(Objective));
    }

    /// <summary>A random deep linear network at its true parameter, the exact values beside it.</summary>
    public static Subject DeepLinear(int[] widths, int[]? ranks, int n, ulong seed, Loss loss, Preparation preparation)
    {
        if (loss is not SquaredError)
            throw new InvalidInputException($"--dln takes the loss mse, mse-sum or behavioural, got {loss.Name}");
        var teacher = DeepLinearTeacher.Draw(widths, ranks, seed, preparation.Team.Size, preparation);
        var data = new TeacherDataSet(teacher.Product(preparation.Team), widths[^1], widths[0], n, seed);
        return new Subject($"deep linear network {string.Join('-', widths)}", $"{n} samples of a linear teacher, ranks {string.Join(',', teacher.Ranks)}, inputs uniform on [−10, 10)",
            new NetworkObjective(teacher.Network, loss, data, teacher.Parameters, preparation.Team, preparation), ExactValues.InputsSpan(data) ? ExactValues.Of(teacher) : null);
    }

    /// <summary>A network from a checkpoint folder with its data; null <paramref name="data"/> and <paramref name="loss"/> stand for the checkpoint's own.</summary>
    public static Subject Checkpoint(string folder, DataSpec? data, Loss? loss, Preparation preparation)
    {
        var team = preparation.Team;
        var checkpoint = Networks.Checkpoint.Load(folder);
        var (network, w, _) = checkpoint;
        var (loaded, named, chain) = Load(folder, checkpoint, data, loss, preparation);
        loss = named;
        var (train, test) = (loaded.Train, loaded.Test);
        if (loss == SquaredError.Behavioural) train = RealisableData.Relabel(network, w, train as ArrayDataSet ?? ((TeacherDataSet)train).Materialise(), team, preparation);
        if (test is not null && loss is CrossEntropy) DataFit.Check(network, loss, test, w.Length, "the test data");
        var objective = new NetworkObjective(network, loss, train, w, team, preparation);
        return new Subject(folder, $"{loaded.Spec}: {train.Count} training samples", objective, chain is not null && Realises(objective, preparation) ? ExactValues.Of(chain, loss) : null) { Test = test };
    }

    /// <summary>The data and the loss of a checkpoint, its own where they are not given, and its matrices where it is linear.</summary>
    public static (LoadedData Data, Loss Loss, LinearChain? Chain) Load(string folder, Checkpoint checkpoint, DataSpec? data, Loss? loss, Preparation preparation)
    {
        var (network, w, config) = checkpoint;
        var spec = data ?? Own(folder, config);
        loss ??= LossCatalog.ByName(config.Loss ?? throw new InvalidInputException($"{folder}/{Networks.Checkpoint.ConfigFile} names no loss; give --loss"));
        var chain = LinearChain.Of(network, w);
        var teacher = chain is null ? null : TrainingNotes.Read(config.Training)?.Teacher(network, preparation) ?? new LinearTeacher(chain.Product(preparation.Team), network.Outputs, network.Inputs);
        var loaded = DataSource.Load(spec, config.Preprocessing, config.Split, teacher);
        // The squared error of a classifier is that on unit vectors.
        if (loss is SquaredError && loss != SquaredError.Behavioural && config.Loss == CrossEntropy.Instance.Name && loaded.Train is ArrayDataSet { TargetSize: 1 } labels && network.Outputs > 1)
            loaded = loaded with { Train = ClassTargets.UnitVectors(labels, network.Outputs), Test = loaded.Test is ArrayDataSet held ? ClassTargets.UnitVectors(held, network.Outputs) : null };
        return (loaded, loss, chain);
    }

    // A checkpoint may come from anyone: of itself it leads to files below its own folder and the current one only.
    private static DataSpec Own(string folder, ModelConfig config)
    {
        var spec = config.Data ?? throw new InvalidInputException($"{folder} does not say which data it was trained on; give --data, for example --data npz:FILE");
        return spec.PathOutside(folder, Environment.CurrentDirectory) is not { } path ? spec
            : throw new InvalidInputException($"{folder}/{Networks.Checkpoint.ConfigFile} names data outside its own and the current folder, {NearestName.Quote(path)}; expected --data {spec.Scheme}:… to say that they are meant");
    }

    // The exact values are those of a linear network that makes its targets: to a thousandth, compared with the network that answers 0.
    private static bool Realises(NetworkObjective objective, Preparation preparation) => objective.Loss is SquaredError && ExactValues.InputsSpan(objective.Data)
        && objective.CenterLoss <= 1e-6 * FullPass.MeanLoss(objective.Network, objective.Loss, objective.Data, new float[objective.Dimension], preparation.Team, preparation);
}

/// <summary>The loss, accuracies and gradient at w*, shown before sampling so that mismatched preprocessing shows, and what tells the inputs apart.</summary>
internal sealed record PointFacts(double Loss, double? Accuracy, double? TestAccuracy, double GradientNorm, int GradientSamples, InputHashes Inputs);
