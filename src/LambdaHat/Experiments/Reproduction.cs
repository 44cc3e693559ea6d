using System.Text.Json.Nodes;
using LambdaHat.Data;

namespace LambdaHat.Experiments;

/// <summary>Runs an experiment: its jobs one after the other, each with all threads, those left out whose rows are there.</summary>
public static class Reproduction
{
    /// <summary>Runs what <paramref name="file"/> lacks of the jobs with <paramref name="only"/> in their keys, and summarises what there is.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="size">How much of it.</param>
    /// <param name="seed">The seed of every random number.</param>
    /// <param name="file">Where the rows are kept.</param>
    /// <param name="threads">Threads; the result does not depend on it.</param>
    /// <param name="progress">Told before and after every job, and by long ones where they stand, from any thread.</param>
    /// <param name="states">Where the parts of the job at hand keep their states; null keeps none.</param>
    /// <param name="only">A part of the keys of the jobs to run; null for all of them.</param>
    /// <param name="cancellation">Ends the run with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="InvalidInputException">No job has such a key, or one needs the row of another that was left out.</exception>
    public static ExperimentResult Run(Experiment experiment, ExperimentSize size, ulong seed, ExperimentFile file, int threads, IProgress<ReproductionProgress>? progress = null, StateStores? states = null,
        string? only = null, CancellationToken cancellation = default)
    {
        var jobs = Wanted(experiment, size, seed, only).Select(j => j.Key).ToHashSet();
        var done = jobs.Count(key => file.Rows.Find(key) is not null);
        foreach (var (number, job) in experiment.Jobs(size, seed).Index())
        {
            if (!jobs.Contains(job.Key) || file.Rows.Find(job.Key) is not null) continue;
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(new(done, jobs.Count, job.Key));
            StateStore Store(int part) => states!.Of($"{number}-{part}", Identity(experiment, size, seed, file.Version, job.Key, part));
            void Tell(StageProgress part) => progress!.Report(new(done, jobs.Count, job.Key) { Part = part });
            file.Append(job.Key, job.Run(new JobScope(file.Rows, threads, cancellation, states is null ? null : Store, progress is null ? null : Tell)));
            states?.Delete();
            progress?.Report(new(++done, jobs.Count, job.Key));
        }
        return experiment.Summarise(size, file.Rows);
    }

    /// <summary>The jobs with <paramref name="only"/> in their keys.</summary>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public static IReadOnlyList<ExperimentJob> Wanted(Experiment experiment, ExperimentSize size, ulong seed, string? only)
    {
        var all = experiment.Jobs(size, seed);
        if (only is null) return all;
        ExperimentJob[] wanted = [.. all.Where(j => j.Key.Contains(only, StringComparison.Ordinal))];
        return wanted.Length > 0 ? wanted : throw new InvalidInputException($"no run of {experiment.Name} at size {size.ToString().ToLowerInvariant()} has {NearestName.Quote(only)} in its name; reproduce {experiment.Name} --size {size.ToString().ToLowerInvariant()} --list names them");
    }

    private static JsonObject Identity(Experiment experiment, ExperimentSize size, ulong seed, string version, string job, int part) => new()
    {
        ["version"] = version,
        ["experiment"] = experiment.Name,
        ["size"] = size.ToString(),
        ["seed"] = seed,
        ["job"] = job,
        ["part"] = part,
    };
}

/// <summary>How far an experiment has come: jobs done of all, and the one at hand or just ended.</summary>
public readonly record struct ReproductionProgress(int Done, int Jobs, string Job)
{
    /// <summary>Where the job at hand stands; null where it does not say.</summary>
    public StageProgress? Part { get; init; }
}
