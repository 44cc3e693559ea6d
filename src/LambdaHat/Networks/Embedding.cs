using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using LambdaHat.Numerics;

namespace LambdaHat.Networks;

/// <summary>
/// Looks every integer of the input up in a table E of shape (vocabulary, dimension), as <c>torch.nn.Embedding</c> does, and joins the
/// vectors found: y_{t·dimension + j} = E[x_t, j]. The first layer of a network only: the inputs are stored as floats, and
/// the derivative with respect to them is zero.
/// </summary>
public sealed class Embedding : Layer
{
    /// <summary>The largest vocabulary: float32 holds every integer up to 2²⁴ exactly.</summary>
    public const int LargestVocabulary = 1 << 24;

    // One cache line of a vector's elements at a time: the lines written to stay in the nearest cache while samples go by.
    private const int Tile = 16;

    /// <summary>Creates the layer for <paramref name="tokens"/> integers a sample, each in [0, <paramref name="vocabulary"/>).</summary>
    /// <exception cref="InvalidInputException">A size is out of range.</exception>
    public Embedding(int vocabulary, int dimension, int tokens)
    {
        if (vocabulary is < 1 or > LargestVocabulary)
            throw new InvalidInputException($"embedding: expected a vocabulary from 1 to {LargestVocabulary}, got {vocabulary}");
        if (dimension < 1 || tokens < 1 || (long)dimension * tokens > Array.MaxLength)
            throw new InvalidInputException($"embedding: expected dimension ≥ 1, tokens ≥ 1 and a product up to {Array.MaxLength}, got dimension {dimension} and {tokens} tokens");
        Vocabulary = vocabulary;
        Dimension = dimension;
        Inputs = tokens;
        Parameters = [new("weight", vocabulary, dimension)];
    }

    /// <inheritdoc/>
    public override string Kind => "embedding";

    /// <summary>Rows of the table.</summary>
    public int Vocabulary { get; }

    /// <summary>The length of the vector of one integer.</summary>
    public int Dimension { get; }

    /// <inheritdoc/>
    public override int Inputs { get; }

    /// <inheritdoc/>
    public override int Outputs => Inputs * Dimension;

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterShape> Parameters { get; }

    /// <inheritdoc/>
    public override void Forward(ReadOnlySpan<float> w, ReadOnlyMatrix x, Matrix y, MatrixProduct product) => LookUp(w, x, y, 1);

    /// <inheritdoc/>
    public override void Backward(ReadOnlySpan<float> w, ReadOnlyMatrix x, ReadOnlyMatrix y, ReadOnlyMatrix dy, Matrix dx, Span<float> dw, MatrixProduct product, int vectors = 1)
    {
        if (!dx.IsEmpty) dx.Fill(0);
        if (dw.IsEmpty) return;
        dw.Clear();
        for (var t = 0; t < Inputs; t++)
        {
            var tokens = x.Row(t);
            for (var first = 0; first < Dimension; first += Tile)
            {
                var count = Math.Min(Tile, Dimension - first);
                for (var v = 0; v < vectors; v++)
                {
                    var rows = dy.RowRange((((t * Dimension) + first) * vectors) + v, ((count - 1) * vectors) + 1);
                    for (var s = 0; s < tokens.Length; s++)
                    {
                        var vector = dw.Slice(((((int)tokens[s] * vectors) + v) * Dimension) + first, count);
                        for (var j = 0; j < vector.Length; j++) vector[j] += rows.Data[(j * vectors * rows.Stride) + s];
                    }
                }
            }
        }
    }

    /// <inheritdoc/>
    public override void Tangent(ReadOnlySpan<float> w, ReadOnlySpan<float> tw, ReadOnlyMatrix x, ReadOnlyMatrix y, ReadOnlyMatrix tx, Matrix ty, MatrixProduct product, int vectors = 1)
    {
        if (tw.IsEmpty) ty.Fill(0);
        else LookUp(tw, x, ty, vectors);
    }

    /// <summary>Nothing: the outputs are linear in the table, and the inputs do not move.</summary>
    public override void AddCurvature(ReadOnlySpan<float> w, ReadOnlySpan<float> tw, ReadOnlyMatrix x, ReadOnlyMatrix y, ReadOnlyMatrix tx, ReadOnlyMatrix dy, Matrix dx, Span<float> dw, MatrixProduct product, int vectors = 1)
    {
    }

    /// <inheritdoc/>
    public override void ForwardExact(ReadOnlySpan<double> w, ReadOnlySpan<double> x, Span<double> y)
    {
        for (var t = 0; t < Inputs; t++) w.Slice((int)x[t] * Dimension, Dimension).CopyTo(y[(t * Dimension)..]);
    }

    /// <inheritdoc/>
    public override void BackwardExact(ReadOnlySpan<double> w, ReadOnlySpan<double> x, ReadOnlySpan<double> dy, Span<double> dx, Span<double> dw)
    {
        dx.Clear();
        dw.Clear();
        for (var t = 0; t < Inputs; t++)
        {
            var row = dw.Slice((int)x[t] * Dimension, Dimension);
            TensorPrimitives.Add(row, dy.Slice(t * Dimension, Dimension), row);
        }
    }

    /// <inheritdoc/>
    public override void CheckInputs(ReadOnlySpan<float> x, string place)
    {
        for (var i = 0; i < x.Length; i++)
        {
            if (!(x[i] >= 0 && x[i] < Vocabulary && x[i] == MathF.Floor(x[i])))
                throw new InvalidInputException($"{place}: input {i % Inputs} of sample {i / Inputs} must be an integer from 0 to {Vocabulary - 1} (the embedding's vocabulary), got {x[i]}");
        }
    }

    /// <inheritdoc/>
    public override void WriteOptions(JsonObject options)
    {
        options["vocabulary"] = Vocabulary;
        options["dimension"] = Dimension;
        options["tokens"] = Inputs;
    }

    // y[(t·dimension + j), v, s] ← E_v[x_ts, j].
    private void LookUp(ReadOnlySpan<float> w, ReadOnlyMatrix x, Matrix y, int vectors)
    {
        for (var t = 0; t < Inputs; t++)
        {
            var tokens = x.Row(t);
            for (var first = 0; first < Dimension; first += Tile)
            {
                var count = Math.Min(Tile, Dimension - first);
                for (var v = 0; v < vectors; v++)
                {
                    var rows = y.RowRange((((t * Dimension) + first) * vectors) + v, ((count - 1) * vectors) + 1);
                    for (var s = 0; s < tokens.Length; s++)
                    {
                        var vector = w.Slice(((((int)tokens[s] * vectors) + v) * Dimension) + first, count);
                        for (var j = 0; j < vector.Length; j++) rows.Data[(j * vectors * rows.Stride) + s] = vector[j];
                    }
                }
            }
        }
    }

    [ModuleInitializer]
    internal static void Register() => LayerCatalog.Register("embedding",
        (options, arriving) => new Embedding(options.Size("vocabulary"), options.Size("dimension"), options.Size("tokens", arriving)),
        "vocabulary", "dimension", "tokens");
}
