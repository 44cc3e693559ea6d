using LambdaHat.Cli.Display;
using LambdaHat.Cli.Subjects;
using LambdaHat.Data;
using LambdaHat.Estimation;
using LambdaHat.Reporting;

namespace LambdaHat.Cli.Commands;

/// <summary>One estimation from subject to run folder: facts at w*, sampling with progress, table or JSON, files.</summary>
internal static class EstimateRun
{
    /// <summary>What <c>--out</c> is to a command that estimates.</summary>
    public const string FolderDescription = "folder for result.json, config.json, trace.npz and report.html [a dated one under lambdahat-runs/]";

    public static int Execute(Terminal terminal, string name, RunSettings settings, EstimationOptions options, Func<Preparation, Subject> load, CancellationToken cancellation)
    {
        var started = DateTimeOffset.UtcNow;
        using var output = settings.Folder is null ? RunFolder.CreateDated(name, started) : RunFolder.Create(settings.Folder);
        using var note = settings.Begin(output.Path, started);
        var (subject, facts) = Preparation.Run(terminal, settings.Threads, preparation =>
        {
            var subject = load(preparation);
            LearningCoefficient.Prepare(subject.Objective, options, preparation.Team, preparation);
            return (subject, subject.Facts(preparation));
        }, cancellation);
        Introduce(terminal, subject, facts);
        var store = Store(terminal, settings, output, options, subject, facts);
        RunRecord run;
        try
        {
            run = Measure(terminal, settings, options, subject, facts, note.Started, store, cancellation) with { Command = note.Command };
        }
        catch (RunInterruptedException e) when (e.IsSaved)
        {
            terminal.Error.WriteLine($"saved; lambdahat resume {output.Path} goes on");
            throw;
        }
        var estimate = run.Estimate;
        return new Outcome
        {
            File = "result.json",
            Write = () => output.Write(run),
            Clean = store.Delete,
            Json = () => EstimateJson.Of(run),
            Print = () => ResultTable.Print(terminal, run),
            Page = output.Report,
            Diverged = estimate.Chains.All(c => c.Diverged) ? $"every chain diverged, the first at step {estimate.Chains.Min(c => c.DivergedAt)}; a step size below {estimate.Options.StepSize:G3} may keep them" : null,
        }.End(terminal, settings, note);
    }

    /// <summary>Where the state of an estimate is kept while it is not finished.</summary>
    public static StateStore Store(Terminal terminal, RunSettings settings, RunFolder output, EstimationOptions options, Subject subject, PointFacts facts) =>
        settings.Store(terminal, output.State, EstimateJson.Identity(LambdaHatCommand.Version, subject.Objective.Loss.Name, facts.Inputs, options));

    /// <summary>Samples, with progress; an interruption says how far it came.</summary>
    public static RunRecord Measure(Terminal terminal, RunSettings settings, EstimationOptions options, Subject subject, PointFacts facts, DateTimeOffset started, StateStore store, CancellationToken cancellation)
    {
        LearningCoefficientEstimate estimate;
        try
        {
            estimate = ChainBars.Show(terminal, options.ChainsAt(subject.Objective), options.Resolve(subject.Objective.SampleCount).Steps, (progress, stages) =>
                LearningCoefficient.Estimate(subject.Objective, options, progress, store, stages, cancellation));
        }
        catch (RunInterruptedException e)
        {
            terminal.Error.WriteLine($"after {e.Steps} steps: λ̂ = {e.SoFar.Mean:G5} ± {e.SoFar.StandardError:G2} so far");
            throw;
        }
        return new RunRecord
        {
            Title = subject.Title,
            Command = settings.CommandText,
            Version = LambdaHatCommand.Version,
            Started = started,
            Inputs = facts.Inputs,
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
