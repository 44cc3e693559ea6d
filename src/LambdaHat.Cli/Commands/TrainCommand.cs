using System.CommandLine;
using System.Text.Json.Nodes;
using LambdaHat.Cli.Display;
using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;
using LambdaHat.Training;

namespace LambdaHat.Cli.Commands;

/// <summary><c>lambdahat train</c>: trains one of the papers' networks and saves it, and a series of checkpoints if asked.</summary>
internal static class TrainCommand
{
    private static readonly int[] s_defaultWidths = [10, 20, 15, 12];

    public static Command Create(Terminal terminal, CancellationToken cancellation)
    {
        var task = new Argument<string>("TASK") { Description = string.Join(", ", TrainingTask.Names) };
        var data = new Option<string?>("--data") { Description = "the data [the task's own; mnist-mlp needs mnist:DIR]", HelpName = "SPEC" };
        var widths = NumberList.Option("--widths", $"with dln: the student's and the teacher's widths [{string.Join(',', s_defaultWidths)}]");
        var ranks = NumberList.Option("--ranks", "with dln: the rank of each of the teacher's matrices [full]");
        var epochs = new Option<int?>("--epochs") { Description = "passes over the training data [the task's own]", HelpName = "N" };
        var steps = new Option<long?>("--steps") { Description = "steps in all, instead of epochs", HelpName = "N" };
        var batchSize = new Option<int?>("--batch-size") { Description = "samples in a minibatch [the task's own]", HelpName = "B" };
        var checkpoints = new Option<int?>("--checkpoints") { Description = "how many checkpoints to keep along the way, under DIR/checkpoints [0]", HelpName = "N" };
        var spacing = new Option<string?>("--spacing") { Description = "linear or logarithmic spacing of the checkpoints [linear]", HelpName = "NAME" };
        var run = new RunArguments();
        var command = new Command("train", "Train a network to estimate at; saves config.json and model.safetensors.") { task, data, widths, ranks, epochs, steps, batchSize, checkpoints, spacing };
        run.AddTo(command);
        command.SetAction(parsed =>
        {
            var problems = new Problems();
            var name = parsed.GetValue(task)!;
            var threads = run.Threads(parsed, problems);
            var folder = run.Out(parsed);
            if (folder is null) problems.Add("--out DIR is needed: the folder to save the network in");
            if (name != "dln" && (parsed.GetValue(widths) ?? parsed.GetValue(ranks)) is not null) problems.Add("--widths and --ranks go with the task dln");
            var spaced = parsed.GetValue(spacing) ?? "linear";
            if (spaced is not ("linear" or "logarithmic")) problems.Add($"spacing must be linear or logarithmic, got \"{spaced}\"");
            TrainingTask? chosen = null;
            var layerWidths = parsed.GetValue(widths) ?? s_defaultWidths;
            problems.Collect(() => chosen = Task(name, layerWidths));
            var options = chosen?.Options ?? new TrainingOptions();
            options = options with { Seed = run.Seed(parsed), CheckpointSpacing = spaced == "logarithmic" ? CheckpointSpacing.Logarithmic : CheckpointSpacing.Linear };
            if (parsed.GetValue(epochs) is { } e) problems.Collect(() => options = options with { Epochs = e, Steps = null });
            if (parsed.GetValue(steps) is { } t) problems.Collect(() => options = options with { Steps = t });
            if (parsed.GetValue(batchSize) is { } b) problems.Collect(() => options = options with { BatchSize = b });
            if (parsed.GetValue(checkpoints) is { } c) problems.Collect(() => options = options with { Checkpoints = c });
            var source = parsed.GetValue(data) ?? chosen?.Name switch { "mnist-mlp" => null, "modular-addition" => "modular-addition:53", "matrix-factorisation" => "matrix-factorisation:20", _ => "dln,n=100000" };
            if (source is null) problems.Add("mnist-mlp needs --data mnist:DIR");
            DataSpec? spec = null;
            if (source is not null) problems.Collect(() => spec = DataSpec.Parse(source));
            problems.ThrowIfAny();
            return Execute(terminal, chosen! with { Options = options }, spec!, layerWidths, parsed.GetValue(ranks), folder!, threads, run.Json(parsed), cancellation);
        });
        return command;
    }

