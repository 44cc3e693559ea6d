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
/// <param name="CreateOptimizer">A fresh optimiser for so many parameters.</param>
/// <param name="Options">Length, minibatches and seed.</param>
public sealed record TrainingTask(string Name, Network Network, Loss Loss, InitialisationScheme Initialisation, Func<int, Optimizer> CreateOptimizer, TrainingOptions Options)
{
    /// <summary>The names of the tasks, as on the command line.</summary>
    public static IReadOnlyList<string> Names { get; } = ["mnist-mlp", "modular-addition", "matrix-factorisation", "dln"];

    /// <summary>784-50-50-10 with ReLU and cross-entropy on images of handwritten digits; 10 epochs of Adam at 1e-3 with minibatches of 64.</summary>
    public static TrainingTask MnistMlp() => new("mnist-mlp",
        new Network(new Dense(784, 50), new Relu(50), new Dense(50, 50), new Relu(50), new Dense(50, 10)),
        CrossEntropy.Instance, InitialisationScheme.PyTorch, d => new Adam(d, 1e-3), new TrainingOptions { Epochs = 10, BatchSize = 64 });

    /// <summary>
    /// (a, b) ↦ a + b mod <paramref name="modulus"/>: embedding of 128 for each of the two numbers, joined, one hidden layer of 256 with ReLU, an output for
    /// every residue; Xavier weights and zero biases. For 53: 86,197 parameters.
    /// </summary>
    public static TrainingTask ModularAddition(int modulus = 53) => new("modular-addition",
        new Network(new Embedding(modulus, 128, 2), new Dense(256, 256), new Relu(256), new Dense(256, modulus)),
        CrossEntropy.Instance, InitialisationScheme.Xavier, d => new AdamW(d, 1e-3, weightDecay: 1), new TrainingOptions { Epochs = 300, BatchSize = 256, EvaluateEvery = 10 });

    /// <summary>y = Ax for an unknown A of <paramref name="size"/> × <paramref name="size"/>, as the product of two matrices; all samples at once. For 20: 800 parameters.</summary>
    public static TrainingTask MatrixFactorisation(int size = 20) => new("matrix-factorisation",
        new Network(new Dense(size, size, bias: false), new Dense(size, size, bias: false)),
        SquaredError.Mean, InitialisationScheme.Gaussian, d => new Adam(d, 1e-2), new TrainingOptions { Epochs = 20_000, BatchSize = null, FinalLearningRate = 1e-4, EvaluateEvery = 1000 });

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
            SquaredError.Mean, InitialisationScheme.Gaussian, d => new Sgd(d, 0.01, 0.9), new TrainingOptions { Steps = 50_000, BatchSize = 500 });
    }

    /// <summary>Draws the first parameters and trains; see <see cref="Trainer.Run"/>.</summary>
    public TrainingResult Run(DataSet train, DataSet? test = null, WorkTeam? team = null,
        Action<TrainingProgress>? progress = null, CheckpointHandler? checkpoint = null, CancellationToken cancellation = default) =>
        new Trainer(Network, Loss, Options, team).Run(
            Training.Initialisation.Draw(Network, Initialisation, Options.Seed), CreateOptimizer(Network.Dimension), train, test, progress, checkpoint, cancellation);
}
