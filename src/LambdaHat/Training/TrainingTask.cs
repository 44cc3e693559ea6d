using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Training;

/// <summary>A network with everything that trains it: loss, first parameters, optimiser, schedule. The data come from outside.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="Network">The network.</param>
/// <param name="Loss">The loss.</param>
/// <param name="Initialisation">The distribution of the first parameters.</param>
/// <param name="Optimizer">The optimiser.</param>
/// <param name="Options">Length, minibatches and seed.</param>
public sealed record TrainingTask(string Name, Network Network, Loss Loss, InitialisationScheme Initialisation, OptimizerOptions Optimizer, TrainingOptions Options)
{
    /// <summary>The names of the tasks, as on the command line.</summary>
    public static IReadOnlyList<string> Names { get; } = ["mnist-mlp", "modular-addition", "matrix-factorisation", "dln"];

    /// <summary>784-50-50-10 with ReLU and cross-entropy on images of handwritten digits; 10 epochs of Adam at 1e-3 with minibatches of 64.</summary>
    public static TrainingTask MnistMlp() => new("mnist-mlp",
        new Network(new Dense(784, 50), new Relu(50), new Dense(50, 50), new Relu(50), new Dense(50, 10)),
        CrossEntropy.Instance, InitialisationScheme.PyTorch, new OptimizerOptions { LearningRate = 1e-3 }, new TrainingOptions { Epochs = 10, BatchSize = 64 });

    /// <summary>
    /// (a, b) ↦ a + b mod <paramref name="modulus"/>: embedding of 128 for each of the two numbers, joined, one hidden layer of 256 with ReLU, an output for
    /// every residue; Xavier weights and zero biases;
    /// 600 epochs of AdamW at 1e-3 with weight decay 1, which makes the network generalise from four fifths of the pairs. For 53: 86,197 parameters.
    /// </summary>
    public static TrainingTask ModularAddition(int modulus = 53) => new("modular-addition",
        new Network(new Embedding(modulus, 128, 2), new Dense(256, 256), new Relu(256), new Dense(256, modulus)),
        CrossEntropy.Instance, InitialisationScheme.Xavier, new OptimizerOptions { Kind = OptimizerKind.AdamW, LearningRate = 1e-3, WeightDecay = 1 }, new TrainingOptions { Epochs = 600, BatchSize = 256, EvaluateEvery = 20 });

    /// <summary>y = Ax for an unknown A of <paramref name="size"/> × <paramref name="size"/>, as the product of two matrices; all samples at once,
    /// Adam with a learning rate that falls from 0.03 by 10⁵, so that the loss reaches float32's rounding. For 20: 800 parameters.</summary>
    public static TrainingTask MatrixFactorisation(int size = 20) => new("matrix-factorisation",
        new Network(new Dense(size, size, bias: false), new Dense(size, size, bias: false)),
        SquaredError.Mean, InitialisationScheme.Gaussian, new OptimizerOptions { LearningRate = 0.03 },
        new TrainingOptions { Epochs = 60_000, BatchSize = null, FinalLearningRateFraction = 1e-5, EvaluateEvery = 2000 });

    /// <summary>
    /// A deep linear network of the widths input, hidden…, output, without biases, to learn from a teacher's outputs: 50,000 steps of gradient descent with learning rate
    /// 0.01 and momentum 0.9 ("Estimating the Local Learning Coefficient at Scale", trained variant), minibatches of 500.
    /// </summary>
    /// <exception cref="InvalidInputException">Fewer than two widths, or a width below 1.</exception>
    public static TrainingTask DeepLinear(IReadOnlyList<int> widths)
    {
        if (widths.Count < 2 || widths.Any(width => width < 1))
            throw new InvalidInputException($"expected at least two widths ≥ 1, input first, got {string.Join(",", widths)}");
        return new("dln", new Network([.. widths.Zip(widths.Skip(1), (inputs, outputs) => (Layer)new Dense(inputs, outputs, bias: false))]),
            SquaredError.Mean, InitialisationScheme.Gaussian, new OptimizerOptions { Kind = OptimizerKind.Sgd, LearningRate = 0.01, Momentum = 0.9 }, new TrainingOptions { Steps = 50_000, BatchSize = 500 });
    }

    /// <summary>Draws the first parameters and trains; see <see cref="Trainer.Run"/>.</summary>
    /// <exception cref="InvalidInputException">It does not fit into memory, or see there.</exception>
    public TrainingResult Run(DataSet train, DataSet? test = null, WorkTeam? team = null,
        Action<TrainingProgress>? progress = null, CheckpointHandler? checkpoint = null, StateStore? store = null, StateSection? beside = null, CancellationToken cancellation = default)
    {
        TrainingMemory.Check(this, train.Count, AvailableMemory.Bytes());
        return new Trainer(Network, Loss, Options, team).Run(
            Training.Initialisation.Draw(Network, Initialisation, Options.Seed), Optimizer.Create(Network.Dimension), train, test, progress, checkpoint, store, beside, cancellation);
    }
}
