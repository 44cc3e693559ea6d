using System.Numerics.Tensors;

namespace LambdaHat.Training;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019) as in <c>torch.optim.AdamW</c>: w ← (1 − η·decay)·w, then Adam's
/// step with the gradient as it is. The defaults are PyTorch's.
/// </summary>
public sealed class AdamW : Adam
{
    /// <summary>Creates the state for <paramref name="dimension"/> parameters.</summary>
    /// <exception cref="InvalidInputException">A hyperparameter is out of range.</exception>
    public AdamW(int dimension, double learningRate = 1e-3, double weightDecay = 0.01, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
        : base(dimension, learningRate, beta1, beta2, epsilon) => WeightDecay = NonNegative(weightDecay, "weight decay");

    /// <summary>The strength of the decay, per unit of learning rate.</summary>
    public double WeightDecay { get; }

    /// <inheritdoc/>
    protected override void Update(Span<float> w, ReadOnlySpan<float> gradient)
    {
        TensorPrimitives.Multiply(w, (float)(1 - (LearningRate * WeightDecay)), w);
        base.Update(w, gradient);
    }
}
