using System.Numerics.Tensors;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Preconditioning;

/// <summary>
/// The Kronecker factors of a linear network under squared error, and the turns into their eigenbases, all in float64: along a chain the curvatures of one layer may be 10¹⁵ apart, and a basis that is
/// off by a float32 rounding moves stiff directions with flat ones. With P what stands below a layer and B what is above it,
/// <code>
///     A = P·Σ·Pᵀ,   S = c·BᵀB
/// </code>
/// Σ the inputs' second moments over samples of the data drawn once, c the curvature of the loss.
/// </summary>
public sealed class LinearFactors : IDisposable
{
    private const int Chunk = 2048;

    private readonly NetworkObjective _objective;
    private readonly SharedDoubleProduct _product;
    private readonly int _samples;
    private readonly double _curvature;
    private readonly int[] _places;
    private readonly double[][] _arriving;
    private readonly double[] _first, _second;
    private bool _known;

    /// <summary>Factors of the layers that <paramref name="sampled"/> touches, the inputs' moments over <paramref name="samples"/> samples (at most n).</summary>
    public LinearFactors(NetworkObjective objective, ParameterSelection sampled, int samples, WorkTeam? team = null)
    {
        _objective = objective;
        _curvature = (objective.Loss as SquaredError ?? throw new ArgumentException("expected squared error")).Curvature(objective.Network.Outputs);
        Products = new LinearProducts(objective.Network, team);
        _product = new SharedDoubleProduct(team);
        _samples = Math.Min(samples, objective.Data.Count);
        Layers = LayerFactors.Of(objective.Network, sampled);
        _places = [.. Layers.Select(l => Products.Layers.TakeWhile(p => p.Layer != l.Layer).Count())];
        _arriving = [.. Products.Layers.Select(l => new double[l.Inputs * Products.Inputs])];
        var largest = Layers.Select(l => l.Block.Size).DefaultIfEmpty(0).Max();
        (_first, _second) = (new double[largest], new double[largest]);
    }

    /// <summary>The layers with sampled parameters, first to last.</summary>
    public IReadOnlyList<LayerFactors> Layers { get; }

    /// <summary>What stands below and above each layer.</summary>
    public LinearProducts Products { get; }

    /// <summary>The place of layer number <paramref name="index"/> of <see cref="Layers"/> among the dense layers.</summary>
    public int Place(int index) => _places[index];

    /// <summary>
    /// Finds what is above every layer at w, measures S of every layer, and brings what arrives at the first one up to date. The samples of Σ are those of (seed, chain). The inputs' side follows by
    /// <see cref="MeasureInputs"/>, layer by layer.
    /// </summary>
    public void Begin(double[] w, ulong seed, int chain)
    {
        if (!_known) MeasureMoments(seed, chain);
        _known = true;
        Products.Descend(w);
        for (var index = 0; index < Layers.Count; index++) Layers[index].MeasureOutputs(Products.Above(_places[index]), Products.Outputs, _curvature);
        PassOn(w, 0, Layers.Count > 0 ? _places[0] : 0);
    }

    /// <summary>Measures A of layer number <paramref name="index"/> of <see cref="Layers"/> from what arrives at it now.</summary>
    public void MeasureInputs(int index) => Layers[index].MeasureInputs(_arriving[_places[index]], Products.Inputs, 1);

    /// <summary>After layer number <paramref name="index"/> has moved to w: brings what arrives at the next one up to date.</summary>
    public void PassOn(double[] w, int index)
    {
        if (index + 1 < Layers.Count) PassOn(w, _places[index], _places[index + 1]);
    }

