using System.Numerics.Tensors;
using LambdaHat.Curvature;
using LambdaHat.Networks;

namespace LambdaHat.Losses;

/// <summary>
/// A matrix of second derivatives of a network's mean loss over m samples, restricted to some parameters, known by its products: float32 passes over chunks of samples, added up in float64. Blocks of vectors
/// share the passes; their number of threads changes no result.
/// </summary>
public abstract unsafe class NetworkCurvature : SymmetricOperator, IBlockStep, IDisposable
{
    /// <summary>Samples that are worked on at once.</summary>
    public const int ChunkSize = ChunkedNetwork.ChunkSize;

    private readonly Loss _loss;
    private readonly ChunkedNetwork _network;
    private float[] _rounded = [];
    private float* _vectors;
    private double* _results;

    private protected NetworkCurvature(ChunkedNetwork network, Loss loss) => (_network, _loss) = (network, loss);

    /// <summary>m, the samples averaged over.</summary>
    public int SampleCount => _network.SampleCount;

    /// <summary>The number of selected parameters.</summary>
    public override int Dimension => _network.Dimension;

    /// <inheritdoc/>
    public override void Multiply(ReadOnlySpan<double> v, Span<double> result)
    {
        if (v.Length != Dimension || result.Length != Dimension) throw new ArgumentException($"expected vectors of length {Dimension}, got {v.Length} and {result.Length}");
        MultiplyBlock(v, result, 1);
    }

    /// <inheritdoc/>
    public override void MultiplyBlock(ReadOnlySpan<double> vectors, Span<double> results, int columns)
    {
        CheckBlock(vectors.Length, results.Length, columns);
        if (_rounded.Length < vectors.Length) _rounded = new float[vectors.Length];
        TensorPrimitives.ConvertTruncating(vectors, _rounded);
        MultiplyBlock(_rounded.AsSpan(0, vectors.Length), results, columns);
    }

    /// <inheritdoc/>
    public override void MultiplyBlock(ReadOnlySpan<float> vectors, Span<double> results, int columns)
    {
        CheckBlock(vectors.Length, results.Length, columns);
        fixed (float* source = vectors)
        fixed (double* target = results)
        {
            _vectors = source;
            _results = target;
            _network.Run(this, columns);
        }
    }

    /// <summary>Releases the buffers.</summary>
    public void Dispose()
    {
        _network.Dispose();
        GC.SuppressFinalize(this);
    }

    void IBlockStep.Execute(BlockPass pass, LoadedChunk chunk, int first, int count)
    {
        var results = new Span<double>(_results + ((nint)first * Dimension), count * Dimension);
        if (chunk.Activations.Start == 0) results.Clear();
        var tangent = pass.Tangent(chunk.Activations, _network.Parameters, new(_vectors + ((nint)first * Dimension), results.Length), count, InputScale);
        var derivative = pass.OutputDerivative(chunk.Activations, count);
        for (var j = 0; j < count; j++)
            _loss.ApplyCurvature(chunk.Activations.Output, chunk.Targets, chunk.Activations.Count, tangent.Vector(j, count), derivative.Vector(j, count), 1);
        pass.Backward(chunk.Activations, _network.Parameters, results, count);
        if (!chunk.IsLast) return;
        TensorPrimitives.Divide(results, SampleCount, results);
        Finish(results, count);
    }

    /// <summary>What every vector is multiplied by, element by element, before the passes; empty for nothing.</summary>
    private protected virtual ReadOnlySpan<float> InputScale => default;

    /// <summary>Works on <paramref name="count"/> finished products.</summary>
    private protected virtual void Finish(Span<double> products, int count) { }
}
