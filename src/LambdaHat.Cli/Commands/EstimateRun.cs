using LambdaHat.Cli.Display;
using LambdaHat.Cli.Subjects;
using LambdaHat.Data;
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
        using var note = RunNote.Begin(output.Path, settings.CommandText, settings.Words, LambdaHatCommand.Version, started);
        var (subject, facts, inputs, steps) = Preparation.Run(() =>
        {
            using var team = new WorkTeam(settings.Threads);
            var subject = load(team);
            var resolved = options.Resolve(subject.Objective.SampleCount);
            return (subject, subject.Facts(team), InputHashes.Of(subject.Objective), resolved.Steps);
        }, cancellation);
        Introduce(terminal, subject, facts);

        var store = new StateStore(output.State, EstimateJson.Identity(LambdaHatCommand.Version, subject.Objective, inputs, options))
        {
            Interval = settings.SaveEvery,
            Note = text => terminal.Error.WriteLine($"lambdahat: {text}"),
        };
        LearningCoefficientEstimate estimate;
        try
        {
            estimate = ChainBars.Show(terminal, options.Chains, steps, progress => LearningCoefficient.Estimate(subject.Objective, options, progress, store, cancellation));
        }
        catch (RunInterruptedException e)
        {
            terminal.Error.WriteLine($"after {e.Steps} steps: λ̂ = {e.SoFar.Mean:G5} ± {e.SoFar.StandardError:G2} so far");
            if (e.IsSaved) terminal.Error.WriteLine($"saved; lambdahat resume {output.Path} goes on");
            throw;
        }
        var run = new RunRecord
        {
            Title = subject.Title,
            Command = note.Command,
            Version = LambdaHatCommand.Version,
            Started = note.Started,
            Inputs = inputs,
            Network = subject.Network,
            Loss = subject.Objective.Loss.Name,
            Data = subject.Data,
            Accuracy = facts.Accuracy,
            Estimate = estimate with { GradientNorm = facts.GradientNorm },
            // Theory speaks of the whole parameter, not of a part of it.
            Theory = estimate.SampledDimension == estimate.Dimension ? subject.Theory : null,
        };
        var diverged = estimate.Chains.All(c => c.Diverged);
        var code = diverged ? ExitCode.AllChainsDiverged : ExitCode.Done;
        var failure = Saving.Try(() =>
        {
            output.Write(run);
            note.Finish("result.json", code);
            store.Delete();
        });
        if (settings.Json) terminal.Out.WriteLine(EstimateJson.Of(run).ToJsonString());
        else
        {
            ResultTable.Print(terminal, run);
            if (failure is null) terminal.Out.WriteLine($"report: {output.Report}");
        }
        // What was computed has been said; that it is not in the folder is the command's failure.
        if (failure is not null) throw failure;
        if (!diverged) return code;
        terminal.Error.WriteLine($"lambdahat: every chain diverged, the first at step {estimate.Chains.Min(c => c.DivergedAt)}; a step size below {estimate.Options.StepSize:G3} may keep them");
        return code;
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
