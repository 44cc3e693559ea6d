using LambdaHat.Data;
using LambdaHat.Estimation;
using LambdaHat.Experiments;
using LambdaHat.Losses;
using LambdaHat.Networks;

namespace LambdaHat.Bars.Verdicts;

/// <summary>A linear network at the truth, sampled by the general path; a long run of Gibbs sampling is the reference.</summary>
internal sealed class LinearSubject(string kind, int[] widths, int[] ranks, int n, ulong seed) : VerdictSubject(kind, $"{kind} {string.Join(',', widths)} ranks {string.Join(',', ranks)}")
{
    private const double Tolerance = 0.004;

    protected override NetworkOrLandscape Build(float[]? w)
    {
        var teacher = DeepLinearTeacher.Draw(widths, ranks, seed, Environment.ProcessorCount);
        var data = new TeacherDataSet(teacher.Product(), widths[^1], widths[0], n, seed);
        return new(TrueNetwork.At(teacher.Network, SquaredError.Mean, data, w ?? teacher.Parameters));
    }

    public override Reference Find(double nBeta, double gamma)
    {
        var estimate = LearningCoefficient.Estimate(Build(null).Objective, new EstimationOptions { Sampler = "gibbs", NBeta = nBeta, Gamma = gamma, Tolerance = Tolerance, Seed = 1_000_003 });
        return new Reference(estimate.LambdaHat, estimate.StandardError, "gibbs") { RHat = estimate.RHat, Doubt = estimate.RHat <= 1.02 ? null : $"R̂ {estimate.RHat:F3}" };
    }
}
