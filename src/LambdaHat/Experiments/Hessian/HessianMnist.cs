using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;
using LambdaHat.Spectra;
using LambdaHat.Training;

namespace LambdaHat.Experiments.Hessian;

/// <summary>Handwritten digits by two hidden layers of ReLU: 784-50-50-10 and 42,310 parameters in the paper; below its size 49-16-16-10 on images of 7 × 7, means of 4 × 4 pixels. The folder of the files is in <c>LAMBDAHAT_MNIST</c>.</summary>
public sealed class HessianMnist : HessianExperiment
{
    /// <summary>The environment variable that names the folder with the four files.</summary>
    public const string Folder = "LAMBDAHAT_MNIST";

    private const int Side = 28, Pooled = 7, DefaultSamples = 4000;

    /// <inheritdoc/>
    public override string Name => "hessian-mnist";

    /// <inheritdoc/>
    public override string Title => "Handwritten digits between bounds by the rank of the Hessian";

    /// <inheritdoc/>
    public override string Source => base.Source + ", Section 3.2, Figure 3, Tables 2 and 4";

    /// <inheritdoc/>
    public override string Cost(ExperimentSize size) => size switch { ExperimentSize.Smoke => "10 s, no files", ExperimentSize.Default => $"3 min, needs {Folder}", _ => $"6 h, 12 GB, needs {Folder}" };

    private protected override PublishedBounds Published { get; } = new("MNIST MLP", 42_310, 8000, double.NaN, "4,000 ≤ λ ≤ 29,732.5") { Original = (0.9874, 0.9720), Final = (0.9569, 0.9463) };

    private protected override Cutoff Cutoff { get; } = new(CutoffKind.Accuracy, 0.995);

    private protected override int OwnDimension => TrainingTask.MnistMlp().Network.Dimension;

    private protected override HessianTask Task(ExperimentSize size, ulong seed)
    {
        var task = TrainingTask.MnistMlp();
        task = task with { Options = task.Options with { Seed = seed } };
        if (size == ExperimentSize.Smoke)
        {
            var (train, test) = Blots(400, seed);
            return new(task with { Network = Of(16, 8), Options = task.Options with { Epochs = 120 } }, train, test);
        }
        var folder = Environment.GetEnvironmentVariable(Folder);
        if (string.IsNullOrEmpty(folder)) throw new InvalidInputException($"hessian-mnist needs the MNIST files: set the environment variable {Folder} to the folder with train-images-idx3-ubyte.gz and the other three, or take --size smoke, which needs none");
        var data = DataSource.Load(DataSpec.Parse($"mnist:{folder}"));
        var (all, held) = ((ArrayDataSet)data.Train, (ArrayDataSet)data.Test!);
        return size == ExperimentSize.Full ? new(task, all, held) : new(task with { Network = Of(Pooled * Pooled, 16), Options = task.Options with { Epochs = 60 } }, Pool(all, DefaultSamples), Pool(held, DefaultSamples));
    }

    // Every eigenvalue of the 42,310.
    private protected override SpectrumOptions Whole(ExperimentSize size) => size == ExperimentSize.Full ? new() { Method = SpectrumMethod.Dense, AllEigenvalues = true } : base.Whole(size);

    private protected override IReadOnlyList<TrainingVariant> Variants(ExperimentSize size)
    {
        var adam = TrainingTask.MnistMlp().Optimizer;
        if (size == ExperimentSize.Smoke) return [TrainingVariant.Decay(0.1, adam)];
        return
        [
            .. from scale in (double[])[0.3, 3] select TrainingVariant.Scale(scale),
            .. from decay in (double[])[0.1, 1] select TrainingVariant.Decay(decay, adam),
            TrainingVariant.Again(1), TrainingVariant.Again(2), TrainingVariant.Descent(0.05),
            TrainingVariant.With(SquaredError.Sum),
        ];
    }

