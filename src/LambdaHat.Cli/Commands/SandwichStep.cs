using LambdaHat.Cli.Display;
using LambdaHat.Cli.Subjects;
using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Numerics;
using LambdaHat.Spectra;

namespace LambdaHat.Cli.Commands;

/// <summary>The estimates between the bounds of a spectrum, at its w*, nβ and γ.</summary>
internal static class SandwichStep
{
    public static Sandwich Run(Terminal terminal, RunSettings settings, SpectrumOptions options, SpectrumResult result, Subject subject, CancellationToken cancellation)
    {
        var objective = Preparation.Run(() =>
        {
            using var team = new WorkTeam(settings.Threads);
            return RealisableData.Behavioural(subject.Objective, team);
        }, cancellation);
        var asked = new EstimationOptions { Seed = settings.Seed, Threads = settings.Threads, NBeta = result.NBeta, Gamma = result.Gamma, Restrict = options.Restrict };
        var sandwich = Sandwich.Find(result.Sharp, result.RankError, asked, chosen =>
        {
            terminal.Error.WriteLine($"sampling at γ = {chosen.Gamma:G3}");
            return ChainBars.Show(terminal, chosen.Chains, null, progress => LearningCoefficient.Estimate(objective, chosen, progress, cancellation: cancellation));
        }, result.QuadraticAt);
        // Theory speaks of the whole parameter, not of a part of it.
        return sandwich with { Known = result.Bounds.Dimension == objective.Dimension ? subject.Theory : null };
    }
}
