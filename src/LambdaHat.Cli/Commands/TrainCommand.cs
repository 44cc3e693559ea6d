using System.CommandLine;
using LambdaHat.Cli.Parsing;
using LambdaHat.Data;
using LambdaHat.Networks;
using LambdaHat.Training;

namespace LambdaHat.Cli.Commands;

/// <summary><c>lambdahat train</c>: trains one of the papers' networks and saves it, and a series of checkpoints if asked.</summary>
internal static class TrainCommand
{
    private static readonly int[] s_defaultWidths = [10, 20, 15, 12];

    public static Command Create(Terminal terminal, CancellationToken cancellation)
    {
        var task = new Argument<string?>("TASK") { Description = $"one of {string.Join(", ", TrainingTask.Names)}", Arity = ArgumentArity.ExactlyOne };
        var data = Setting.Text("--data", "SPEC", "the data [the task's own; mnist-mlp needs mnist:DIR]");
        var widths = Setting.Wholes("--widths", $"with dln: the student's and the teacher's widths [{string.Join(',', s_defaultWidths)}]", least: 1);
        var ranks = Setting.Wholes("--ranks", "with dln: the rank of each of the teacher's matrices [full]", least: 0);
        var epochs = Setting.Whole("--epochs", "N", "passes over the training data [the task's own]", least: 1);
        var steps = Setting.Whole("--steps", "N", "steps in all, instead of epochs", least: 1);
        var batchSize = Setting.Whole("--batch-size", "B", "samples in a minibatch [the task's own]", least: 1);
        var checkpoints = Setting.Whole("--checkpoints", "N", "how many checkpoints to keep along the way, under DIR/checkpoints [0]", least: 0);
        var spacing = Setting.Choice("--spacing", "linear or logarithmic spacing of the checkpoints [linear]", ["linear", "logarithmic"]);
        var arguments = new RunArguments("folder for config.json and model.safetensors; must be given", saves: true);
        var command = new Command("train", "Train a network to estimate at; saves config.json and model.safetensors.") { task, data, widths, ranks, epochs, steps, batchSize, checkpoints, spacing };
        arguments.AddTo(command);
        command.SetAction(parsed =>
        {
            var given = new Given(parsed);
            var run = arguments.Read(given);
            if (run.Folder is null) given.Problem("--out is needed: the folder to save the network in");

            var name = given.Text(task);
            if (name is not null && !TrainingTask.Names.Contains(name))
                given.Problem($"TASK: unknown task {NearestName.Quote(name)}; expected one of {string.Join(", ", TrainingTask.Names)}{NearestName.Hint(name, TrainingTask.Names)}");
            if (name != "dln" && (given.Has(widths) || given.Has(ranks))) given.Problem("--widths and --ranks go with the task dln");
            var layers = given.Of(widths, s_defaultWidths);
            var teacherRanks = given.Of(ranks, [.. layers.Zip(layers.Skip(1), Math.Min)]);
            if (name == "dln") given.Try("--widths, --ranks", () => DeepLinearTeacher.Check(layers, teacherRanks));

            DataSpec? spec = null;
            given.Try("--data", () => spec = given.Of(data, OwnData(name)) is { } text ? DataSpec.Parse(text) : null);
            if (name == "mnist-mlp" && !given.Has(data)) given.Problem("--data is needed for mnist-mlp: mnist:DIR");

            var spaced = given.Of(spacing, "linear") == "logarithmic" ? CheckpointSpacing.Logarithmic : CheckpointSpacing.Linear;
            var keep = given.Of(checkpoints, 0);
            int? passes = null, length = null, batch = null;
            given.Apply(epochs, v => passes = v);
            given.Apply(steps, v => length = v);
            given.Apply(batchSize, v => batch = v);
            if (given.Has(epochs) && given.Has(steps)) given.Problem("--epochs and --steps exclude each other");
            given.Check();

            var chosen = Task(name!, layers, spec!);
            var options = chosen.Options with { Seed = run.Seed, Checkpoints = keep, CheckpointSpacing = spaced };
            if (passes is not null) options = options with { Epochs = passes.Value, Steps = null };
            if (length is not null) options = options with { Steps = length };
            if (batch is not null) options = options with { BatchSize = batch };
            return TrainRun.Execute(terminal, chosen with { Options = options }, spec!, teacherRanks, run, cancellation);
        });
        return command;
    }

    private static string? OwnData(string? task) => task switch
    {
        "modular-addition" => "modular-addition:53",
        "matrix-factorisation" => "matrix-factorisation:20",
        "dln" => "dln,n=100000",
        _ => null,
    };

    // Data of another size make a network of that size.
    private static TrainingTask Task(string name, int[] widths, DataSpec spec)
    {
        int? size = spec.Scheme == name && int.TryParse(spec.Location, out var n) ? n : null;
        return name switch
        {
            "mnist-mlp" => TrainingTask.MnistMlp(),
            "modular-addition" => size is { } modulus ? TrainingTask.ModularAddition(modulus) : TrainingTask.ModularAddition(),
            "matrix-factorisation" => size is { } side ? TrainingTask.MatrixFactorisation(side) : TrainingTask.MatrixFactorisation(),
            _ => TrainingTask.DeepLinear(widths),
        };
    }
}
