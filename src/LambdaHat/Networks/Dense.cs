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
    public override IReadOnlyList<ParameterShape> Parameters { get; } = Shapes(inputs, outputs, bias);

    /// <inheritdoc/>
    public override void Forward(ReadOnlySpan<float> w, ReadOnlyMatrix x, Matrix y, MatrixProduct product) => Affine(w, outputs, x, y, product);

    /// <inheritdoc/>
    public override void Backward(ReadOnlySpan<float> w, ReadOnlyMatrix x, ReadOnlyMatrix y, ReadOnlyMatrix dy, Matrix dx, Span<float> dw, MatrixProduct product, int vectors = 1)
    {
        if (!dw.IsEmpty)
        {
            product.Multiply(dy, false, x, true, new Matrix(dw, outputs * vectors, inputs));
            if (bias)
            {
                var db = dw[(inputs * outputs * vectors)..];
                for (var i = 0; i < outputs * vectors; i++) db[i] = TensorPrimitives.Sum(dy.Row(i));
            }
        }
        if (!dx.IsEmpty) product.Multiply(Weight(w), true, dy.Joined(vectors), false, dx.Joined(vectors));
    }

    /// <inheritdoc/>
    public override void Tangent(ReadOnlySpan<float> w, ReadOnlySpan<float> tw, ReadOnlyMatrix x, ReadOnlyMatrix y, ReadOnlyMatrix tx, Matrix ty, MatrixProduct product, int vectors = 1)
    {
        // Rows (output, vector): the weights of all vectors stacked times x; and W times the tangents side by side.
        if (tw.IsEmpty && tx.IsEmpty) ty.Fill(0);
        if (!tw.IsEmpty) Affine(tw, outputs * vectors, x, ty, product);
        if (!tx.IsEmpty) product.Multiply(Weight(w), false, tx.Joined(vectors), false, ty.Joined(vectors), accumulate: !tw.IsEmpty);
    }

    /// <inheritdoc/>
    public override void AddCurvature(ReadOnlySpan<float> w, ReadOnlySpan<float> tw, ReadOnlyMatrix x, ReadOnlyMatrix y, ReadOnlyMatrix tx, ReadOnlyMatrix dy, Matrix dx, Span<float> dw, MatrixProduct product, int vectors = 1)
    {
        for (var j = 0; j < vectors; j++)
        {
            if (!dx.IsEmpty && !tw.IsEmpty)
                product.Multiply(new ReadOnlyMatrix(tw[(j * inputs)..], outputs, inputs, vectors * inputs), true, dy, false, dx.Vector(j, vectors), accumulate: true);
            if (!dw.IsEmpty && !tx.IsEmpty)
                product.Multiply(dy, false, tx.Vector(j, vectors), true, new Matrix(dw[(j * inputs)..], outputs, inputs, vectors * inputs), accumulate: true);
        }
    }

    /// <inheritdoc/>
    public override void ForwardExact(ReadOnlySpan<double> w, ReadOnlySpan<double> x, Span<double> y)
    {
        for (var i = 0; i < outputs; i++) y[i] = TensorPrimitives.Dot(w.Slice(i * inputs, inputs), x) + (bias ? w[(inputs * outputs) + i] : 0);
    }

    /// <inheritdoc/>
    public override void BackwardExact(ReadOnlySpan<double> w, ReadOnlySpan<double> x, ReadOnlySpan<double> dy, Span<double> dx, Span<double> dw)
    {
        dx.Clear();
        for (var i = 0; i < outputs; i++)
        {
            TensorPrimitives.Multiply(x, dy[i], dw.Slice(i * inputs, inputs));
            if (!dx.IsEmpty) TensorPrimitives.MultiplyAdd(w.Slice(i * inputs, inputs), dy[i], dx, dx);
        }
        if (bias) dy.CopyTo(dw[(inputs * outputs)..]);
    }

    /// <inheritdoc/>
    public override void WriteOptions(JsonObject options)
    {
        options["in"] = inputs;
        options["out"] = outputs;
        options["bias"] = bias;
    }

    // y ← the weights (rows × in) times x plus the biases, those of one layer or of a block of them.
    private void Affine(ReadOnlySpan<float> w, int rows, ReadOnlyMatrix x, Matrix y, MatrixProduct product)
    {
        if (bias)
        {
            var b = w[(inputs * rows)..];
            for (var i = 0; i < rows; i++) y.Row(i).Fill(b[i]);
        }
        product.Multiply(new ReadOnlyMatrix(w, rows, inputs), false, x, false, y, accumulate: bias);
    }

    private static ParameterShape[] Shapes(int inputs, int outputs, bool bias)
    {
        if (inputs < 1 || outputs < 1) throw new InvalidInputException($"dense: expected at least 1 input and 1 output, got {inputs} and {outputs}");
        return bias ? [new("weight", outputs, inputs), new("bias", outputs)] : [new("weight", outputs, inputs)];
    }

    private ReadOnlyMatrix Weight(ReadOnlySpan<float> w) => new(w, outputs, inputs);

    [ModuleInitializer]
    internal static void Register() => LayerCatalog.Register("dense", (options, arriving) =>
    {
        var inputs = options.Size("in", arriving);
        return new Dense(inputs, options.Size("out"), options.Flag("bias", true));
    }, "in", "out", "bias");
}
