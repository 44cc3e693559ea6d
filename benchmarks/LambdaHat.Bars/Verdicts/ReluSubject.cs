using LambdaHat.Estimation;
using LambdaHat.Experiments;

namespace LambdaHat.Bars.Verdicts;

/// <summary>
/// A ReLU network at its own truth; a long run of HMC is the reference, λ_quad stands beside it. Half the rank is (d − hidden units)/2 where the Hessian's kernel is exactly the rescaling symmetries.
/// </summary>
internal sealed class ReluSubject(int[] widths, int n, ulong seed) : VerdictSubject("relu", $"relu {string.Join(',', widths)} n={n} teacher {seed}")
{
    private const int Steps = 1000, MostDoublings = 4;

    protected override NetworkOrLandscape Build(float[]? w)
    {
        var objective = TrueNetwork.Relu(widths, n, seed);
        if (w is not null) objective = TrueNetwork.At(objective.Network, objective.Loss, objective.Data, w);
        return new(objective, (objective.Dimension - widths[1..^1].Sum()) / 2.0);
    }

    public override Reference Find(double nBeta, double gamma)
    {
        var objective = Build(null).Objective;
        for (var doublings = 0; ; doublings++)
        {
            var estimate = LearningCoefficient.Estimate(objective, new EstimationOptions { Sampler = "hmc", NBeta = nBeta, Gamma = gamma, Steps = Steps << doublings, BurnIn = 0.5, Seed = 1_000_003 });
            var agrees = estimate.RHat < 1.02 && estimate.StandardError < 0.005 * estimate.LambdaHat;
            if (agrees || doublings == MostDoublings) return new Reference(estimate.LambdaHat, estimate.StandardError, "hmc") { RHat = estimate.RHat, Doubt = agrees ? null : $"R̂ {estimate.RHat:F3}" };
        }
    }
}
