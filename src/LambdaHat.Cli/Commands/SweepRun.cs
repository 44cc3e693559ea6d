using LambdaHat.Cli.Display;
using LambdaHat.Cli.Subjects;
using LambdaHat.Data;
using LambdaHat.Estimation;
using LambdaHat.Networks;
using LambdaHat.Reporting;

namespace LambdaHat.Cli.Commands;

/// <summary>One sweep from subject to run folder, which is written after every point, and the point at hand keeps its state, so that an interruption loses next to nothing.</summary>
internal static class SweepRun
{
    public static int Execute(Terminal terminal, RunSettings settings, SweepOptions options, Func<Preparation, Subject> load, CancellationToken cancellation)
    {
        var started = DateTimeOffset.UtcNow;
        using var output = settings.Folder is null ? RunFolder.CreateDated("sweep", started) : RunFolder.Create(settings.Folder);
        using var note = settings.Begin(output.Path, started);
        var (subject, facts) = Preparation.Run(terminal, settings.Threads, preparation =>
        {
            var subject = load(preparation);
            LearningCoefficient.Prepare(subject.Objective, options.Estimation, preparation.Team, preparation);
            options = options.Resolve(subject.Objective);
            return (subject, subject.Facts(preparation));
        }, cancellation);
        EstimateRun.Introduce(terminal, subject, facts);
        var objective = subject.Objective;
        var sweep = new SweepRecord
        {
            Title = subject.Title,
            Command = settings.CommandText,
            Version = LambdaHatCommand.Version,
            Started = started,
            Network = subject.Network,
            Loss = objective.Loss.Name,
            Data = subject.Data,
            SampleCount = objective.SampleCount,
            Dimension = objective.Dimension,
            BaselineLoss = objective.CenterLoss,
            Inputs = facts.Inputs,
            // Theory speaks of the whole parameter, not of a part of it.
            Theory = ParameterSelection.Matching(objective.Blocks, options.Estimation.Restrict).Count == objective.Dimension ? subject.Theory : null,
            Options = options,
            Result = new SweepResult(options.NBetas, options.Gammas, []),
        };
        if (File.Exists(output.Sweep)) sweep = SavedSweep.Read(output.Sweep).Resume(sweep);
        var (points, before) = (options.NBetas.Count * options.Gammas.Count, sweep.Result.Points.Count);
        if (before > 0) terminal.Error.WriteLine($"{before} of {points} points are in {output.Sweep}");
        var states = settings.States(terminal, output.Path);
        StateStore Store(EstimationOptions point) => states.Of($"{point.Seed}", EstimateJson.Identity(LambdaHatCommand.Version, objective.Loss.Name, facts.Inputs, point));
        try
        {
            SweepBar.Show(terminal, points, before, progress => Sweep.Run(objective, options, sweep.Result.Points, result => output.Write(sweep = sweep with { Result = result }), progress, Store, cancellation));
        }
        catch (OperationCanceledException e) when (sweep.Result.Points.Count > 0 || e is RunInterruptedException { IsSaved: true })
        {
            terminal.Error.WriteLine($"{sweep.Result.Points.Count} of {points} points are in {output.Sweep}; lambdahat resume {output.Path} goes on");
            throw;
        }
        // Also where nothing was left to measure: the page may be that of another version.
        return new Outcome
        {
            File = "sweep.json",
            Write = () => output.Write(sweep),
            Clean = states.Delete,
            Json = () => SweepJson.Of(sweep),
            Print = () => SweepTable.Print(terminal, sweep),
            Page = output.SweepReport,
            Diverged = sweep.Result.Points.All(p => p.Verdict == Verdict.Diverged) ? "every chain diverged at every point; a smaller step size may keep them" : null,
        }.End(terminal, settings, note);
    }
}
