using System.Numerics.Tensors;
using LambdaHat.Curvature;
using LambdaHat.Data;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Losses;

/// <summary>
/// The Hessian at w of the mean loss over the first m samples, restricted to some parameters: the tangent of the backward pass (forward over reverse, Pearlmutter 1994).
/// It is the Gauss–Newton matrix plus (1/m) Σ_s Σ_o (∂ℓ/∂f_o)_s ∂²f_o(x_s)/∂w², and may be indefinite. Where a ReLU's input is exactly 0 its second derivative counts as 0. A product
/// is about 6·m·d operations in float32, added up over chunks of samples in float64.
/// </summary>
public sealed unsafe class HessianOperator : SymmetricOperator, IBlockStep, IDisposable
{
    private readonly Loss _loss;
    private readonly ChunkedNetwork _network;
    private readonly float[] _single;
    private float* _vectors;
    private double* _results;

    /// <summary>Prepares products at <paramref name="w"/>, which is copied.</summary>
    /// <param name="network">The network.</param>
    /// <param name="loss">A loss with a second derivative.</param>
    /// <param name="data">The data; of the behavioural loss (<see cref="SquaredError.Behavioural"/>) the inputs only: its targets are the outputs at w.</param>
    /// <param name="w">The flat parameters, of length d.</param>
    /// <param name="selection">The parameters that the matrix is about, in the order of their blocks; null for all.</param>
    /// <param name="samples">m, from 1 to n; null for n.</param>
    /// <param name="team">Threads that share the products; their number changes no result.</param>
    /// <exception cref="InvalidInputException">Something does not fit; the message says what was expected.</exception>
    public HessianOperator(Network network, Loss loss, DataSet data, ReadOnlySpan<float> w, ParameterSelection? selection = null, int? samples = null, WorkTeam? team = null)
    {
        var behavioural = loss == SquaredError.Behavioural;
        if (behavioural) DataFit.CheckInputs(network, data, w.Length, "the data");
        else DataFit.Check(network, loss, data, w.Length, "the data");
        _loss = loss;
        _network = new ChunkedNetwork(network, data, w, selection, samples, ownTargets: behavioural, slopes: loss, team: team);
        _single = new float[Dimension];
    }

    /// <summary>m, the samples averaged over.</summary>
    public int SampleCount => _network.SampleCount;

    /// <summary>The number of selected parameters.</summary>
    public override int Dimension => _network.Dimension;

    /// <inheritdoc/>
    public override void Multiply(ReadOnlySpan<double> v, Span<double> result)
    {
        if (v.Length != Dimension || result.Length != Dimension) throw new ArgumentException($"expected vectors of length {Dimension}, got {v.Length} and {result.Length}");
        TensorPrimitives.ConvertTruncating(v, _single);
        MultiplyBlock(_single, result, 1);
    }

    /// <inheritdoc/>
    public override void MultiplyBlock(ReadOnlySpan<float> vectors, Span<double> results, int columns)
    {
        if (vectors.Length != (long)columns * Dimension || results.Length != vectors.Length)
            throw new ArgumentException($"expected {columns} vectors of {Dimension} elements and room for as many, got {vectors.Length} and {results.Length} elements");
        fixed (float* source = vectors)
        fixed (double* target = results)
        {
            _vectors = source;
            _results = target;
            _network.Run(this, columns);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();

    void IBlockStep.Execute(BlockPass pass, LoadedChunk chunk, int first, int count)
    {
        var results = new Span<double>(_results + ((nint)first * Dimension), count * Dimension);
        if (chunk.Activations.Start == 0) results.Clear();
        var tangent = pass.Tangent(chunk.Activations, _network.Parameters, new(_vectors + ((nint)first * Dimension), results.Length), count, default);
        var derivative = pass.OutputDerivative(chunk.Activations, count);
        for (var j = 0; j < count; j++)
            _loss.ApplyCurvature(chunk.Activations.Output, chunk.Targets, chunk.Activations.Count, tangent.Vector(j, count), derivative.Vector(j, count), 1);
        pass.Backward(chunk.Activations, _network.Parameters, results, count);
        if (chunk.IsLast) TensorPrimitives.Divide(results, SampleCount, results);
    }
}
