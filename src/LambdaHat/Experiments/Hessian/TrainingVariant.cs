using LambdaHat.Losses;
using LambdaHat.Training;

namespace LambdaHat.Experiments.Hessian;

/// <summary>What is changed in the training of a network, one thing at a time.</summary>
/// <param name="Name">What it is called in tables.</param>
internal sealed record TrainingVariant(string Name)
{
    /// <summary>What is varied: "initial scale", "weight decay", "loss", "optimiser"; empty for the network as it is.</summary>
    public string Factor { get; init; } = "";

    /// <summary>What all first parameters are multiplied by.</summary>
    public double InitialScale { get; init; } = 1;

    /// <summary>Another distribution of the first parameters, or null.</summary>
    public InitialisationScheme? Scheme { get; init; }

    /// <summary>What is added to the seed.</summary>
    public ulong Seed { get; init; }

    /// <summary>Another optimiser, or null.</summary>
    public OptimizerOptions? Optimizer { get; init; }

    /// <summary>Another loss to train with, or null.</summary>
    public Loss? Loss { get; init; }

    /// <summary>The network as its task says.</summary>
    public static TrainingVariant None { get; } = new("as it is");

    /// <summary>First parameters of another size.</summary>
    public static TrainingVariant Scale(double scale) => new($"initial scale × {Words.Number(scale)}") { Factor = "initial scale", InitialScale = scale };

    /// <summary>PyTorch's own first parameters.</summary>
    public static TrainingVariant PyTorch { get; } = new("PyTorch's initialisation") { Factor = "initial scale", Scheme = InitialisationScheme.PyTorch };

    /// <summary>The same once more with another seed: how far k moves by chance alone.</summary>
    public static TrainingVariant Again(ulong seed) => new($"seed + {seed}") { Factor = "seed", Seed = seed };

    /// <summary>AdamW with another decay, all else as in <paramref name="optimizer"/>.</summary>
    public static TrainingVariant Decay(double decay, OptimizerOptions optimizer) =>
        new($"weight decay {Words.Number(decay)}") { Factor = "weight decay", Optimizer = optimizer with { Kind = OptimizerKind.AdamW, WeightDecay = decay } };

    /// <summary>Gradient descent with momentum 0.9.</summary>
    public static TrainingVariant Descent(double learningRate) =>
        new($"SGD, rate {Words.Number(learningRate)}") { Factor = "optimiser", Optimizer = new OptimizerOptions { Kind = OptimizerKind.Sgd, LearningRate = learningRate, Momentum = 0.9 } };

    /// <summary>Another loss.</summary>
    public static TrainingVariant With(Loss loss) => new($"loss {loss.Name}") { Factor = "loss", Loss = loss };
}
