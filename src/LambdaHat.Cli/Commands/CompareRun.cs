using LambdaHat.Cli.Display;
using LambdaHat.Cli.Subjects;
using LambdaHat.Data;
using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Reporting;
using LambdaHat.Tracking;

namespace LambdaHat.Cli.Commands;

/// <summary>What is compared: two folders, and data and loss where they are given.</summary>
internal sealed record Pair(string A, string B, DataSpec? Data, Loss? Loss);

/// <summary>One comparison: the estimates that are not there yet, one after the other, each with a run folder of its own, so that an interruption loses one at most.</summary>
internal static class CompareRun
{
    public static int Execute(Terminal terminal, RunSettings settings, EstimationOptions options, Pair pair, CancellationToken cancellation)
    {
        var started = DateTimeOffset.UtcNow;
        using var output = settings.Folder is null ? RunFolder.CreateDated("compare", started) : RunFolder.Create(settings.Folder);
        using var note = settings.Begin(output.Path, started);
        string[] folders = [pair.A, pair.B], names = ["a", "b"];
        ComparedEstimate?[] estimates = [.. folders.Select(f => SavedRun.IsIn(f) ? SavedRun.Read(f) : null)];
        if (estimates is [{ } one, { } other]) return Finish(terminal, settings, output, note, new NetworkComparison(one, other));

        // The networks, read before any sampling; what a run has been made with holds for the other.
        if (estimates.OfType<ComparedEstimate>().FirstOrDefault() is { } run)
        {
            var made = run.Setting;
            options = options with
            {
                NBeta = options.NBeta ?? made.NBeta,
                Gamma = options.Gamma ?? made.Gamma,
                Localisation = options.Localisation == "plain" ? made.Localisation : options.Localisation,
                Box = double.IsInfinity(options.Box) ? made.Box : options.Box,
                Restrict = options.Restrict.Count == 0 ? made.Restrict : options.Restrict,
            };
            pair = pair with { Loss = pair.Loss ?? LossCatalog.ByName(made.Loss) };
        }
        var subjects = new Subject?[2];
        var facts = new PointFacts?[2];
        // Kept until both are there: the first is not to be made again when the second was interrupted.
        var stores = new StateStore?[2];
        Preparation.Run(terminal, settings.Threads, preparation =>
        {
            for (var i = 0; i < 2; i++)
            {
                if (estimates[i] is not null) continue;
                subjects[i] = Subject.Checkpoint(folders[i], pair.Data, pair.Loss, preparation);
                LearningCoefficient.Prepare(subjects[i]!.Objective, options, preparation.Team, preparation);
                facts[i] = subjects[i]!.Facts(preparation);
            }
            options = NetworkComparison.Resolve((subjects[0] ?? subjects[1])!.Objective, options, preparation.Team);
            return true;
        }, cancellation);
        NetworkComparison.Check(Setting(0), Setting(1));
        for (var i = 0; i < 2; i++)
        {
            if (subjects[i] is not { } subject) continue;
            terminal.Error.WriteLine($"{names[i].ToUpperInvariant()}, at nβ = {ReportNumber.Significant(options.NBeta!.Value, 4)} and γ = {ReportNumber.Significant(options.Gamma!.Value, 3)}:");
            EstimateRun.Introduce(terminal, subject, facts[i]!);
            // A seed that the other has not: independent errors.
            var seed = unchecked(options.Seed + (ulong)i);
            if (estimates[1 - i]?.Seed == seed) seed = unchecked(seed + 1);
            using var folder = RunFolder.Create(Path.Combine(output.Path, names[i]));
            stores[i] = EstimateRun.Store(terminal, settings, folder, options with { Seed = seed }, subject, facts[i]!);
            RunRecord record;
            try
            {
                record = EstimateRun.Measure(terminal, settings, options with { Seed = seed }, subject, facts[i]!, started, stores[i]!, cancellation);
            }
            catch (OperationCanceledException)
            {
                terminal.Error.WriteLine($"lambdahat resume {output.Path} goes on");
                throw;
            }
            folder.Write(record);
            estimates[i] = ComparedEstimate.Of(record);
        }
        return Finish(terminal, settings, output, note, new NetworkComparison(estimates[0]!, estimates[1]!), () =>
        {
            foreach (var store in stores) store?.Delete();
        });

        ComparedSetting Setting(int i) => estimates[i]?.Setting ?? ComparedSetting.Of(options, subjects[i]!.Objective.Loss.Name);
    }

    private static int Finish(Terminal terminal, RunSettings settings, RunFolder output, RunNote note, NetworkComparison comparison, Action? clean = null)
    {
        var settled = comparison.A.Verdict != Verdict.Diverged && comparison.B.Verdict != Verdict.Diverged;
        return new Outcome
        {
            File = "compare.json",
            Write = () => output.Write(comparison, settings.CommandText, LambdaHatCommand.Version),
            Clean = clean,
            Json = () => ComparisonJson.Of(comparison, settings.CommandText, LambdaHatCommand.Version),
            Print = () => ComparisonTable.Print(terminal, comparison),
            Diverged = settled ? null : "every chain of a network diverged; a smaller step size may keep them",
        }.End(terminal, settings, note);
    }
}
