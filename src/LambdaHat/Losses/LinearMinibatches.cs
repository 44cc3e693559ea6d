using System.Numerics.Tensors;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Losses;

/// <summary>
/// One chain's view of a linear network's loss on minibatches, as a function of one layer between what stands below and above it. Float64 up to the outputs; what the loss makes of them is float32, which relative to
/// their own size it may be. The minibatches are those of <see cref="NetworkEvaluator"/>.
/// </summary>
internal sealed class LinearMinibatches : IDisposable
{
    private readonly NetworkObjective _objective;
    private readonly LinearProducts _products;
    private readonly SharedDoubleProduct _product;
    private readonly int[] _indices;
    private readonly double[] _losses;
    private readonly AlignedMemory _inputs, _targets, _outputs, _derivative;
    private readonly double[] _wide, _arriving, _leaving, _result;
    private readonly int _capacity, _stride;

    public LinearMinibatches(NetworkObjective objective, LinearProducts products, int batchSize, WorkTeam? team)
    {
        (_objective, _products, _product) = (objective, products, new SharedDoubleProduct(team));
        BatchSize = Math.Min(batchSize, objective.Data.Count);
        _capacity = Math.Min(BatchSize, NetworkEvaluator.ChunkSize);
        // An odd number of cache lines, so that a column's elements fall on different sets.
        _stride = 8 * (((_capacity + 7) / 8) | 1);
        AlignedMemory Rows(int rows) => new(checked(rows * AlignedMemory.RowStride(_capacity)));
        (_inputs, _targets, _outputs, _derivative) = (Rows(products.Inputs), Rows(objective.Data.TargetSize), Rows(products.Outputs), Rows(products.Outputs));
        double[] Wide(int rows) => new double[checked(rows * _stride)];
        var (widestInput, widestOutput) = (products.Layers.Max(l => l.Inputs), products.Layers.Max(l => l.Outputs));
        (_wide, _arriving, _leaving, _result) = (Wide(products.Inputs), Wide(widestInput), Wide(widestOutput), Wide(products.Outputs));
        _losses = new double[_capacity];
        _indices = new int[BatchSize];
        if (BatchSize < objective.Data.Count) return;
        for (var i = 0; i < _indices.Length; i++) _indices[i] = i;
        CenterLoss = objective.CenterLoss;
    }

    /// <summary>Samples in a minibatch.</summary>
    public int BatchSize { get; }

    /// <summary>L_B(w*).</summary>
    public double CenterLoss { get; private set; }

    /// <summary>Selects the minibatch B of (seed, chain, step).</summary>
    public void Select(ulong seed, int chain, long step)
    {
        if (BatchSize == _objective.Data.Count) return;
        new RandomStream(seed, RandomPurpose.Minibatch, chain, step).FillIndices(_indices, _objective.Data.Count);
        var sum = 0.0;
        var centerLosses = _objective.CenterLosses;
        foreach (var index in _indices) sum += centerLosses[index];
        CenterLoss = sum / BatchSize;
    }

    /// <summary>L_B, and gradient (outputs × inputs) ← ∂L_B/∂W of layer <paramref name="layer"/> with its matrix in w, between what <see cref="LinearProducts"/> holds below and above it.</summary>
    public double LossAndGradient(double[] w, int layer, double[] gradient)
    {
        var sum = 0.0;
        for (var start = 0; start < BatchSize; start += _capacity)
        {
            var count = Math.Min(_capacity, BatchSize - start);
            Matrix View(AlignedMemory memory, int rows) => new(memory.Span, rows, NetworkPass.PaddedColumns(count), AlignedMemory.RowStride(_capacity));
            Matrix inputs = View(_inputs, _products.Inputs), targets = View(_targets, _objective.Data.TargetSize), outputs = View(_outputs, _products.Outputs), derivative = View(_derivative, _products.Outputs);
            _objective.Data.Read(_indices.AsSpan(start, count), inputs, targets);
            var arriving = Forward(w, layer, inputs, outputs, count);
            _objective.Loss.Evaluate(outputs, targets, _losses.AsSpan(0, count), derivative, 1f / BatchSize);
            sum += TensorPrimitives.Sum<double>(_losses.AsSpan(0, count));
            Backward(layer, derivative, arriving, gradient, count, accumulate: start > 0);
        }
        return sum / BatchSize;
    }

    public void Dispose()
    {
        foreach (var memory in (AlignedMemory[])[_inputs, _targets, _outputs, _derivative]) memory.Dispose();
    }

    // f = B·(W·(P·x)); returns where P·x is.
    private double[] Forward(double[] w, int place, ReadOnlyMatrix inputs, Matrix outputs, int count)
    {
        var layer = _products.Layers[place];
        for (var i = 0; i < inputs.Rows; i++) TensorPrimitives.ConvertTruncating<float, double>(inputs.Row(i)[..count], _wide.AsSpan(i * _stride, count));
        var arriving = _wide;
        if (place > 0) _product.Multiply(layer.Inputs, count, _products.Inputs, new(_products.Below(place), 0, _products.Inputs), View(_wide), View(arriving = _arriving));
        var result = _leaving;
        _product.Multiply(layer.Outputs, count, layer.Inputs, new(w, layer.Offset, layer.Inputs), View(arriving), View(_leaving));
        if (place + 1 < _products.Layers.Count) _product.Multiply(_products.Outputs, count, layer.Outputs, new(_products.Above(place), 0, layer.Outputs), View(_leaving), View(result = _result));
        for (var i = 0; i < outputs.Rows; i++) TensorPrimitives.ConvertTruncating<double, float>(result.AsSpan(i * _stride, count), outputs.Row(i));
        return arriving;
    }

    // ∂L/∂W = (Bᵀ·∂ℓ/∂f)·(P·x)ᵀ.
    private void Backward(int place, ReadOnlyMatrix derivative, double[] arriving, double[] gradient, int count, bool accumulate)
    {
        var layer = _products.Layers[place];
        for (var i = 0; i < derivative.Rows; i++) TensorPrimitives.ConvertTruncating<float, double>(derivative.Row(i)[..count], _result.AsSpan(i * _stride, count));
        var carried = _result;
        if (place + 1 < _products.Layers.Count)
            _product.Multiply(layer.Outputs, count, _products.Outputs, new(_products.Above(place), 0, layer.Outputs, Transposed: true), View(_result), View(carried = _leaving));
        _product.Multiply(layer.Outputs, layer.Inputs, count, View(carried), View(arriving) with { Transposed = true }, new(gradient, 0, layer.Inputs), accumulate);
    }

    private DoubleView View(double[] data) => new(data, 0, _stride);
}
