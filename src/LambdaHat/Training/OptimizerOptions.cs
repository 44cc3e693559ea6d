namespace LambdaHat.Training;

/// <summary>The optimisers that the command line can name.</summary>
public enum OptimizerKind
{
    /// <summary><see cref="LambdaHat.Training.Sgd"/>.</summary>
    Sgd,

    /// <summary><see cref="LambdaHat.Training.Adam"/>.</summary>
    Adam,

    /// <summary><see cref="LambdaHat.Training.AdamW"/>.</summary>
    AdamW,
}

/// <summary>An optimiser and its hyperparameters. Out-of-range values throw <see cref="InvalidInputException"/> when set.</summary>
public sealed record OptimizerOptions
{
    /// <summary>The algorithm. Default Adam.</summary>
    public OptimizerKind Kind { get; init; } = OptimizerKind.Adam;

    /// <summary>η, the learning rate of the first step. Default 1e-3, PyTorch's for Adam.</summary>
    public double LearningRate { get; init => field = Optimizer.NonNegative(value, "learning rate"); } = 1e-3;

    /// <summary>μ in [0, 1), the momentum of <see cref="OptimizerKind.Sgd"/>; the others do not use it. Default 0.</summary>
    public double Momentum { get; init => field = Optimizer.Fraction(value, "momentum"); }

    /// <summary>The decoupled weight decay of <see cref="OptimizerKind.AdamW"/>; the others do not use it. Default 0.01, PyTorch's.</summary>
    public double WeightDecay { get; init => field = Optimizer.NonNegative(value, "weight decay"); } = 0.01;

    /// <summary>A fresh optimiser for <paramref name="dimension"/> parameters.</summary>
    public Optimizer Create(int dimension) => Kind switch
    {
        OptimizerKind.Sgd => new Sgd(dimension, LearningRate, Momentum),
        OptimizerKind.Adam => new Adam(dimension, LearningRate),
        _ => new AdamW(dimension, LearningRate, WeightDecay),
    };
}
