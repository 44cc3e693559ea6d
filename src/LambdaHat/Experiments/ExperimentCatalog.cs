using LambdaHat.Experiments.Bayes;
using LambdaHat.Experiments.Development;
using LambdaHat.Experiments.Hessian;
using LambdaHat.Experiments.Landscapes;
using LambdaHat.Experiments.Linear;
using LambdaHat.Experiments.Networks;

namespace LambdaHat.Experiments;

/// <summary>All experiments, in the order of the sources.</summary>
public static class ExperimentCatalog
{
    /// <summary>The experiments.</summary>
    public static IReadOnlyList<Experiment> All { get; } =
    [
        new DeepLinearAccuracy(), new TrainedAccuracy(), new SaddleToSaddle(), new SgldAgainstMala(), new Rescaling(), new DeepLinearTheory(), new StepSizeWindow(),
        new HessianModularAddition(), new HessianMnist(), new HessianMatrixFactorisation(),
        new VolumeScaling(), new ComplexityIsRelative(), new PhaseTransition(), new ToyLandscapes(), new ModularAdditionDevelopment(), new BayesianLearning(),
    ];

    /// <summary>The experiment of that name.</summary>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public static Experiment ByName(string name) => All.FirstOrDefault(e => e.Name == name)
        ?? throw new InvalidInputException($"there is no experiment {NearestName.Quote(name)}; expected one of {string.Join(", ", All.Select(e => e.Name))}{NearestName.Hint(name, All.Select(e => e.Name))}");
}
