using System.Numerics.Tensors;
using LambdaHat.Data;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Losses;

/// <summary>
/// The mean squared error of a linear network over all n samples, at the cost of r ≤ H_1 of them. L_n depends on w through the product
/// M = W_L ⋯ W_1 only:
/// <code>
///     L_n(w) = L_min + c·‖(M − M*)·V‖_F²,   Σ_xx = (1/n) X·Xᵀ = V·Vᵀ,   M* = Σ_yx·Σ_xx⁺,
/// </code>
/// with c = 1/outputs for "mse" and 1 for "mse-sum" and "behavioural", V = U·diag(√σ) (H_1 × r) from the r eigenpairs of Σ_xx whose
/// σ exceeds H_1·2⁻⁵²·max σ. The network itself, on r pseudo-samples √r·V with the targets √r·M*·V, gives the second term and its gradient;
/// L_min is a float64 constant.
/// </summary>
public sealed class LinearNetworkObjective : Objective
{
    private readonly float[] _center;

    /// <summary>
    /// Sums the second moments of the data in one pass, shared among <paramref name="team"/>, of which <paramref name="watch"/> hears; <paramref name="store"/> keeps the sums. For the behavioural loss M* is the product at
    /// <paramref name="center"/> and L_min is 0, whatever the targets.
    /// </summary>
    /// <exception cref="InvalidInputException">The network is not linear, the loss is no squared error, or the data do not fit them.</exception>
    /// <exception cref="OperationCanceledException">The watch ended it.</exception>
    public LinearNetworkObjective(Network network, SquaredError loss, DataSet data, float[] center, WorkTeam? team = null, StageWatch? watch = null, StateStore? store = null)
    {
        if (LinearChain.Of(network, center.Length == network.Dimension ? center : new float[network.Dimension]) is not { } chain)
            throw new InvalidInputException("a linear network objective takes dense layers without bias and identities, got a network with other layers");
        DataFit.Check(network, loss, data, center.Length, "the data");
        (Network, Loss, SampleCount, _center) = (network, loss, data.Count, center);
        Scale = loss == SquaredError.Mean ? 1.0 / network.Outputs : 1;
        var product = loss == SquaredError.Behavioural ? [] : chain.Product(team);
        var moments = SecondMoments.Of(data, product, network.Outputs, team, watch, store);
        (InputBasis, InputSpectrum) = Spectrum(moments.Inputs, network.Inputs);
        var image = ImageOfInputs();
        Target = product.Length == 0 ? image : new double[network.Outputs * Rank];
        if (product.Length > 0) MinimumLoss = Math.Max(0, Scale * (moments.Residual - FillTarget(product, moments.Cross)));
        CenterDistance = SquaredDistance(image);
        CenterLoss = MinimumLoss + (Scale * CenterDistance);
        Equivalent = new NetworkObjective(network, loss, PseudoSamples(), center, team);
    }

    /// <summary>The network on the r pseudo-samples: its loss is L_n − L_min, its gradient and its curvature those of L_n.</summary>
    public NetworkObjective Equivalent { get; }

    /// <summary>The network.</summary>
    public Network Network { get; }

    /// <summary>The loss of one sample.</summary>
    public SquaredError Loss { get; }

    /// <inheritdoc/>
    public override int Dimension => Network.Dimension;

    /// <inheritdoc/>
    public override long SampleCount { get; }

    /// <inheritdoc/>
    public override ReadOnlySpan<float> Center => _center;

    /// <inheritdoc/>
    public override double CenterLoss { get; }

