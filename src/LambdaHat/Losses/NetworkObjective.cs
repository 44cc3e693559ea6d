using System.Numerics.Tensors;
using LambdaHat.Data;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Losses;

/// <summary>
/// L_n(w) = (1/n) Σ_s ℓ(f_w(x_s), y_s) of a network over a data set, centred at w*. The per-sample losses at w* are computed once, over
/// the whole data set, and kept (n numbers), so that every minibatch has its own exact baseline.
/// </summary>
public sealed class NetworkObjective : Objective
{
    // The parameters of a product of matrices to those of the matrix that it is.
    private const int WorthMultiplying = 8;

    private readonly float[] _center;
    private readonly double[] _centerLosses;

    /// <summary>Evaluates every sample's loss at <paramref name="center"/>; products are shared among <paramref name="team"/>, <paramref name="watch"/> hears how far that is, and <paramref name="store"/> keeps it.</summary>
    /// <exception cref="InvalidInputException">The data do not fit the network or the loss, or a sample's loss at <paramref name="center"/> is not finite.</exception>
    /// <exception cref="OperationCanceledException">The watch ended it.</exception>
    public NetworkObjective(Network network, Loss loss, DataSet data, float[] center, WorkTeam? team = null, StageWatch? watch = null, StateStore? store = null)
    {
        DataFit.Check(network, loss, data, center.Length, "the data");
        Network = network;
        Loss = loss;
        Data = data;
        _center = center;
        _centerLosses = new double[data.Count];
        var (equivalent, w) = Shortest(network, data.Count, center, team);
        FullPass.SampleLosses(equivalent, loss, data, w, _centerLosses, team, watch, store);
        var wrong = Array.FindIndex(_centerLosses, loss => !double.IsFinite(loss));
        if (wrong >= 0)
            throw new InvalidInputException($"the {loss.Name} loss of sample {wrong} at w* is {_centerLosses[wrong]}; expected a finite number: the network's outputs leave float32 (up to {float.MaxValue:G2})");
        CenterLoss = TensorPrimitives.Sum<double>(_centerLosses) / data.Count;
    }

    /// <summary>The network.</summary>
    public Network Network { get; }

    /// <summary>The loss of one sample.</summary>
    public Loss Loss { get; }

    /// <summary>The data.</summary>
    public DataSet Data { get; }

    /// <inheritdoc/>
    public override int Dimension => Network.Dimension;

    /// <inheritdoc/>
    public override long SampleCount => Data.Count;

    /// <inheritdoc/>
    public override ReadOnlySpan<float> Center => _center;

    /// <inheritdoc/>
    public override double CenterLoss { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterBlock> Blocks => Network.Blocks;

    /// <summary>The array of <see cref="Center"/>, for an objective that shares it.</summary>
    internal float[] CenterArray => _center;

    /// <summary>The form that <see cref="LinearNetworkObjective.Of"/> has found for it.</summary>
    internal LinearNetworkObjective? Linear { get; set; }

    /// <summary>ℓ at w* of every sample.</summary>
    public ReadOnlySpan<double> CenterLosses => _centerLosses;

    /// <inheritdoc/>
    public override Evaluator CreateEvaluator(int batchSize, ParameterSelection sampled, WorkTeam? team = null) =>
        new NetworkEvaluator(this, batchSize, sampled, team);

    // Many matrices in a row are one at w*.
    internal static (Network Network, float[] Parameters) Shortest(Network network, int samples, float[] center, WorkTeam? team) =>
        LinearChain.Recognises(network) && samples > network.Inputs && network.Dimension >= WorthMultiplying * (long)network.Inputs * network.Outputs
            ? (new(new Dense(network.Inputs, network.Outputs, bias: false)), LinearChain.Of(network, center)!.Product(team))
            : (network, center);
}
