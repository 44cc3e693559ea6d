using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Preconditioning;
using LambdaHat.Sampling;

namespace LambdaHat.Bars.Batches;

/// <summary>
/// What pairing saves: Var[L_B(w) − L_n(w*)] / Var[L_B(w) − L_B(w*)] over minibatches B, w from a short chain of the default sampler. The draws of the chain are far apart, and the variances are means over them.
/// </summary>
internal static class PairedBaseline
{
    private const int WarmUp = 500, Draws = 8, Apart = 25, Minibatches = 200, FactorSamples = 2048;

    public static (double Unpaired, double Paired) Variances(NetworkObjective objective, int batch)
    {
        var sampled = ParameterSelection.All(objective.Blocks);
        var nBeta = PosteriorDefaults.NBeta(objective.SampleCount);
        var target = new Target(objective, sampled, nBeta, PosteriorDefaults.Gamma(sampled, objective.Center));
        var metric = new KroneckerMetric(new KroneckerFactors(objective, sampled, FactorSamples), sampled, objective.Center, nBeta, target.Gammas, new KroneckerMetricOptions { WarmUp = WarmUp });
        using var sampler = new AveragedLangevin(target, objective.CreateEvaluator(500, sampled), metric, 0.25, seed: 1, chain: 0);
        using var evaluator = objective.CreateEvaluator(batch, sampled);
        double unpaired = 0, paired = 0;
        for (var draw = 0; draw < Draws; draw++)
        {
            var end = WarmUp + (Apart * (draw + 1));
            for (var step = draw == 0 ? 0 : end - Apart; step < end; step++) sampler.Step(step);
            double[] losses = new double[Minibatches], differences = new double[Minibatches];
            for (var i = 0; i < Minibatches; i++)
            {
                evaluator.SelectMinibatch(2, draw, i);
                losses[i] = evaluator.Loss(sampler.Position);
                differences[i] = losses[i] - evaluator.CenterLoss;
            }
            unpaired += Variance(losses) / Draws;
            paired += Variance(differences) / Draws;
        }
        return (unpaired, paired);
    }

    private static double Variance(double[] values)
    {
        var mean = values.Average();
        return values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1);
    }
}
