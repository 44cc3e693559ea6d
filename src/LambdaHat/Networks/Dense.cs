using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using LambdaHat.Numerics;

namespace LambdaHat.Networks;

/// <summary>
/// y = W·x + b, W of shape (out, in) row-major as in <c>torch.nn.Linear</c>, b of shape (out) or absent.
/// Reverse mode: ∂W = dy·xᵀ, ∂b = Σ dy, dx = Wᵀ·dy.
/// </summary>
public sealed class Dense(int inputs, int outputs, bool bias = true) : Layer
{
    /// <inheritdoc/>
    public override string Kind => "dense";

    /// <inheritdoc/>
    public override int Inputs => inputs;

    /// <inheritdoc/>
    public override int Outputs => outputs;

    /// <summary>Whether the layer adds b.</summary>
    public bool Bias => bias;

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterShape> Parameters { get; } = bias
        ? [new("weight", outputs, inputs), new("bias", outputs)]
        : [new("weight", outputs, inputs)];

    /// <inheritdoc/>
    public override void Forward(ReadOnlySpan<float> w, ReadOnlyMatrix x, Matrix y, MatrixProduct product)
    {
        if (bias)
        {
            var b = w[(inputs * outputs)..];
            for (var i = 0; i < outputs; i++) y.Row(i).Fill(b[i]);
        }
        product.Multiply(Weight(w), false, x, false, y, accumulate: bias);
    }

    /// <inheritdoc/>
    public override void Backward(ReadOnlySpan<float> w, ReadOnlyMatrix x, ReadOnlyMatrix y, ReadOnlyMatrix dy, Matrix dx, Span<float> dw, MatrixProduct product)
    {
        if (!dw.IsEmpty)
        {
            product.Multiply(dy, false, x, true, new Matrix(dw, outputs, inputs));
            if (bias)
            {
                var db = dw[(inputs * outputs)..];
                for (var i = 0; i < outputs; i++) db[i] = TensorPrimitives.Sum(dy.Row(i));
            }
        }
        if (!dx.IsEmpty) product.Multiply(Weight(w), true, dy, false, dx);
    }

    /// <inheritdoc/>
    public override void Tangent(ReadOnlySpan<float> w, ReadOnlySpan<float> tw, ReadOnlyMatrix x, ReadOnlyMatrix y, ReadOnlyMatrix tx, Matrix ty, MatrixProduct product)
    {
        Forward(tw, x, ty, product);
        if (!tx.IsEmpty) product.Multiply(Weight(w), false, tx, false, ty, accumulate: true);
    }

    /// <inheritdoc/>
    public override void WriteOptions(JsonObject options)
    {
        options["in"] = inputs;
        options["out"] = outputs;
        options["bias"] = bias;
    }

    private ReadOnlyMatrix Weight(ReadOnlySpan<float> w) => new(w, outputs, inputs);

    [ModuleInitializer]
    internal static void Register() => LayerCatalog.Register("dense", (options, arriving) =>
    {
        var inputs = options.Size("in", arriving);
        return new Dense(inputs, options.Size("out"), options.Flag("bias", true));
    }, "in", "out", "bias");
}
