using LambdaHat.Cli.Display;
using LambdaHat.Cli.Subjects;
using LambdaHat.Data;
using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Reporting;
using LambdaHat.Tracking;

namespace LambdaHat.Cli.Commands;

/// <summary>One track from checkpoints to run folder, which is written after every point, and the estimates at hand keep their states, so that an interruption loses next to nothing.</summary>
internal static class TrackRun
{
    public static int Execute(Terminal terminal, RunSettings settings, TrackOptions options, Func<Preparation, Series> load, CancellationToken cancellation)
    {
        var started = DateTimeOffset.UtcNow;
        using var output = settings.Folder is null ? RunFolder.CreateDated("track", started) : RunFolder.Create(settings.Folder);
        using var note = settings.Begin(output.Path, started);
        var ownGamma = options.Estimation.Gamma is null;
        var series = Preparation.Run(terminal, settings.Threads, preparation =>
        {
            var series = load(preparation);
            options = options.Resolve(series.Checkpoints, preparation.Team, preparation);
            return series;
        }, cancellation);
        var checkpoints = series.Checkpoints.Checkpoints;
        terminal.Error.WriteLine($"{series.Title}: {series.Network}");
        terminal.Error.WriteLine($"data: {series.Data}; loss {series.Checkpoints.Loss.Name}");
        terminal.Error.WriteLine($"{checkpoints.Count} checkpoints, from {checkpoints[0].Name} (step {checkpoints[0].Step}) to {checkpoints[^1].Name} (step {checkpoints[^1].Step})");
        terminal.Error.WriteLine($"nβ = {ReportNumber.Significant(options.Estimation.NBeta!.Value, 4)} and γ = {ReportNumber.Significant(options.Estimation.Gamma!.Value, 3)}{(ownGamma && !options.Estimation.IsPlain ? ", the default at the last checkpoint," : "")} for all");
        var track = new TrackRecord
        {
            Title = series.Title,
            Command = settings.CommandText,
            Version = LambdaHatCommand.Version,
            Started = started,
            Network = series.Network,
            Loss = series.Checkpoints.Loss.Name,
            TrainingLoss = series.Checkpoints.TrainingLoss.Name,
            Data = series.Data,
            SampleCount = series.Checkpoints.Train.Count,
            Dimension = series.Checkpoints.Network.Dimension,
            FirstTrainLoss = series.FirstTrainLoss,
            Inputs = new InputHashes(Fingerprint.Of(checkpoints.Select(c => c.Fingerprint)), Fingerprint.Of(series.Checkpoints.Train)),
            Options = options,
            Result = new TrackResult(checkpoints, [], options.FalseAlarms),
        };
        if (File.Exists(output.Track)) track = SavedTrack.Read(output.Track).Resume(track);
        var before = track.Result.Points.Count;
        if (before > 0) terminal.Error.WriteLine($"{before} of {checkpoints.Count} checkpoints are in {output.Track}");
        var states = settings.States(terminal, output.Path);
        // The samples are the same at all checkpoints; the behavioural loss makes their targets from w*.
        var data = track.Inputs.Data;
        StateStore Store(NetworkObjective objective, EstimationOptions point) => states.Of($"{point.Seed}", EstimateJson.Identity(LambdaHatCommand.Version, objective.Loss.Name, new InputHashes(Fingerprint.Of(objective.Center), data), point));
        try
        {
            TrackBar.Show(terminal, checkpoints.Count, before, progress => Track.Run(series.Checkpoints, options, track.Result.Points, result => output.Write(track = track with { Result = result }), progress, Store, cancellation));
        }
        catch (OperationCanceledException)
        {
            terminal.Error.WriteLine($"{track.Result.Points.Count} of {checkpoints.Count} checkpoints are in {output.Track}; lambdahat resume {output.Path} goes on");
            throw;
        }
        // Also where nothing was left to measure: the page may be that of another version.
        return new Outcome
        {
            File = "track.json",
            Write = () => output.Write(track),
            Clean = states.Delete,
            Json = () => TrackJson.Of(track),
            Print = () => TrackTable.Print(terminal, track),
            Page = output.TrackReport,
            Diverged = track.Result.Points.All(p => p.Verdict == Verdict.Diverged) ? "every chain diverged at every checkpoint; a smaller step size may keep them" : null,
        }.End(terminal, settings, note);
    }
}
