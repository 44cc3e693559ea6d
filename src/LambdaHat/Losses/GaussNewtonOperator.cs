using System.Numerics.Tensors;
using LambdaHat.Curvature;
using LambdaHat.Data;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Losses;

/// <summary>
/// The generalised Gauss–Newton matrix of the mean loss at w, G = (1/m) Σ_s J_sᵀ (∂²ℓ/∂f²)_s J_s over the first m samples with J_s = ∂f_w(x_s)/∂w, restricted to
/// some parameters; or D^{-½} G D^{-½}. It equals the Hessian of L where the loss is at its minimum for every sample, and is positive semidefinite
/// always (Schraudolph 2002). A product is one tangent and one backward pass: about 4·m·d operations in float32 (those at w are kept where they fit
/// 256 MiB, else 2·m·d more), added up over chunks of samples in float64.
/// </summary>
public sealed unsafe class GaussNewtonOperator : SymmetricOperator, IBlockStep, IDisposable
{
    /// <summary>Samples that are worked on at once.</summary>
    public const int ChunkSize = ChunkedNetwork.ChunkSize;

    private readonly Loss _loss;
    private readonly ChunkedNetwork _network;
    private readonly double[]? _rootScaling;
    private readonly float[] _roundedScaling;
    private readonly float[] _single;
    private float* _vectors;
    private double* _results;

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
        : this(Checked(network, loss, data, w, selection, samples, team), loss, scaling)
    {
    }

    private GaussNewtonOperator(ChunkedNetwork network, Loss loss, ReadOnlySpan<double> scaling)
    {
        (_network, _loss) = (network, loss);
        _rootScaling = InverseRoots(scaling, Dimension);
        _roundedScaling = [.. (_rootScaling ?? []).Select(root => (float)root)];
        _single = new float[Dimension];
    }

    /// <summary>m, the samples averaged over.</summary>
    public int SampleCount => _network.SampleCount;

    /// <summary>The number of selected parameters.</summary>
    public override int Dimension => _network.Dimension;

    /// <summary>
    /// The operator (2/m)·JᵀJ: the Hessian at w of the behavioural loss (1/m) Σ_s ‖f_w(x_s) − f_w*(x_s)‖² (<see cref="SquaredError.Behavioural"/>: a sum over the outputs,
    /// no factor ½), exactly, since w = w* is its global minimum. Only the inputs of <paramref name="data"/> are used, whatever its targets.
    /// </summary>
    /// <inheritdoc cref="GaussNewtonOperator(Network, Loss, DataSet, ReadOnlySpan{float}, ParameterSelection?, int?, ReadOnlySpan{double}, WorkTeam?)"/>
    public static GaussNewtonOperator Behavioural(Network network, DataSet data, ReadOnlySpan<float> w, ParameterSelection? selection = null, int? samples = null, WorkTeam? team = null)
    {
        DataFit.CheckInputs(network, data, w.Length, "the data");
        return new(new ChunkedNetwork(network, data, w, selection, samples, ownTargets: true, team: team), SquaredError.Behavioural, default);
    }

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
        var tangent = pass.Tangent(chunk.Activations, _network.Parameters, new(_vectors + ((nint)first * Dimension), results.Length), count, _roundedScaling);
        var derivative = pass.OutputDerivative(chunk.Activations, count);
        for (var j = 0; j < count; j++)
            _loss.ApplyCurvature(chunk.Activations.Output, chunk.Targets, chunk.Activations.Count, tangent.Vector(j, count), derivative.Vector(j, count), 1);
        pass.Backward(chunk.Activations, _network.Parameters, results, count);
        if (!chunk.IsLast) return;
        TensorPrimitives.Divide(results, SampleCount, results);
        for (var j = 0; j < count && _rootScaling is not null; j++)
            TensorPrimitives.Multiply(results.Slice(j * Dimension, Dimension), _rootScaling, results.Slice(j * Dimension, Dimension));
    }

    private static ChunkedNetwork Checked(Network network, Loss loss, DataSet data, ReadOnlySpan<float> w, ParameterSelection? selection, int? samples, WorkTeam? team)
    {
        DataFit.Check(network, loss, data, w.Length, "the data");
        return new(network, data, w, selection, samples, team: team);
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
