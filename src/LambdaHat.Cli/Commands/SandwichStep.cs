using LambdaHat.Cli.Display;
using LambdaHat.Cli.Subjects;
using LambdaHat.Data;
using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Reporting;
using LambdaHat.Spectra;

namespace LambdaHat.Cli.Commands;

/// <summary>The estimates between the bounds of a spectrum, at its w*, nβ and γ.</summary>
internal static class SandwichStep
{
    public static Sandwich Run(Terminal terminal, RunSettings settings, SpectrumOptions options, SpectrumResult result, Subject subject, StateStores states, CancellationToken cancellation)
    {
        var asked = new EstimationOptions { Seed = settings.Seed, Threads = settings.Threads, NBeta = result.NBeta, Gamma = result.Gamma, Restrict = options.Restrict };
        var objective = Preparation.Run(terminal, settings.Threads, preparation =>
        {
            var behavioural = RealisableData.Behavioural(subject.Objective, preparation.Team, preparation);
            LearningCoefficient.Prepare(behavioural, asked, preparation.Team, preparation);
            return behavioural;
        }, cancellation);
        var inputs = InputHashes.Of(objective);
        StateStore Store(EstimationOptions chosen) => states.Of($"gamma-{chosen.Gamma:G3}", EstimateJson.Identity(LambdaHatCommand.Version, objective.Loss.Name, inputs, chosen));
        var sandwich = Sandwich.Find(result.Sharp, asked, chosen =>
        {
            terminal.Error.WriteLine($"sampling at γ = {chosen.Gamma:G3}");
            return ChainBars.Show(terminal, chosen.ChainsAt(objective), null, (progress, stages) => LearningCoefficient.Estimate(objective, chosen, progress, Store(chosen), stages, cancellation));
        }, (nBeta, gamma) => result.QuadraticAt(nBeta, gamma));
        // Theory speaks of the whole parameter, not of a part of it.
        return sandwich with { Known = result.Bounds.Dimension == objective.Dimension ? subject.Theory : null };
    }
}