    /// <summary>z ← R ∘ (U_Sᵀ·G·U_A) of layer number <paramref name="index"/>, G (outputs × inputs) a gradient with respect to its matrix.</summary>
    public void Whiten(int index, double[] gradient, Span<float> z)
    {
        var (layer, rows, columns) = Of(index);
        var turned = new DoubleView(_first, 0, columns);
        _product.Multiply(rows, columns, rows, new(layer.OutputVectors, 0, rows), new(gradient, 0, columns), turned);
        if (columns > 1)
        {
            _product.Multiply(rows, columns, columns, turned, new(layer.InputVectors, 0, columns, Transposed: true), new(_second, 0, columns));
            turned = new(_second, 0, columns);
        }
        var scale = layer.Block.Scale;
        for (var i = 0; i < z.Length; i++) z[i] = (float)(turned.Data[i] * scale[i]);
    }

    /// <summary>The matrix of layer number <paramref name="index"/> in w ← it + U_S·(R ∘ Z)·U_Aᵀ.</summary>
    public void AddUnwhitened(int index, ReadOnlySpan<float> z, double[] w)
    {
        var (layer, rows, columns) = Of(index);
        var scale = layer.Block.Scale;
        for (var i = 0; i < z.Length; i++) _first[i] = (double)z[i] * scale[i];
        var (turned, target) = (new DoubleView(_first, 0, columns), new DoubleView(w, Products.Layers[_places[index]].Offset, columns));
        if (columns > 1)
        {
            _product.Multiply(rows, columns, columns, turned, new(layer.InputVectors, 0, columns), new(_second, 0, columns));
            turned = new(_second, 0, columns);
        }
        _product.Multiply(rows, columns, rows, new(layer.OutputVectors, 0, rows, Transposed: true), turned, target, accumulate: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var layer in Layers) layer.Dispose();
    }

    private (LayerFactors Layer, int Rows, int Columns) Of(int index) => (Layers[index], Layers[index].Block.Rows, Layers[index].Block.Columns);

    // (P·C)ᵀ and P from layer to layer, Σ = C·Cᵀ.
    private void PassOn(double[] w, int from, int to)
    {
        for (var l = from; l < to; l++)
        {
            var layer = Products.Layers[l];
            Products.Ascend(w, l);
            _product.Multiply(Products.Inputs, layer.Outputs, layer.Inputs, new(_arriving[l], 0, layer.Inputs), new(w, layer.Offset, layer.Inputs, Transposed: true), new DoubleView(_arriving[l + 1], 0, layer.Outputs));
        }
    }

    // Cᵀ = √σ·Uᵀ of Σ = U·σ·Uᵀ: what arrives at the first layer.
    private void MeasureMoments(ulong seed, int chain)
    {
        var (data, inputs) = (_objective.Data, Products.Inputs);
        var indices = new int[_samples];
        if (_samples == data.Count) for (var i = 0; i < _samples; i++) indices[i] = i;
        // From the probes' stream, so that no minibatch is the same.
        else new RandomStream(seed, RandomPurpose.Probe, chain, 0).FillIndices(indices, data.Count);
        var stride = AlignedMemory.RowStride(Chunk);
        using AlignedMemory x = new(checked(inputs * stride)), y = new(checked(data.TargetSize * stride));
        var moments = new double[inputs * inputs];
        var product = new DoubleProduct();
        for (var start = 0; start < _samples; start += Chunk)
        {
            var count = Math.Min(Chunk, _samples - start);
            var columns = NetworkPass.PaddedColumns(count);
            data.Read(indices.AsSpan(start, count), new Matrix(x.Span, inputs, columns, stride), new Matrix(y.Span, data.TargetSize, columns, stride));
            product.GramDouble(new ReadOnlyMatrix(x.Span, inputs, count, stride), moments);
        }
        var values = new double[inputs];
        new SymmetricEigen().Decompose(moments, inputs, values);
        for (var i = 0; i < inputs; i++) TensorPrimitives.Multiply(moments.AsSpan(i * inputs, inputs), Math.Sqrt(Math.Max(values[i], 0) / _samples), _arriving[0].AsSpan(i * inputs, inputs));
    }
}
