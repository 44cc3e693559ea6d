using System.Text.Json.Nodes;
using LambdaHat.Numerics;

namespace LambdaHat.Networks;

/// <summary>One named tensor of a layer, in PyTorch's layout: name ("weight", "bias") and shape, outermost dimension first.</summary>
public sealed record ParameterShape(string Name, params int[] Dimensions)
{
    /// <summary>The number of elements.</summary>
    public long Size => Dimensions.Aggregate(1L, (size, d) => checked(size * d));
}

/// <summary>
/// A differentiable map y = f_w(x) applied to every column of a feature-major minibatch at once. A layer holds its
/// shape only: the parameters w are a slice of the network's flat vector, in the order of <see cref="Parameters"/>.
/// Matrices arrive with every column filled; columns past the true batch are padding that holds finite values.
/// </summary>
public abstract class Layer
{
    /// <summary>The layer's type as written in <c>config.json</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>Features in.</summary>
    public abstract int Inputs { get; }

    /// <summary>Features out.</summary>
    public abstract int Outputs { get; }

    /// <summary>The tensors of this layer, in the order of the flat vector.</summary>
    public virtual IReadOnlyList<ParameterShape> Parameters => [];

    /// <summary>y ← f_w(x); x is Inputs × columns, y is Outputs × columns.</summary>
    public abstract void Forward(ReadOnlySpan<float> w, ReadOnlyMatrix x, Matrix y, MatrixProduct product);

    /// <summary>
    /// Reverse mode: from dy = ∂ℓ/∂y computes dw = ∂ℓ/∂w (overwritten; empty when not wanted) and dx = ∂ℓ/∂x (overwritten;
    /// empty when not wanted). x and y are those of the forward pass.
    /// </summary>
    public abstract void Backward(ReadOnlySpan<float> w, ReadOnlyMatrix x, ReadOnlyMatrix y, ReadOnlyMatrix dy, Matrix dx, Span<float> dw, MatrixProduct product);

    /// <summary>
    /// Forward mode: ty ← (∂f/∂x)·tx + (∂f/∂w)·tw. An empty tx stands for zero. x and y are those of the forward pass.
    /// </summary>
    public abstract void Tangent(ReadOnlySpan<float> w, ReadOnlySpan<float> tw, ReadOnlyMatrix x, ReadOnlyMatrix y, ReadOnlyMatrix tx, Matrix ty, MatrixProduct product);

    /// <summary>Writes the options that <c>config.json</c> needs to build this layer again.</summary>
    public virtual void WriteOptions(JsonObject options) { }

    /// <summary>
    /// Throws <see cref="InvalidInputException"/> when an input cannot be used by this layer as the network's first
    /// (an integer out of the vocabulary, for instance). x is sample-major, <see cref="Inputs"/> numbers a sample.
    /// </summary>
    public virtual void CheckInputs(ReadOnlySpan<float> x, string place) { }
}
