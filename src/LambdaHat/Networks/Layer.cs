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
/// <para>Derivatives work on a block of k vectors at once (<c>vectors</c>, 1 unless said otherwise), stored so that what all of them share is one matrix product.
/// Feature i of vector j is row i·k + j of a block matrix, whose rows follow each other without gaps when k &gt; 1. A block of parameter vectors holds tensor after tensor; of a tensor
/// of shape (r, …) the part [a, …] of vector j stands at position a·k + j. For k = 1 both are the plain layouts.</para>
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
    /// empty when not wanted), for a block of cotangents dy. x and y are those of the forward pass.
    /// </summary>
    public abstract void Backward(ReadOnlySpan<float> w, ReadOnlyMatrix x, ReadOnlyMatrix y, ReadOnlyMatrix dy, Matrix dx, Span<float> dw, MatrixProduct product, int vectors = 1);

    /// <summary>
    /// Forward mode: ty ← (∂f/∂x)·tx + (∂f/∂w)·tw for a block of tangents. An empty tx or tw stands for zero. x and y are those of the forward pass.
    /// </summary>
    public abstract void Tangent(ReadOnlySpan<float> w, ReadOnlySpan<float> tw, ReadOnlyMatrix x, ReadOnlyMatrix y, ReadOnlyMatrix tx, Matrix ty, MatrixProduct product, int vectors = 1);

    /// <summary>
    /// The second-order part of forward-over-reverse (Pearlmutter 1994): with dy = ∂ℓ/∂y of the loss itself, shared by all vectors, and a block of directions
    /// (tw, tx), dx += D[(∂f/∂x)ᵀ·dy]·(tx, tw) and dw += D[(∂f/∂w)ᵀ·dy]·(tx, tw), derivatives at fixed dy. <see cref="Backward"/> of the block of changes of dy
    /// is the rest. An empty tx or tw stands for zero, an empty dx or dw is not wanted.
    /// </summary>
    public abstract void AddCurvature(ReadOnlySpan<float> w, ReadOnlySpan<float> tw, ReadOnlyMatrix x, ReadOnlyMatrix y, ReadOnlyMatrix tx, ReadOnlyMatrix dy, Matrix dx, Span<float> dw, MatrixProduct product, int vectors = 1);

    /// <summary>y ← f_w(x) of one sample in float64.</summary>
    public abstract void ForwardExact(ReadOnlySpan<double> w, ReadOnlySpan<double> x, Span<double> y);

    /// <summary>Reverse mode for one sample in float64: dx ← (∂f/∂x)ᵀ·dy and dw ← (∂f/∂w)ᵀ·dy; an empty dx is not wanted.</summary>
    public abstract void BackwardExact(ReadOnlySpan<double> w, ReadOnlySpan<double> x, ReadOnlySpan<double> dy, Span<double> dx, Span<double> dw);

    /// <summary>Writes the options that <c>config.json</c> needs to build this layer again.</summary>
    public virtual void WriteOptions(JsonObject options) { }

    /// <summary>
    /// Throws <see cref="InvalidInputException"/> when an input cannot be used by this layer as the network's first
    /// (an integer out of the vocabulary, for instance). x is sample-major, <see cref="Inputs"/> numbers a sample.
    /// </summary>
    public virtual void CheckInputs(ReadOnlySpan<float> x, string place) { }
}
