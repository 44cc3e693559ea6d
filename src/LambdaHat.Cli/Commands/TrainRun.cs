using System.Diagnostics;
using System.Text.Json.Nodes;
using LambdaHat.Cli.Display;
using LambdaHat.Cli.Subjects;
using LambdaHat.Data;
using LambdaHat.Estimation;
using LambdaHat.Networks;
using LambdaHat.Numerics;
using LambdaHat.Reporting;
using LambdaHat.Training;

namespace LambdaHat.Cli.Commands;

/// <summary>One training from data to saved network: facts, progress, checkpoints, summary.</summary>
internal static class TrainRun
{
    public static int Execute(Terminal terminal, TrainingTask task, DataSpec spec, int[] teacherRanks, RunSettings settings, CancellationToken cancellation)
    {
        var folder = settings.Folder!;
        RunFolder.Refuse(folder);
        using var output = OutputFolder.Create(folder);
        using var note = settings.Begin(output.Path, DateTimeOffset.UtcNow);
        var notes = new TrainingNotes(task.Name, task.Options.Seed, task.Name == "dln" ? teacherRanks : null);
        var loaded = Preparation.Run(terminal, settings.Threads, preparation => DataSource.Load(spec, teacher: notes.Teacher(task.Network, preparation)), cancellation);
        var config = new ModelConfig { Loss = task.Loss.Name, Data = spec, Preprocessing = loaded.Preprocessing, Split = loaded.Split };
        void Save(string path, ReadOnlySpan<float> w, long step) => Checkpoint.Save(path, task.Network, w.ToArray(), config with { Training = notes.At(step) });

        terminal.Error.WriteLine($"{task.Name}: {NetworkText.Describe(task.Network)}");
        terminal.Error.WriteLine($"data: {spec}: {loaded.Train.Count} training samples{(loaded.Test is { } test ? $", {test.Count} test samples" : "")}; loss {task.Loss.Name}");
        var clock = Stopwatch.StartNew();
        using var team = new WorkTeam(settings.Threads);
        var inputs = Fingerprint.Of(loaded.Train);
        var store = settings.Store(terminal, Path.Combine(output.Path, RunFolder.StateFileName), Identity(task, spec, inputs, notes));
        TrainingResult result;
        try
        {
            result = TrainingBar.Show(terminal, progress => task.Run(loaded.Train, loaded.Test, team, progress,
                (step, w) => Save(Path.Combine(folder, "checkpoints", $"step-{step:D8}"), w, step), store, cancellation: cancellation));
        }
        catch (OperationCanceledException) when (store.IsSaved)
        {
            terminal.Error.WriteLine($"saved; lambdahat resume {output.Path} goes on");
            throw;
        }
        var summary = Summary(task, output.Path, result, inputs, clock.Elapsed.TotalSeconds);
        var failure = Saving.Try(() =>
        {
            Save(folder, result.Parameters, result.Final.Step);
            AtomicFile.Write(Path.Combine(output.Path, "training.json"), stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(summary.ToJsonString() + "\n")));
            note.Finish("training.json", ExitCode.Done);
            store.Delete();
        });

        if (settings.Json) terminal.Out.WriteLine(summary.ToJsonString());
        else
        {
            terminal.Out.WriteLine(TrainingBar.Describe(result.Final));
            if (failure is not null) throw Saving.Failed(note, failure);
            terminal.Out.WriteLine($"saved in {output.Path}");
            terminal.Out.WriteLine($"next: lambdahat estimate {folder}{(spec.PathOutside(folder, Environment.CurrentDirectory) is null ? "" : $" --data {spec}")}");
        }
        if (failure is not null) throw Saving.Failed(note, failure);
        return ExitCode.Done;
    }

    private static JsonObject Identity(TrainingTask task, DataSpec spec, string inputs, TrainingNotes notes) => new()
    {
        ["version"] = LambdaHatCommand.Version,
        ["network"] = NetworkText.Describe(task.Network),
        ["loss"] = task.Loss.Name,
        ["data"] = $"{spec}",
        ["inputs"] = inputs,
        ["training"] = notes.At(0),
        ["optimizer"] = $"{task.Optimizer}",
        ["options"] = $"{task.Options}",
    };

    private static JsonObject Summary(TrainingTask task, string folder, TrainingResult result, string data, double seconds) => new()
    {
        ["task"] = task.Name,
        ["folder"] = folder,
        ["dimension"] = task.Network.Dimension,
        ["steps"] = result.Final.Step,
        ["train_loss"] = Finite(result.Final.TrainLoss),
        ["train_accuracy"] = Finite(result.Final.TrainAccuracy),
        ["test_loss"] = Finite(result.Final.TestLoss),
        ["test_accuracy"] = Finite(result.Final.TestAccuracy),
        ["seconds"] = seconds,
        ["seed"] = task.Options.Seed,
        // Of the network that was trained, and of the data it was trained on.
        ["inputs"] = EstimateJson.Hashes(new InputHashes(Fingerprint.Of(result.Parameters), data)),
        ["version"] = LambdaHatCommand.Version,
    };

    private static JsonValue? Finite(double? value) => value is { } v && double.IsFinite(v) ? JsonValue.Create(v) : null;
}
