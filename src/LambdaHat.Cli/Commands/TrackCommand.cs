using System.CommandLine;
using LambdaHat.Cli.Parsing;
using LambdaHat.Cli.Subjects;
using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Tracking;

namespace LambdaHat.Cli.Commands;

/// <summary><c>lambdahat track</c>: λ̂ along a series of checkpoints.</summary>
internal static class TrackCommand
{
    public static Command Create(Terminal terminal, CancellationToken cancellation)
    {
        var folder = new Argument<string?>("CHECKPOINTS_DIR") { Description = $"folder whose subfolders each have {Checkpoint.ConfigFile} and {Checkpoint.TensorFile}, or what train wrote with --checkpoints", Arity = ArgumentArity.ExactlyOne };
        var data = Setting.Text("--data", "SPEC", "the training data of all, e.g. mnist:DIR, npz:FILE [what the last checkpoint was trained on]");
        var loss = Setting.Choice("--loss", $"{string.Join(", ", LossCatalog.Names)} [the last checkpoint's]; behavioural where checkpoints are no minima", LossCatalog.Names);
        var falseAlarms = Setting.Number("--false-alarms", "PART", $"the highest probability that a flat curve shows a change or a slope [{new TrackOptions().FalseAlarms}]");
        var resume = Setting.Text("--resume", "DIR", "go on with the track in this folder; the other options must be those it was begun with");
        var estimation = new EstimationArguments();
        var arguments = new RunArguments("folder for track.json and track.html; a track that was begun in it goes on [a dated one under lambdahat-runs/]", saves: true);
        var command = new Command("track", "Estimate at every checkpoint of a training run, with γ of the last for all, and say where λ̂ changes.") { folder, data, loss, falseAlarms, resume };
        estimation.AddTo(command);
        arguments.AddTo(command);
        command.SetAction(parsed =>
        {
            var given = new Given(parsed);
            var run = arguments.Read(given);
            var options = new TrackOptions();
            var estimated = estimation.Read(given, run);
            given.Try("--localisation", () => options = options with { Estimation = estimated });
            if (estimated.TwoTemperatures) given.Problem("--two-temperatures goes with estimate");
            given.Apply(falseAlarms, v => options = options with { FalseAlarms = v });
            DataSpec? spec = null;
            Loss? named = null;
            given.Apply(data, v => spec = DataSpec.Parse(v!));
            given.Apply(loss, v => named = LossCatalog.ByName(v!));
            var directory = given.Text(folder);
            if (directory is not null && !Directory.Exists(directory))
                given.Problem($"CHECKPOINTS_DIR: there is no folder {NearestName.Quote(directory)}; expected one whose subfolders are checkpoints");
            given.Apply(resume, v => run = run.GoingOnIn(v!, "track"));
            given.Check();
            return TrackRun.Execute(terminal, run, options, preparation => Series.Load(directory!, spec, named, preparation), cancellation);
        });
        return command;
    }
}
