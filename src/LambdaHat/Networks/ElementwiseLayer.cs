using LambdaHat.Numerics;

namespace LambdaHat.Networks;

/// <summary>
/// y_ij = f(x_ij) for a differentiable scalar f, without parameters. Both modes are the same product with the diagonal Jacobian:
/// dx = f′(x)·dy and ty = f′(x)·tx. dx may be the memory of dy, and ty that of tx.
/// </summary>
public abstract class ElementwiseLayer : Layer
{
    /// <summary>Creates the layer for <paramref name="width"/> features, at least 1.</summary>
    protected ElementwiseLayer(int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        Inputs = width;
    }

    /// <inheritdoc/>
    public sealed override int Inputs { get; }

    /// <inheritdoc/>
    public sealed override int Outputs => Inputs;

    /// <summary>y ← f(x), over spans of one length.</summary>
    protected abstract void Apply(ReadOnlySpan<float> x, Span<float> y);

    /// <summary>result ← f′(x)·v given y = f(x), over spans of one length; result may be v itself.</summary>
    protected abstract void Chain(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> v, Span<float> result);

    /// <inheritdoc/>
    public sealed override void Forward(ReadOnlySpan<float> w, ReadOnlyMatrix x, Matrix y, MatrixProduct product)
    {
        for (var i = 0; i < Inputs; i++) Apply(x.Row(i), y.Row(i));
    }

    /// <inheritdoc/>
    public sealed override void Backward(ReadOnlySpan<float> w, ReadOnlyMatrix x, ReadOnlyMatrix y, ReadOnlyMatrix dy, Matrix dx, Span<float> dw, MatrixProduct product)
    {
        if (!dx.IsEmpty) Chain(x, y, dy, dx);
    }

    /// <inheritdoc/>
    public sealed override void Tangent(ReadOnlySpan<float> w, ReadOnlySpan<float> tw, ReadOnlyMatrix x, ReadOnlyMatrix y, ReadOnlyMatrix tx, Matrix ty, MatrixProduct product)
    {
        if (tx.IsEmpty) ty.Fill(0);
        else Chain(x, y, tx, ty);
    }

    /// <summary>Makes an element-wise type known whose width is that of what arrives.</summary>
    internal static void Register(string type, Func<LayerOptions, int, Layer> build, params string[] optionNames) => LayerCatalog.Register(type, (options, inputs) =>
        inputs >= 1
            ? build(options, inputs)
            : throw new InvalidInputException($"{options.Place}: a layer of type \"{type}\" takes its width from the layer before it, got none; expected a dense or embedding layer first"), optionNames);

    private void Chain(ReadOnlyMatrix x, ReadOnlyMatrix y, ReadOnlyMatrix v, Matrix result)
    {
        for (var i = 0; i < Inputs; i++) Chain(x.Row(i), y.Row(i), v.Row(i), result.Row(i));
    }
}
