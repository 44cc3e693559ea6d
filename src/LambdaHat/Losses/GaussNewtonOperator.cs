using System.Numerics.Tensors;
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
public sealed class GaussNewtonOperator : NetworkCurvature
{
    private readonly double[]? _rootScaling;
    private readonly float[] _roundedScaling;

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

    private GaussNewtonOperator(ChunkedNetwork network, Loss loss, ReadOnlySpan<double> scaling) : base(network, loss)
    {
        _rootScaling = InverseRoots(scaling, Dimension);
        _roundedScaling = [.. (_rootScaling ?? []).Select(root => (float)root)];
    }

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

    private protected override ReadOnlySpan<float> InputScale => _roundedScaling;

    private protected override void Finish(Span<double> products, int count)
    {
        for (var j = 0; j < count && _rootScaling is not null; j++)
            TensorPrimitives.Multiply(products.Slice(j * Dimension, Dimension), _rootScaling, products.Slice(j * Dimension, Dimension));
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
