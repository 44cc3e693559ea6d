using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Spectra;
using LambdaHat.Training;

namespace LambdaHat.Experiments.Hessian;

/// <summary>a + b mod p by embedding, one hidden layer of ReLU and an output for each residue: modulus 53 and 86,197 parameters in the paper, smaller ones of the same form below its size.</summary>
public sealed class HessianModularAddition : HessianExperiment
{
    /// <inheritdoc/>
    public override string Name => "hessian-modular-addition";

    /// <inheritdoc/>
    public override string Title => "Modular addition between bounds by the rank of the Hessian";

    /// <inheritdoc/>
    public override string Source => base.Source + ", Section 3.1, Figures 1 and 2, Tables 1 and 4";

    /// <inheritdoc/>
    public override string Cost(ExperimentSize size) => size switch { ExperimentSize.Smoke => "5 s", ExperimentSize.Default => "2 min", _ => "3 h, 2 GB" };

    private protected override PublishedBounds Published { get; } = new("Modular Addition Transformer", 86_197, 1041, 1032, "516 ≤ λ ≤ 21,807.25") { Original = (1, 1), Final = (0.9972, 0.9872) };

    private protected override Cutoff Cutoff { get; } = new(CutoffKind.Accuracy, 0.995);

    private protected override int OwnDimension => TrainingTask.ModularAddition().Network.Dimension;

    private protected override HessianTask Task(ExperimentSize size, ulong seed)
    {
        var (p, width, hidden, epochs) = size switch { ExperimentSize.Smoke => (5, 4, 8, 500), ExperimentSize.Default => (23, 12, 24, 3000), _ => (53, 128, 256, 600) };
        var task = TrainingTask.ModularAddition(p) with { Network = new Network(new Embedding(p, width, 2), new Dense(2 * width, hidden), new Relu(hidden), new Dense(hidden, p)) };
        var data = DataSource.Load(DataSpec.Parse($"modular-addition:{p}"));
        return new(task with { Options = task.Options with { Epochs = epochs, EvaluateEvery = epochs, Seed = seed } }, (ArrayDataSet)data.Train, (ArrayDataSet?)data.Test);
    }

    private protected override IReadOnlyList<TrainingVariant> Variants(ExperimentSize size)
    {
        var adam = TrainingTask.ModularAddition().Optimizer;
        if (size == ExperimentSize.Smoke) return [TrainingVariant.Decay(0, adam)];
        return
        [
            .. from scale in (double[])[0.3, 3] select TrainingVariant.Scale(scale),
            .. from decay in (double[])[0, 0.1, 0.3] select TrainingVariant.Decay(decay, adam),
            TrainingVariant.Again(1), TrainingVariant.Again(2), TrainingVariant.PyTorch, TrainingVariant.Descent(0.1),
            TrainingVariant.With(SquaredError.Sum),
        ];
    }
}
