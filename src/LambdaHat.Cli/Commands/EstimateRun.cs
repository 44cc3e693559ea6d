using LambdaHat.Cli.Display;
using LambdaHat.Cli.Subjects;
using LambdaHat.Estimation;
using LambdaHat.Numerics;
using LambdaHat.Reporting;

namespace LambdaHat.Cli.Commands;

/// <summary>One estimation from subject to run folder: facts at w*, sampling with progress, table or JSON, files.</summary>
internal static class EstimateRun
{
    public static int Execute(Terminal terminal, Func<WorkTeam, Subject> load, EstimationOptions options, string command, string name, string? folder, bool json, CancellationToken cancellation)
    {
        var started = DateTimeOffset.UtcNow;
        Subject subject;
        PointFacts facts;
        using (var team = new WorkTeam(options.Threads))
        {
            subject = load(team);
            options.Resolve(subject.Objective.SampleCount);
            facts = subject.Facts(team);
        }
        var output = folder is null ? RunFolder.CreateDated(name, started) : RunFolder.Create(folder);
        Introduce(terminal, subject, facts);

        var estimate = ChainBars.Show(terminal, options.Chains, options.Steps, progress =>
            LearningCoefficient.Estimate(subject.Objective, options, progress, cancellation)) with { GradientNorm = facts.GradientNorm };
        var run = new RunRecord
        {
            Title = subject.Title,
            Command = command,
            Version = LambdaHatCommand.Version,
            Started = started,
            Network = subject.Network,
            Loss = subject.Objective.Loss.Name,
            Data = subject.Data,
            Accuracy = facts.Accuracy,
            Estimate = estimate,
            Theory = subject.Theory,
        };
        output.Write(run);
        if (json) terminal.Out.WriteLine(EstimateJson.Of(run).ToJsonString());
        else
        {
            ResultTable.Print(terminal.Results, run);
            terminal.Out.WriteLine($"report: {output.Report}");
        }
        return estimate.Chains.All(c => c.Diverged) ? ExitCode.AllChainsDiverged : ExitCode.Done;
    }

    private static void Introduce(Terminal terminal, Subject subject, PointFacts facts)
    {
        terminal.Error.WriteLine($"{subject.Title}: {subject.Network}");
        terminal.Error.WriteLine($"data: {subject.Data}; loss {subject.Objective.Loss.Name}");
        var accuracy = facts.Accuracy is { } a ? $", accuracy {100 * a:F2} %" : "";
        var test = facts.TestAccuracy is { } t ? $" (test {100 * t:F2} %)" : "";
        terminal.Error.WriteLine($"at w*: loss {facts.Loss:G6}{accuracy}{test}, gradient norm {facts.GradientNorm:G4}{(facts.GradientSamples < subject.Objective.SampleCount ? $" over the first {facts.GradientSamples} samples" : "")}");
    }
}