    /// <summary>L_min, the least loss of any linear map.</summary>
    public double MinimumLoss { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterBlock> Blocks => Network.Blocks;

    /// <summary>c, the factor of the squared distance in the loss.</summary>
    internal double Scale { get; }

    /// <summary>r, the rank of Σ_xx.</summary>
    internal int Rank => InputSpectrum.Length;

    /// <summary>Uᵀ (r × H_1, row-major): the unit eigenvectors of Σ_xx whose eigenvalue is not zero.</summary>
    internal double[] InputBasis { get; }

    /// <summary>σ, their eigenvalues.</summary>
    internal double[] InputSpectrum { get; }

    /// <summary>M*·V (outputs × r, row-major).</summary>
    internal double[] Target { get; }

    /// <summary>‖(M − M*)·V‖_F² at w*, in float64.</summary>
    internal double CenterDistance { get; }

    /// <summary>Whether L_n of this network and loss has this form.</summary>
    public static bool Supports(Network network, Loss loss) => loss is SquaredError && LinearChain.Recognises(network);

    /// <summary>The same of the network and the loss of <paramref name="objective"/>; false for what is no network's.</summary>
    internal static bool Supports(Objective objective) => objective is NetworkObjective network && Supports(network.Network, network.Loss);

    /// <summary>That of a network's objective, made at the first call and kept with it; null where its network or loss has no such form.</summary>
    /// <exception cref="OperationCanceledException">The watch ended it.</exception>
    public static LinearNetworkObjective? Of(NetworkObjective objective, WorkTeam? team = null, StageWatch? watch = null, StateStore? store = null) =>
        Supports(objective) ? objective.Linear ??= new(objective.Network, (SquaredError)objective.Loss, objective.Data, objective.CenterArray, team, watch, store) : null;

    /// <summary>An evaluator of L_n itself: its batch is all n samples, whatever <paramref name="batchSize"/> says.</summary>
    public override Evaluator CreateEvaluator(int batchSize, ParameterSelection sampled, WorkTeam? team = null) =>
        new LinearNetworkEvaluator(this, Equivalent.CreateEvaluator(Equivalent.Data.Count, sampled, team));

    private static (double[] Basis, double[] Values) Spectrum(double[] moments, int inputs)
    {
        var values = new double[inputs];
        new SymmetricEigen().Decompose(moments, inputs, values);
        var smallest = inputs * Math.ScaleB(Math.Max(values[^1], 0), -52);
        var skip = values.Count(v => v <= smallest);
        return (moments[(skip * inputs)..], values[skip..]);
    }

    // Target ← M*·V = M·V + Σ_dx·U/√σ; returns ‖Σ_dx·U/√σ‖², what M* explains of the residuals of M.
    private double FillTarget(float[] product, double[] cross)
    {
        var (inputs, outputs) = (Network.Inputs, Network.Outputs);
        var explained = 0.0;
        var map = new double[inputs];
        for (var o = 0; o < outputs; o++)
        {
            for (var i = 0; i < inputs; i++) map[i] = product[(o * inputs) + i];
            for (var j = 0; j < Rank; j++)
            {
                var direction = InputBasis.AsSpan(j * inputs, inputs);
                var root = Math.Sqrt(InputSpectrum[j]);
                var shift = TensorPrimitives.Dot(cross.AsSpan(o * inputs, inputs), direction) / root;
                Target[(o * Rank) + j] = (root * TensorPrimitives.Dot(map.AsSpan(), direction)) + shift;
                explained += shift * shift;
            }
        }
        return explained;
    }

    // M·V at w*, in float64.
    private double[] ImageOfInputs()
    {
        var product = new DoubleProduct();
        var (height, current) = (Network.Inputs, InputFactor());
        foreach (var block in Blocks)
        {
            double[] weight = [.. block.In(Center).ToArray().Select(v => (double)v)], next = new double[block.Shape[0] * Rank];
            product.Multiply(block.Shape[0], Rank, height, weight, false, current, false, next);
            (height, current) = (block.Shape[0], next);
        }
        return current;
    }

    /// <summary>‖(M − M*)·V‖_F² from M·V (outputs × r, row-major).</summary>
    internal double SquaredDistance(ReadOnlySpan<double> image)
    {
        if (Rank == 0) return 0;
        var distance = TensorPrimitives.Distance(image, Target);
        return distance * distance;
    }

    /// <summary>V (H_1 × r, row-major), a new array.</summary>
    internal double[] InputFactor()
    {
        var factor = new double[Network.Inputs * Rank];
        for (var j = 0; j < Rank; j++)
        {
            var root = Math.Sqrt(InputSpectrum[j]);
            for (var i = 0; i < Network.Inputs; i++) factor[(i * Rank) + j] = root * InputBasis[(j * Network.Inputs) + i];
        }
        return factor;
    }

    // Without any input that is not zero: one sample of zeros.
    private ArrayDataSet PseudoSamples()
    {
        var (inputs, outputs, count) = (Network.Inputs, Network.Outputs, Math.Max(Rank, 1));
        float[] x = new float[count * inputs], y = new float[count * outputs];
        for (var j = 0; j < Rank; j++)
        {
            var root = Math.Sqrt(Rank * InputSpectrum[j]);
            for (var i = 0; i < inputs; i++) x[(j * inputs) + i] = (float)(root * InputBasis[(j * inputs) + i]);
            for (var o = 0; o < outputs; o++) y[(j * outputs) + o] = (float)(Math.Sqrt(Rank) * Target[(o * Rank) + j]);
        }
        return new ArrayDataSet(x, inputs, y, outputs);
    }
}
