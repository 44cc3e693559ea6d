using LambdaHat.Cli.Display;
using LambdaHat.Cli.Subjects;
using LambdaHat.Losses;
using LambdaHat.Numerics;
using LambdaHat.Reporting;
using LambdaHat.Spectra;

namespace LambdaHat.Cli.Commands;

/// <summary>One spectrum from subject to run folder.</summary>
internal static class HessianRun
{
    public static int Execute(Terminal terminal, RunSettings settings, SpectrumOptions options, bool behavioural, bool sandwiched, Func<WorkTeam, Subject> load, CancellationToken cancellation)
    {
        var started = DateTimeOffset.UtcNow;
        using var output = settings.Folder is null ? RunFolder.CreateDated("hessian", started) : RunFolder.Create(settings.Folder);
        using var note = settings.Begin(output.Path, started);
        var (subject, facts) = Preparation.Run(() =>
        {
            using var team = new WorkTeam(settings.Threads);
            var subject = load(team);
            return (subject, subject.Facts(team));
        }, cancellation);
        EstimateRun.Introduce(terminal, subject, facts);
        var objective = subject.Objective;
        var loss = behavioural ? SquaredError.Behavioural : objective.Loss;
        if (options.Pairs > 0) options = options with { CheckpointPath = output.Basis };
        SpectrumResult result;
        Sandwich? sandwich;
        try
        {
            result = SpectrumBar.Show(terminal, progress =>
            {
                using var team = new WorkTeam(settings.Threads);
                return HessianSpectrum.Find(objective, subject.Test, loss, options, team, progress, cancellation);
            });
            sandwich = sandwiched ? SandwichStep.Run(terminal, settings, options, result, subject, cancellation) : null;
        }
        catch (OperationCanceledException) when (File.Exists(output.Basis))
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
            Result = result,
            Sandwich = sandwich,
        };
        var failure = Saving.Try(() =>
        {
            output.Write(spectrum);
            note.Finish("hessian.json", ExitCode.Done);
            File.Delete(output.Basis);
        });
        if (settings.Json) terminal.Out.WriteLine(HessianJson.Of(spectrum).ToJsonString());
        else
        {
            HessianTable.Print(terminal, spectrum, subject.Theory);
            terminal.Out.WriteLine($"report: {output.HessianReport}");
        }
        if (failure is not null) throw Saving.Failed(note, failure);
        return ExitCode.Done;
    }
}
