using LambdaHat.Losses;
using LambdaHat.Numerics;
using LambdaHat.Preconditioning;
using LambdaHat.Sampling;

namespace LambdaHat.Tests.Sampling;

/// <summary>Every sampler by name, as the conformance tests run it.</summary>
internal static class SamplerCase
{
    /// <summary>Steps in which learned metrics learn.</summary>
    public const int WarmUp = 500;

    /// <summary>The preconditioner that is set by hand.</summary>
    public const double ByHand = 0.5;

    private static readonly string[] s_euler = ["sgld", "sgld by hand", "sgld in rmsprop", "sgld in kronecker"];
    private static readonly string[] s_metropolis = ["mala", "mala in rmsprop", "mala in kronecker", "hmc", "hmc in rmsprop", "hmc in kronecker"];

    /// <summary>SGLD: the discretised law.</summary>
    public static TheoryData<string> Euler => [.. s_euler];

    /// <summary>All of them.</summary>
    public static TheoryData<string> All => [.. s_euler, .. s_metropolis, "sgnht", "sgnht in kronecker", "langevin", "langevin in kronecker", "layerwise", "gibbs", "slice"];

    public static bool IsEuler(string name) => s_euler.Contains(name);

    /// <summary>ε, or h: the first half of stability in the stiffest direction of precision <paramref name="stiffest"/>, or of 1 in a Kronecker metric.</summary>
    public static double StepSize(string name, double stiffest)
    {
        var scale = name.Contains("kronecker", StringComparison.Ordinal) || name == "layerwise" ? 1 : stiffest;
        return name.Split(' ')[0] switch
        {
            "sgld" => 0.6 / scale,
            "layerwise" => 0.8,
            "langevin" => 1.2 / scale,
            "mala" => 1 / scale,
            "hmc" => 0.6 / Math.Sqrt(scale),
            "sgnht" => 0.5 / Math.Sqrt(scale),
            _ => 1,
        };
    }

    public static Sampler Create(string name, GaussianProblem problem, ulong seed = 1, int chain = 0) =>
        name == "gibbs"
            ? new GibbsSampler(new Target(problem.Linear, problem.Sampled, problem.NBeta, problem.Gamma), seed, chain)
            : Create(name, problem.Target, problem.Objective, int.MaxValue, StepSize(name, problem.Stiffest), seed, chain);

    public static Sampler Create(string name, Target target, Objective objective, int batch, double stepSize, ulong seed, int chain, WorkTeam? team = null)
    {
        Evaluator Evaluator() => objective.CreateEvaluator((int)Math.Min(batch, objective.SampleCount), target.Sampled, team);
        KroneckerFactors Factors() => new((NetworkObjective)objective, target.Sampled, (int)objective.SampleCount);
        Metric Metric() => name.Split(" in ") switch
        {
            [_, "kronecker"] => new KroneckerMetric(Factors(), target.Sampled, objective.Center, target.NBeta, target.Gammas, new KroneckerMetricOptions { WarmUp = WarmUp }, team),
            [_, "rmsprop"] => new LearnedDiagonal(target.Sampled, WarmUp),
            _ => new DiagonalMetric(target.Sampled, name == "sgld by hand" ? [.. target.Sampled.Blocks.Select(_ => ByHand)] : null),
        };
        return name.Split(' ')[0] switch
        {
            "sgld" when name == "sgld" => new SgldSampler(target, Evaluator(), [.. target.Sampled.Blocks.Select(_ => 1.0)], stepSize, 10, seed, chain),
            "sgld" => new PreconditionedSgld(target, Evaluator(), Metric(), stepSize, 10, seed, chain),
            "mala" => new Mala(target, Evaluator(), Metric(), stepSize, seed, chain),
            "slice" => new SliceSampler(target, Evaluator(), WarmUp, seed, chain),
            "hmc" => new Hmc(target, Evaluator(), Metric(), stepSize, seed, chain),
            "sgnht" => new Sgnht(target, Evaluator(), Metric(), stepSize, seed, chain, diffusion: 0.5 / stepSize),
            "langevin" => new AveragedLangevin(target, Evaluator(), Metric(), stepSize, seed, chain),
            // One move in a layer at a time, so that what it records is one draw.
            "layerwise" => new LayerwiseLangevin(target, new LinearFactors((NetworkObjective)objective, target.Sampled, (int)objective.SampleCount, team), batch, new LayerwiseOptions { MovesPerLayer = 1 }, stepSize, seed, chain, team),
            _ => throw new ArgumentException(name),
        };
    }
}
