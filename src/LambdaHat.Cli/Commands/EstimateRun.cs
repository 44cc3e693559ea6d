using LambdaHat.Cli.Display;
using LambdaHat.Cli.Subjects;
using LambdaHat.Estimation;
using LambdaHat.Numerics;
using LambdaHat.Reporting;

namespace LambdaHat.Cli.Commands;

/// <summary>One estimation from subject to run folder: facts at w*, sampling with progress, table or JSON, files.</summary>
internal static class EstimateRun
{
    /// <summary>What <c>--out</c> is to a command that estimates.</summary>
    public const string FolderDescription = "folder for result.json, config.json, trace.npz and report.html [a dated one under lambdahat-runs/]";

    public static int Execute(Terminal terminal, string name, RunSettings settings, EstimationOptions options, Func<WorkTeam, Subject> load, CancellationToken cancellation)
    {
        var started = DateTimeOffset.UtcNow;
        using var output = settings.Folder is null ? RunFolder.CreateDated(name, started) : RunFolder.Create(settings.Folder);
        var (subject, facts) = Preparation.Run(() =>
        {
            using var team = new WorkTeam(settings.Threads);
            var subject = load(team);
            options.Resolve(subject.Objective.SampleCount);
            return (subject, subject.Facts(team));
        }, cancellation);
        Introduce(terminal, subject, facts);
        var run = Measure(terminal, settings, options, subject, facts, started, cancellation);
        var estimate = run.Estimate;
        output.Write(run);
        if (settings.Json) terminal.Out.WriteLine(EstimateJson.Of(run).ToJsonString());
        else
        {
            ResultTable.Print(terminal, run);
            terminal.Out.WriteLine($"report: {output.Report}");
        }
        if (!estimate.Chains.All(c => c.Diverged)) return ExitCode.Done;
        terminal.Error.WriteLine($"lambdahat: every chain diverged, the first at step {estimate.Chains.Min(c => c.DivergedAt)}; a step size below {estimate.Options.StepSize:G3} may keep them");
        return ExitCode.AllChainsDiverged;
    }

    /// <summary>Samples, with progress.</summary>
    public static RunRecord Measure(Terminal terminal, RunSettings settings, EstimationOptions options, Subject subject, PointFacts facts, DateTimeOffset started, CancellationToken cancellation)
    {
        var estimate = ChainBars.Show(terminal, options.Chains, options.Resolve(subject.Objective.SampleCount).Steps, progress =>
            LearningCoefficient.Estimate(subject.Objective, options, progress, cancellation));
        return new RunRecord
        {
            Title = subject.Title,
            Command = settings.CommandText,
            Version = LambdaHatCommand.Version,
            Started = started,
            Network = subject.Network,
            Loss = subject.Objective.Loss.Name,
            Data = subject.Data,
            Accuracy = facts.Accuracy,
            Estimate = estimate with { GradientNorm = facts.GradientNorm },
            // Theory speaks of the whole parameter, not of a part of it.
            Theory = estimate.SampledDimension == estimate.Dimension ? subject.Theory : null,
        };
    }

    /// <summary>Says what is estimated, and what the point looks like.</summary>
    public static void Introduce(Terminal terminal, Subject subject, PointFacts facts)
    {
        terminal.Error.WriteLine($"{subject.Title}: {subject.Network}");
        terminal.Error.WriteLine($"data: {subject.Data}; loss {subject.Objective.Loss.Name}");
        var accuracy = facts.Accuracy is { } a ? $", accuracy {100 * a:F2} %" : "";
        var test = facts.TestAccuracy is { } t ? $" (test {100 * t:F2} %)" : "";
        terminal.Error.WriteLine($"at w*: loss {facts.Loss:G6}{accuracy}{test}, gradient norm {facts.GradientNorm:G4}{(facts.GradientSamples < subject.Objective.SampleCount ? $" over the first {facts.GradientSamples} samples" : "")}");
    }
}
