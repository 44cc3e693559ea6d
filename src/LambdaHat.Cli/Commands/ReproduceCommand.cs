using System.CommandLine;
using LambdaHat.Cli.Display;
using LambdaHat.Cli.Parsing;
using LambdaHat.Estimation;
using LambdaHat.Experiments;
using LambdaHat.Reporting;

namespace LambdaHat.Cli.Commands;

/// <summary><c>lambdahat reproduce</c>: one experiment of the papers, ours beside theirs.</summary>
internal static class ReproduceCommand
{
    private static readonly string[] s_sizes = [.. Enum.GetNames<ExperimentSize>().Select(n => n.ToLowerInvariant())];

    public static Command Create(Terminal terminal, CancellationToken cancellation)
    {
        var name = new Argument<string?>("NAME") { Description = "the experiment; --list names them", Arity = ArgumentArity.ZeroOrOne };
        var list = new Option<bool>("--list") { Description = "name the experiments, with what they cost; after NAME, its runs", Arity = ArgumentArity.Zero };
        var size = Setting.Choice("--size", "smoke (seconds), default (minutes on two cores), full (the papers' own sizes) [default]", s_sizes);
        var only = Setting.Text("--only", "TEXT", "make the runs with this in their names; the others another time, in the same folder [all]");
        var arguments = new RunArguments("folder for experiment.json, arrays, figures and page; an experiment that was begun in it goes on [a dated one under lambdahat-runs/]", saves: true);
        var command = new Command("reproduce", "Run one experiment of the papers again, and set our numbers beside theirs.");
        command.Arguments.Add(name);
        foreach (var option in (Option[])[list, size, only]) command.Options.Add(option);
        arguments.AddTo(command);
        command.SetAction(parsed =>
        {
            var given = new Given(parsed);
            var run = arguments.Read(given);
            var chosen = ExperimentSize.Default;
            given.Apply(size, v => chosen = Enum.Parse<ExperimentSize>(v!, ignoreCase: true));
            string? part = null;
            given.Apply(only, v => part = v);
            Experiment? experiment = null;
            if (given.Text(name) is { } text) given.Try("NAME", () => experiment = ExperimentCatalog.ByName(text));
            else if (!given.Has(list)) given.Problem("expected NAME, or --list");
            given.Check();
            if (experiment is not null && !given.Has(list)) return Execute(terminal, run, experiment, chosen, part, cancellation);
            if (experiment is null) ReproductionTable.PrintList(terminal, run.Json);
            else ReproductionTable.PrintRuns(terminal, Reproduction.Wanted(experiment, chosen, run.Seed, part), run.Json);
            return ExitCode.Done;
        });
        return command;
    }

    private static int Execute(Terminal terminal, RunSettings run, Experiment experiment, ExperimentSize size, string? only, CancellationToken cancellation)
    {
        Reproduction.Wanted(experiment, size, run.Seed, only);
        var started = DateTimeOffset.UtcNow;
        using var output = run.Folder is null ? RunFolder.CreateDated(experiment.Name, started) : RunFolder.Create(run.Folder);
        using var note = run.Begin(output.Path, started);
        var file = ExperimentFile.Open(output.ExperimentRows, experiment, size, run.Seed, LambdaHatCommand.Version);
        var jobs = experiment.Jobs(size, run.Seed);
        ExperimentRecord Record(ExperimentResult result) => new()
        {
            Experiment = experiment,
            Size = size,
            Seed = run.Seed,
            Command = run.CommandText,
            Version = LambdaHatCommand.Version,
            Rows = file.Rows,
            Result = result,
            IsComplete = jobs.All(j => file.Rows.Find(j.Key) is not null),
        };
        var states = run.States(terminal, output.Path);
        try
        {
            var record = Record(ReproductionBar.Show(terminal, progress => Reproduction.Run(experiment, size, run.Seed, file, run.Threads, progress, states, only, cancellation)));
            return new Outcome
            {
                File = "experiment.json",
                Write = () => output.Write(record),
                Clean = states.Delete,
                Json = () => ExperimentJson.Of(record),
                Print = () => ReproductionTable.Print(terminal, record),
                Page = output.ExperimentPage,
            }.End(terminal, run, note);
        }
        catch (OperationCanceledException) when (file.Rows.All.Count > 0 || states.Any)
        {
            if (file.Rows.All.Count > 0) output.Write(Record(experiment.Summarise(size, file.Rows)));
            terminal.Error.WriteLine($"{file.Rows.All.Count} of {jobs.Count} runs are in {output.Path}; lambdahat resume {output.Path} goes on");
            throw;
        }
    }
}
