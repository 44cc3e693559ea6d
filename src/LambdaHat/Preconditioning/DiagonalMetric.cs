using System.Numerics.Tensors;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Preconditioning;

/// <summary>P diagonal: L = diag(√P).</summary>
public class DiagonalMetric : Metric
{
    private readonly AlignedMemory _root;

    /// <summary>P = 1, or one value for each sampled block.</summary>
    public DiagonalMetric(ParameterSelection sampled, IReadOnlyList<double>? values = null)
    {
        Sampled = sampled;
        _root = new AlignedMemory(sampled.Dimension);
        for (var b = 0; b < sampled.Blocks.Count; b++) sampled.Blocks[b].In(_root.Span).Fill((float)Math.Sqrt(values?[b] ?? 1));
    }

    /// <inheritdoc/>
    public override int Dimension => Sampled.Dimension;

    /// <inheritdoc/>
    public override bool IsDiagonal => true;

    /// <summary>√P of every parameter.</summary>
    public ReadOnlySpan<float> Root => _root.Span;

    /// <summary>√P, to be set.</summary>
    protected Span<float> Roots => _root.Span;

    /// <summary>What the metric covers.</summary>
    protected ParameterSelection Sampled { get; }

    /// <inheritdoc/>
    public override void Whiten(ReadOnlySpan<float> gradient, Span<float> result)
    {
        foreach (var block in Sampled) TensorPrimitives.Multiply(block.In(gradient), block.In((ReadOnlySpan<float>)_root.Span), block.In(result));
    }

    /// <inheritdoc/>
    public override void AddUnwhitened(ReadOnlySpan<float> z, Span<float> w)
    {
        foreach (var block in Sampled) TensorPrimitives.FusedMultiplyAdd(block.In(z), block.In((ReadOnlySpan<float>)_root.Span), block.In((ReadOnlySpan<float>)w), block.In(w));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _root.Dispose();
        base.Dispose(disposing);
    }
}
