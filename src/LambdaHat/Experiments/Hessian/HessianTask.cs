using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Numerics;
using LambdaHat.Training;

namespace LambdaHat.Experiments.Hessian;

/// <summary>A network to be trained, with its data. Every job trains it anew: the same numbers, in seconds.</summary>
internal sealed record HessianTask(TrainingTask Training, ArrayDataSet Train, ArrayDataSet? Test)
{
    /// <summary>The network after training as a variant says. Its objective keeps the task's own loss, so that accuracies compare.</summary>
    public TrainedPoint Run(TrainingVariant variant, WorkTeam? team, JobScope scope)
    {
        var (network, loss) = (Training.Network, variant.Loss ?? Training.Loss);
        var options = Training.Options with { Seed = Training.Options.Seed + variant.Seed };
        var w = Initialisation.Draw(network, variant.Scheme ?? Training.Initialisation, options.Seed);
        foreach (ref var value in w.AsSpan()) value = (float)(value * variant.InitialScale);
        var classes = loss is SquaredError && Training.Loss is CrossEntropy;
        var train = classes ? ClassTargets.UnitVectors(Train, network.Outputs) : Train;
        var result = new Trainer(network, loss, options, team).Run(w, (variant.Optimizer ?? Training.Optimizer).Create(network.Dimension), train, store: scope.NextStore(), cancellation: scope.Cancellation);
        return new(new NetworkObjective(network, Training.Loss, Train, result.Parameters, team), Test, Norm(result.Parameters));
    }

    private static double Norm(float[] w) => Math.Sqrt(w.Sum(v => (double)v * v));
}

/// <summary>A trained network at w* with its data.</summary>
/// <param name="Objective">The network, its training data and loss, centred at w*.</param>
/// <param name="Test">Test data, or null.</param>
/// <param name="Norm">‖w*‖.</param>
internal sealed record TrainedPoint(NetworkObjective Objective, ArrayDataSet? Test, double Norm);
