using LambdaHat.Data;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Losses;

/// <summary>
/// The Hessian at w of the mean loss over the first m samples, restricted to some parameters: the tangent of the backward pass (forward over reverse, Pearlmutter 1994).
/// It is the Gauss–Newton matrix plus (1/m) Σ_s Σ_o (∂ℓ/∂f_o)_s ∂²f_o(x_s)/∂w², and may be indefinite. Where a ReLU's input is exactly 0 its second derivative counts as 0. A product
/// is about 6·m·d operations in float32, added up over chunks of samples in float64.
/// </summary>
public sealed class HessianOperator : NetworkCurvature
{
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
        : base(Checked(network, loss, data, w, selection, samples, team), loss)
    {
    }

    private static ChunkedNetwork Checked(Network network, Loss loss, DataSet data, ReadOnlySpan<float> w, ParameterSelection? selection, int? samples, WorkTeam? team)
    {
        var behavioural = loss == SquaredError.Behavioural;
        if (behavioural) DataFit.CheckInputs(network, data, w.Length, "the data");
        else DataFit.Check(network, loss, data, w.Length, "the data");
        return new(network, data, w, selection, samples, ownTargets: behavioural, slopes: loss, team: team);
    }
}
