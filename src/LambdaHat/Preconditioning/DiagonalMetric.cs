using System.Numerics.Tensors;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Preconditioning;

/// <summary>P diagonal: L = diag(√P).</summary>
public sealed class DiagonalMetric : Metric
{
    private readonly ParameterSelection _sampled;
    private readonly AlignedMemory _root;

    /// <summary>P = 1, or one value for each sampled block.</summary>
    public DiagonalMetric(ParameterSelection sampled, IReadOnlyList<double>? values = null)
    {
        _sampled = sampled;
        _root = new AlignedMemory(sampled.Dimension);
        for (var b = 0; b < sampled.Blocks.Count; b++) sampled.Blocks[b].In(_root.Span).Fill((float)Math.Sqrt(values?[b] ?? 1));
    }

    /// <inheritdoc/>
    public override int Dimension => _sampled.Dimension;

    /// <summary>√P of every parameter, to be set.</summary>
    public Span<float> Root => _root.Span;

    /// <inheritdoc/>
    public override void Whiten(ReadOnlySpan<float> gradient, Span<float> result)
    {
        foreach (var block in _sampled.Blocks) TensorPrimitives.Multiply(block.In(gradient), block.In((ReadOnlySpan<float>)_root.Span), block.In(result));
    }

    /// <inheritdoc/>
    public override void AddUnwhitened(ReadOnlySpan<float> z, Span<float> w)
    {
        foreach (var block in _sampled.Blocks) TensorPrimitives.FusedMultiplyAdd(block.In(z), block.In((ReadOnlySpan<float>)_root.Span), block.In((ReadOnlySpan<float>)w), block.In(w));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _root.Dispose();
        base.Dispose(disposing);
    }
}