    private protected override (IReadOnlyList<Comparison> Comparisons, IReadOnlyList<string> Findings) Known(ExperimentSize size, ExperimentRows rows)
    {
        var bounds = new RankBounds(Published.Dimension, Published.Computed);
        List<Comparison> share = [];
        List<string> findings = [];
        if (rows.Find(CutoffJob) is { } row)
        {
            double[] k = row.Numbers("k"), accuracy = row.Numbers("accuracy");
            var pairs = rows.Find(PairsJob);
            var part = (double)Published.Computed / Published.Dimension;
            var at = Enumerable.Range(0, k.Length).MinBy(i => Math.Abs(k[i] - (part * row.Number("d"))));
            share.Add(new($"share of the training accuracy kept at k = {Words.Percent(part)} of d", Words.Percent(Published.Final.Train / Published.Original.Train), Words.Percent(accuracy[at] / row.Number("train_accuracy")) + (pairs is null ? "" : $", by {Words.Number(pairs.Number("computed"), 5)} eigenpairs {Words.Percent(pairs.Number("final_accuracy") / pairs.Number("train_accuracy"))}"), size == ExperimentSize.Smoke ? null : accuracy[at] < Cutoff.Value * row.Number("train_accuracy"), "below 99.5 % as in the paper: the cut-off lies beyond what it computed"));
            if (!HessianSummary.Reached(row) && HessianSummary.Best(row) is var (best, most, _))
            {
                findings.Add($"No k reaches {Words.Percent(Cutoff.Value)} of the training accuracy of {Words.Percent(row.Number("train_accuracy"))}: the projected network is best at k = {Words.Number(best, 5)} with {Words.Percent(most)}, and has {Words.Percent(accuracy[^1])} at the last, k = {Words.Number(k[^1], 5)}. "
                    + "What lies outside the curved directions still carries a part of w* without which the network's function is another: a projection starts at the origin, not at w*.");
            }
        }
        return ([.. share, new("upper bound of Table 4, from its d and k by its formula", "29,732.5", Words.Number(bounds.Upper, 7), null,
            "a slip there: d₁/2 + (d − d₁)/4 with d = 42,310 and d₁ = 8,000 is 12,577.5 (3/4 in place of 1/4 gives theirs). And as the cut-off was not reached d₁ is at least 8,000 only, so that neither is an upper bound: λ ≤ d/2 = 21,155 holds always")], findings);
    }

    private static Network Of(int inputs, int hidden) => new(new Dense(inputs, hidden), new Relu(hidden), new Dense(hidden, hidden), new Relu(hidden), new Dense(hidden, 10));

    private static ArrayDataSet Pool(ArrayDataSet data, int count)
    {
        const int cell = Side / Pooled;
        count = Math.Min(count, data.Count);
        var x = new float[count * Pooled * Pooled];
        for (var s = 0; s < count; s++)
        {
            var image = data.Inputs.AsSpan(s * Side * Side, Side * Side);
            for (var i = 0; i < Side * Side; i++) x[(s * Pooled * Pooled) + (i / Side / cell * Pooled) + (i % Side / cell)] += image[i] / (cell * cell);
        }
        return new(x, Pooled * Pooled, data.Targets[..count], 1);
    }

    // Ten random images of 4 × 4 with noise, in place of digits.
    private static (ArrayDataSet Train, ArrayDataSet Test) Blots(int count, ulong seed)
    {
        const int pixels = 16, classes = 10;
        float[] images = new float[classes * pixels], noise = new float[2 * count * pixels], labels = new float[2 * count];
        new RandomStream(seed, RandomPurpose.Data, 0, 0).FillUniform(images);
        GaussianNoise.Fill(new RandomStream(seed, RandomPurpose.Data, 1, 0), noise);
        for (var s = 0; s < labels.Length; s++)
        {
            labels[s] = s % classes;
            for (var i = 0; i < pixels; i++) noise[(s * pixels) + i] = images[(s % classes * pixels) + i] + (0.1f * noise[(s * pixels) + i]);
        }
        return (new(noise[..(count * pixels)], pixels, labels[..count], 1), new(noise[(count * pixels)..], pixels, labels[count..], 1));
    }
}
