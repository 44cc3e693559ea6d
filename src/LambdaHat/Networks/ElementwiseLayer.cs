using System.Numerics.Tensors;
using LambdaHat.Numerics;

namespace LambdaHat.Networks;

/// <summary>
/// y_ij = f(x_ij) for a differentiable scalar f, without parameters. Both modes are the same product with the diagonal Jacobian:
/// dx = f′(x)·dy and ty = f′(x)·tx. dx may be the memory of dy, and ty that of tx.
/// </summary>
public abstract class ElementwiseLayer : Layer
{
    /// <summary>Creates the layer for <paramref name="width"/> features, at least 1.</summary>
    /// <exception cref="InvalidInputException">The width is below 1.</exception>
    protected ElementwiseLayer(int width)
    {
        if (width < 1) throw new InvalidInputException($"an element-wise layer needs a width of at least 1, got {width}");
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

    /// <summary>result ← f″(x)·v given y = f(x), over spans of one length; result may be v itself.</summary>
    protected abstract void Curve(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> v, Span<float> result);

    /// <summary>f(x) in float64, with f′(x) in <paramref name="slope"/>.</summary>
    protected abstract double Exact(double x, out double slope);

    /// <inheritdoc/>
    public sealed override void Forward(ReadOnlySpan<float> w, ReadOnlyMatrix x, Matrix y, MatrixProduct product)
    {
        for (var i = 0; i < Inputs; i++) Apply(x.Row(i), y.Row(i));
    }

    /// <inheritdoc/>
    public sealed override void Backward(ReadOnlySpan<float> w, ReadOnlyMatrix x, ReadOnlyMatrix y, ReadOnlyMatrix dy, Matrix dx, Span<float> dw, MatrixProduct product, int vectors = 1)
    {
        if (!dx.IsEmpty) Chain(x, y, dy, dx, vectors);
    }

    /// <inheritdoc/>
    public sealed override void Tangent(ReadOnlySpan<float> w, ReadOnlySpan<float> tw, ReadOnlyMatrix x, ReadOnlyMatrix y, ReadOnlyMatrix tx, Matrix ty, MatrixProduct product, int vectors = 1)
    {
        if (tx.IsEmpty) ty.Fill(0);
        else Chain(x, y, tx, ty, vectors);
    }

    /// <summary>dx += f″(x)·dy·tx.</summary>
    public sealed override void AddCurvature(ReadOnlySpan<float> w, ReadOnlySpan<float> tw, ReadOnlyMatrix x, ReadOnlyMatrix y, ReadOnlyMatrix tx, ReadOnlyMatrix dy, Matrix dx, Span<float> dw, MatrixProduct product, int vectors = 1)
    {
        if (dx.IsEmpty || tx.IsEmpty) return;
        Span<float> factor = stackalloc float[512];
        for (var i = 0; i < Inputs; i++)
        {
            for (var first = 0; first < x.Columns; first += factor.Length)
            {
                var count = Math.Min(factor.Length, x.Columns - first);
                Curve(x.Row(i).Slice(first, count), y.Row(i).Slice(first, count), dy.Row(i).Slice(first, count), factor[..count]);
                for (var j = 0; j < vectors; j++)
                {
                    var row = dx.Row((i * vectors) + j).Slice(first, count);
                    TensorPrimitives.MultiplyAdd(factor[..count], tx.Row((i * vectors) + j).Slice(first, count), row, row);
                }
            }
        }
    }

    /// <inheritdoc/>
    public sealed override void ForwardExact(ReadOnlySpan<double> w, ReadOnlySpan<double> x, Span<double> y)
    {
        for (var i = 0; i < x.Length; i++) y[i] = Exact(x[i], out _);
    }

    /// <inheritdoc/>
    public sealed override void BackwardExact(ReadOnlySpan<double> w, ReadOnlySpan<double> x, ReadOnlySpan<double> dy, Span<double> dx, Span<double> dw)
    {
        for (var i = 0; i < dx.Length; i++)
        {
            Exact(x[i], out var slope);
            dx[i] = slope * dy[i];
        }
    }

    /// <summary>Makes an element-wise type known whose width is that of what arrives.</summary>
    internal static void Register(string type, Func<LayerOptions, int, Layer> build, params string[] optionNames) => LayerCatalog.Register(type, (options, inputs) =>
        inputs >= 1
            ? build(options, inputs)
            : throw new InvalidInputException($"{options.Place}: a layer of type \"{type}\" takes its width from the layer before it, got none; expected a dense or embedding layer first"), optionNames);

    private void Chain(ReadOnlyMatrix x, ReadOnlyMatrix y, ReadOnlyMatrix v, Matrix result, int vectors)
    {
        for (var i = 0; i < Inputs; i++)
        {
            for (var j = i * vectors; j < (i + 1) * vectors; j++) Chain(x.Row(i), y.Row(i), v.Row(j), result.Row(j));
        }
    }
}
