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

    /// <summary>
    /// result ← scale · (∂²ℓ/∂f²)·t in the first <paramref name="samples"/> columns, zero in the padding beyond them; t (<paramref name="tangents"/>) and result have the
    /// shape of f and do not overlap.
    /// </summary>
    /// <exception cref="NotSupportedException">The loss has no second derivative here.</exception>
    public virtual void ApplyCurvature(ReadOnlyMatrix outputs, ReadOnlyMatrix targets, int samples, ReadOnlyMatrix tangents, Matrix result, float scale) =>
        throw new NotSupportedException($"the loss {Name} does not give its second derivative");

    /// <summary>
    /// probes ← scale · u in the first <paramref name="samples"/> columns, u_s random and independent with E[u_s u_sᵀ] = ∂²ℓ/∂f² at sample s; zero in the padding
    /// beyond them. The same <paramref name="noise"/> gives the same u_s, wherever the padding ends.
    /// </summary>
    /// <exception cref="NotSupportedException">The loss has no second derivative here.</exception>
    public virtual void SampleCurvature(ReadOnlyMatrix outputs, ReadOnlyMatrix targets, int samples, in RandomStream noise, Matrix probes, float scale) =>
        throw new NotSupportedException($"the loss {Name} does not give its second derivative");

    /// <summary>root (outputs × outputs, row-major, overwritten) ← a matrix R with RᵀR = ∂²ℓ/∂f² at one sample, in float64.</summary>
    /// <exception cref="NotSupportedException">The loss has no second derivative here.</exception>
    public virtual void CurvatureRoot(ReadOnlySpan<double> outputs, ReadOnlySpan<float> targets, Span<double> root) =>
        throw new NotSupportedException($"the loss {Name} does not give its second derivative");

    /// <summary>Throws <see cref="InvalidInputException"/> when a target cannot be used (a label out of range). Sample-major.</summary>
    public virtual void CheckTargets(ReadOnlySpan<float> targets, int outputs, string place) { }
}
