using LambdaHat.Numerics;

namespace LambdaHat.Losses;

/// <summary>
/// A per-sample loss ℓ(f, y) of the network's output f and the sample's target y, over a feature-major minibatch.
/// Per-sample losses are float64; derivatives are float32.
/// </summary>
public abstract class Loss
{
    /// <summary>The name used on the command line and in <c>config.json</c>: mse, mse-sum, cross-entropy, behavioural.</summary>
    public abstract string Name { get; }

    /// <summary>Numbers in a sample's target, for a network with <paramref name="outputs"/> outputs.</summary>
    public abstract int TargetSize(int outputs);

    /// <summary>
    /// losses[s] ← ℓ(f_s, y_s) for the first losses.Length columns. With a non-empty <paramref name="derivative"/> (the shape of f)
    /// also derivative ← scale · ∂ℓ/∂f in those columns and zero in the padding beyond them.
    /// </summary>
    public abstract void Evaluate(ReadOnlyMatrix outputs, ReadOnlyMatrix targets, Span<double> losses, Matrix derivative, float scale);

    /// <summary>Throws <see cref="InvalidInputException"/> when a target cannot be used (a label out of range). Sample-major.</summary>
    public virtual void CheckTargets(ReadOnlySpan<float> targets, int outputs, string place) { }
}
