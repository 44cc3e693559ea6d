using System.Numerics.Tensors;
using LambdaHat.Curvature;
using LambdaHat.Data;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Losses;

/// <summary>
/// The generalised Gauss–Newton matrix of the mean loss at w, G = (1/m) Σ_s J_sᵀ (∂²ℓ/∂f²)_s J_s over the first m samples with J_s = ∂f_w(x_s)/∂w, restricted to
/// some parameters; or D^{-½} G D^{-½}. It equals the Hessian of L where the loss is at its minimum for every sample, and is positive semidefinite
/// always (Schraudolph 2002). A product is one tangent and one backward pass: about 8·m·d operations in float32, added up over chunks of samples in float64.
/// </summary>
public sealed class GaussNewtonOperator : SymmetricOperator, IDisposable
{
    /// <summary>Samples that are worked on at once.</summary>
    public const int ChunkSize = 2048;

    private readonly Loss _loss;
    private readonly DataSet _data;
    private readonly ParameterBlock[] _blocks;
    private readonly bool[] _wanted;
    private readonly double[]? _rootScaling;
    private readonly AlignedMemory _parameters;
    private readonly AlignedMemory _tangent;
    private readonly AlignedMemory _gradient;
    private readonly AlignedMemory _targets;
    private readonly NetworkPass _pass;
    private readonly int[] _indices;
    private readonly double[] _scaled;
    private bool _loaded;

    /// <summary>Prepares products at <paramref name="w"/>, which is copied.</summary>
    /// <param name="network">The network.</param>
    /// <param name="loss">A loss with a second derivative.</param>
    /// <param name="data">The data; for the behavioural loss with the network's own outputs at w as targets.</param>
    /// <param name="w">The flat parameters, of length d.</param>
    /// <param name="selection">The parameters that the matrix is about, in the order of their blocks; null for all.</param>
    /// <param name="samples">m, from 1 to n; null for n.</param>
    /// <param name="scaling">The diagonal of D, one positive number for each selected parameter; empty for the identity.</param>
    /// <param name="team">Threads that share the products.</param>
    /// <exception cref="InvalidInputException">Something does not fit; the message says what was expected.</exception>
    public GaussNewtonOperator(Network network, Loss loss, DataSet data, ReadOnlySpan<float> w, ParameterSelection? selection = null, int? samples = null,
        ReadOnlySpan<double> scaling = default, WorkTeam? team = null)
    {
        DataFit.Check(network, loss, data, w.Length, "the data");
        SampleCount = samples ?? data.Count;
        if (SampleCount < 1 || SampleCount > data.Count) throw new InvalidInputException($"samples of the curvature: expected 1 to {data.Count}, got {SampleCount}");
        selection ??= ParameterSelection.All(network.Blocks);
        if (selection.Count == 0) throw new InvalidInputException("the curvature needs at least one parameter, got none");
        _blocks = [.. selection.Blocks];
        Dimension = selection.Count;
        _loss = loss;
        _data = data;
        _wanted = new bool[network.Layers.Count];
        network.MarkLayers(selection, _wanted);
        _rootScaling = InverseRoots(scaling, Dimension);
        _parameters = new AlignedMemory(network.Dimension);
        w.CopyTo(_parameters.Span);
        _tangent = new AlignedMemory(network.Dimension);
        _gradient = new AlignedMemory(network.Dimension);
        _scaled = new double[_rootScaling is null ? 0 : Dimension];
        var capacity = Math.Min(SampleCount, ChunkSize);
        _pass = new NetworkPass(network, capacity, team);
        _targets = new AlignedMemory(checked(data.TargetSize * AlignedMemory.RowStride(capacity)));
        _indices = new int[capacity];
    }

    /// <summary>m, the samples averaged over.</summary>
    public int SampleCount { get; }

    /// <summary>The number of selected parameters.</summary>
    public override int Dimension { get; }

    /// <inheritdoc/>
    public override void Multiply(ReadOnlySpan<double> v, Span<double> result)
    {
        if (v.Length != Dimension || result.Length != Dimension) throw new ArgumentException($"expected vectors of length {Dimension}, got {v.Length} and {result.Length}");
        if (_rootScaling is not null)
        {
            TensorPrimitives.Multiply(v, _rootScaling, _scaled);
            v = _scaled;
        }
        var first = 0;
        foreach (var block in _blocks)
        {
            TensorPrimitives.ConvertTruncating(v.Slice(first, block.Size), block.In(_tangent.Span));
            first += block.Size;
        }
        result.Clear();
        for (var start = 0; start < SampleCount; start += ChunkSize) AddChunk(start, result);
        TensorPrimitives.Divide(result, SampleCount, result);
        if (_rootScaling is not null) TensorPrimitives.Multiply(result, _rootScaling, result);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _pass.Dispose();
        foreach (var memory in (ReadOnlySpan<AlignedMemory>)[_parameters, _tangent, _gradient, _targets]) memory.Dispose();
    }

    private void AddChunk(int start, Span<double> result)
    {
        var count = Math.Min(ChunkSize, SampleCount - start);
        var targets = new Matrix(_targets.Span, _data.TargetSize, NetworkPass.PaddedColumns(count), AlignedMemory.RowStride(_pass.Capacity));
        if (!_loaded) Load(start, count, targets);
        var tangent = _pass.Tangent(_parameters.Span, _tangent.Span);
        _loss.ApplyCurvature(_pass.Output, targets, count, tangent, _pass.OutputDerivative, 1);
        _pass.Backward(_parameters.Span, _gradient.Span, _wanted);
        var first = 0;
        foreach (var block in _blocks)
        {
            WideSum.Add(block.In(_gradient.Span), result.Slice(first, block.Size));
            first += block.Size;
        }
    }

    // A single chunk stays loaded for all products.
    private void Load(int start, int count, Matrix targets)
    {
        for (var i = 0; i < count; i++) _indices[i] = start + i;
        _pass.SetBatch(count);
        _data.Read(_indices.AsSpan(0, count), _pass.Input, targets);
        _pass.Forward(_parameters.Span);
        _loaded = SampleCount <= ChunkSize;
    }

    private static double[]? InverseRoots(ReadOnlySpan<double> scaling, int count)
    {
        if (scaling.IsEmpty) return null;
        if (scaling.Length != count) throw new InvalidInputException($"scaling of the curvature: expected {count} numbers, got {scaling.Length}");
        var roots = new double[count];
        for (var i = 0; i < count; i++)
        {
            if (!(scaling[i] > 0 && double.IsFinite(scaling[i])))
                throw new InvalidInputException($"scaling of the curvature: expected a finite number above 0, got {scaling[i]} for selected parameter {i}");
            roots[i] = 1 / Math.Sqrt(scaling[i]);
        }
        return roots;
    }
}
