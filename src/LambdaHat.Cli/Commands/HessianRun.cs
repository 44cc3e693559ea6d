using System.Text.Json.Nodes;
using LambdaHat.Cli.Display;
using LambdaHat.Cli.Subjects;
using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Numerics;
using LambdaHat.Reporting;
using LambdaHat.Spectra;

namespace LambdaHat.Cli.Commands;

/// <summary>One spectrum from subject to run folder.</summary>
internal static class HessianRun
{
    public static int Execute(Terminal terminal, RunSettings settings, SpectrumOptions options, bool behavioural, bool sandwiched, Func<Preparation, Subject> load, CancellationToken cancellation)
    {
        var started = DateTimeOffset.UtcNow;
        using var output = settings.Folder is null ? RunFolder.CreateDated("hessian", started) : RunFolder.Create(settings.Folder);
        using var note = settings.Begin(output.Path, started);
        var (subject, facts) = Preparation.Run(terminal, settings.Threads, preparation =>
        {
            var subject = load(preparation);
            return (subject, subject.Facts(preparation));
        }, cancellation);
        EstimateRun.Introduce(terminal, subject, facts);
        var objective = subject.Objective;
        var loss = behavioural ? SquaredError.Behavioural : objective.Loss;
        var store = settings.Store(terminal, output.State, Identity(options, loss, facts.Inputs));
        var states = settings.States(terminal, output.Path);
        options = options with { Store = store };
        SpectrumResult result;
        Sandwich? sandwich;
        try
        {
            result = StageBars.Show(terminal, progress =>
            {
                using var team = new WorkTeam(settings.Threads);
                return HessianSpectrum.Find(objective, subject.Test, loss, options, team, progress, cancellation);
            });
            sandwich = sandwiched ? SandwichStep.Run(terminal, settings, options, result, subject, states, cancellation) : null;
        }
        catch (OperationCanceledException e) when (store.IsSaved || e is RunInterruptedException { IsSaved: true })
        {
            terminal.Error.WriteLine($"saved; lambdahat resume {output.Path} goes on");
            throw;
        }
        var spectrum = new SpectrumRecord
        {
            Title = subject.Title,
            Command = settings.CommandText,
            Version = LambdaHatCommand.Version,
            Started = started,
            Network = subject.Network,
            Loss = loss.Name,
            Data = subject.Data,
            SampleCount = objective.SampleCount,
            Seed = settings.Seed,
            Inputs = facts.Inputs,
            Result = result,
            Sandwich = sandwich,
        };
        return new Outcome
        {
            File = "hessian.json",
            Write = () => output.Write(spectrum),
            Clean = () =>
            {
                store.Delete();
                states.Delete();
            },
            Json = () => HessianJson.Of(spectrum),
            Print = () => HessianTable.Print(terminal, spectrum, subject.Theory),
            Page = output.HessianReport,
        }.End(terminal, settings, note);
    }

    // What the search for pairs depends on beside the operator's own numbers.
    private static JsonObject Identity(SpectrumOptions options, Loss loss, InputHashes inputs) => new()
    {
        ["version"] = LambdaHatCommand.Version,
        ["loss"] = loss.Name,
        ["inputs"] = EstimateJson.Hashes(inputs),
        ["matrix"] = options.Matrix.ToString(),
        ["restrict"] = string.Join(' ', options.Restrict),
    };
}
