using LambdaHat.Numerics;

namespace LambdaHat.Training;

/// <summary>Moves a parameter vector against a gradient, keeping its own state between steps. Nothing is allocated after construction.</summary>
public abstract class Optimizer
{
    /// <summary>Creates the state for <paramref name="dimension"/> parameters.</summary>
    /// <exception cref="InvalidInputException">The learning rate is not a finite number ≥ 0.</exception>
    protected Optimizer(int dimension, double learningRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        Dimension = dimension;
        LearningRate = learningRate;
    }

    /// <summary>d, the number of parameters.</summary>
    public int Dimension { get; }

    /// <summary>The learning rate of the next step.</summary>
    /// <exception cref="InvalidInputException">Not a finite number ≥ 0.</exception>
    public double LearningRate { get; set => field = NonNegative(value, "learning rate"); }

    /// <summary>w ← w after one step along <paramref name="gradient"/>, the gradient of the loss at w; both have length d.</summary>
    public void Step(Span<float> w, ReadOnlySpan<float> gradient)
    {
        if (w.Length != Dimension || gradient.Length != Dimension)
            throw new ArgumentException($"expected {Dimension} parameters and derivatives, got {w.Length} and {gradient.Length}");
        Update(w, gradient);
    }

    /// <summary>Writes or reads what the next step needs beside w, gradient and learning rate.</summary>
    public virtual void Transfer(StateTransfer state) { }

    /// <summary>Does the step; the lengths have been checked.</summary>
    protected abstract void Update(Span<float> w, ReadOnlySpan<float> gradient);

    /// <summary>Refuses a hyperparameter that is not a finite number ≥ 0.</summary>
    protected internal static double NonNegative(double value, string name) => value >= 0 && double.IsFinite(value)
        ? value
        : throw new InvalidInputException($"{name} must be a finite number ≥ 0, got {value}");

    /// <summary>Refuses a hyperparameter outside [0, 1).</summary>
    protected internal static double Fraction(double value, string name) => value is >= 0 and < 1
        ? value
        : throw new InvalidInputException($"{name} must be a number in [0, 1), got {value}");
}