    private static TrainingTask Task(string name, int[] widths) => name switch
    {
        "mnist-mlp" => TrainingTask.MnistMlp(),
        "modular-addition" => TrainingTask.ModularAddition(),
        "matrix-factorisation" => TrainingTask.MatrixFactorisation(),
        "dln" => TrainingTask.DeepLinear(widths),
        _ => throw new InvalidInputException($"unknown task \"{name}\"; expected one of {string.Join(", ", TrainingTask.Names)}"),
    };

    private static int Execute(Terminal terminal, TrainingTask task, DataSpec spec, int[] widths, int[]? ranks, string folder, int threads, bool json, CancellationToken cancellation)
    {
        var teacher = task.Name == "dln" ? new LinearTeacher(DeepLinearTeacher.Draw(widths, ranks ?? FullRanks(widths), task.Options.Seed).Product(), widths[^1], widths[0]) : null;
        var loaded = DataSource.Load(spec, teacher: teacher);
        task.Network.Layers[0].Layer.CheckInputs(loaded.Train is ArrayDataSet arrays ? arrays.Inputs : [], $"data \"{spec}\"");
        var config = new ModelConfig { Loss = task.Loss.Name, Data = spec, Preprocessing = loaded.Preprocessing, Split = loaded.Split };
        using var team = new WorkTeam(threads);
        terminal.Error.WriteLine($"{task.Name}: {Subjects.NetworkText.Describe(task.Network)}; {loaded.Train.Count} training samples{(loaded.Test is { } test ? $", {test.Count} test samples" : "")}");

        var clock = System.Diagnostics.Stopwatch.StartNew();
        var result = TrainingBar.Show(terminal, progress => task.Run(loaded.Train, loaded.Test, team, progress,
            (step, w) => Checkpoint.Save(Path.Combine(folder, "checkpoints", $"step-{step:D8}"), task.Network, w.ToArray(), config with { Training = Notes(task, step) }), cancellation));
        Checkpoint.Save(folder, task.Network, result.Parameters, config with { Training = Notes(task, result.Final.Step) });

        var final = result.Final;
        var summary = new JsonObject
        {
            ["task"] = task.Name,
            ["folder"] = Path.GetFullPath(folder),
            ["dimension"] = task.Network.Dimension,
            ["steps"] = final.Step,
            ["train_loss"] = Finite(final.TrainLoss),
            ["train_accuracy"] = Finite(final.TrainAccuracy),
            ["test_loss"] = Finite(final.TestLoss),
            ["test_accuracy"] = Finite(final.TestAccuracy),
            ["seconds"] = clock.Elapsed.TotalSeconds,
            ["seed"] = task.Options.Seed,
            ["version"] = LambdaHatCommand.Version,
        };
        if (json) terminal.Out.WriteLine(summary.ToJsonString());
        else
        {
            terminal.Out.WriteLine(TrainingBar.Describe(final));
            terminal.Out.WriteLine($"saved in {Path.GetFullPath(folder)}; next: lambdahat estimate {folder} --data {spec}");
        }
        return ExitCode.Done;
    }

    private static int[] FullRanks(int[] widths) => [.. widths.Zip(widths.Skip(1), Math.Min)];

    private static JsonObject Notes(TrainingTask task, long step) => new() { ["task"] = task.Name, ["step"] = step, ["seed"] = task.Options.Seed, ["version"] = LambdaHatCommand.Version };

    private static JsonValue? Finite(double? value) => value is { } v && double.IsFinite(v) ? JsonValue.Create(v) : null;
}
