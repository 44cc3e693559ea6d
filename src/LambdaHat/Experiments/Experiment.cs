using System.Text.Json.Nodes;
using LambdaHat.Data;
using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Numerics;

namespace LambdaHat.Experiments;

/// <summary>
/// One experiment of the sources: a list of jobs, each of which leaves one row of numbers, and a summary made from the rows alone. Of the job at hand
/// estimates, trainings and eigenpairs keep their state, so that an interruption loses seconds; and a page can be drawn again without running anything.
/// </summary>
public abstract class Experiment
{
    /// <summary>The name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>What it is about, in one line.</summary>
    public abstract string Title { get; }

    /// <summary>Where it comes from: paper, section, figures and tables.</summary>
    public abstract string Source { get; }

    /// <summary>About how long it takes on two cores, in words.</summary>
    public abstract string Cost(ExperimentSize size);

    /// <summary>All jobs, in the order to run them; a job may read the rows of those before it.</summary>
    public abstract IReadOnlyList<ExperimentJob> Jobs(ExperimentSize size, ulong seed);

    /// <summary>What the rows say. Rows may be missing while a run is not complete.</summary>
    public abstract ExperimentResult Summarise(ExperimentSize size, ExperimentRows rows);
}

/// <summary>One piece of an experiment's work, with the key of the row that it leaves.</summary>
public sealed record ExperimentJob(string Key, Func<JobScope, JsonObject> Run);

/// <summary>What a job is given: the rows so far, how many threads it may use, and a word to stop.</summary>
/// <param name="Rows">The rows so far.</param>
/// <param name="Threads">Threads.</param>
/// <param name="Cancellation">Ends the job.</param>
/// <param name="Store">Where the state of the part with this number within the job is kept; null keeps none.</param>
/// <param name="Tell">Hears where the job stands, from any thread; null where nobody listens.</param>
public sealed record JobScope(ExperimentRows Rows, int Threads, CancellationToken Cancellation, Func<int, StateStore>? Store = null, Action<StageProgress>? Tell = null)
{
    private int _parts;

    /// <summary>Hears where the job stands, and ends it.</summary>
    public StageWatch Watch => new(Tell, Cancellation);

    /// <summary>The row that the job needs of one before it.</summary>
    /// <exception cref="InvalidInputException">That one has not run.</exception>
    public ExperimentRow Needed(string key) => Rows.Find(key) ?? throw new InvalidInputException($"this run needs the numbers of the run {NearestName.Quote(key)}, which has not been made");

    /// <summary>An estimate of the job, from its state where it was interrupted.</summary>
    public LearningCoefficientEstimate Estimate(Objective objective, EstimationOptions options)
    {
        using (var team = new WorkTeam(Threads)) LearningCoefficient.Prepare(objective, options, team, Watch, NextStore());
        return LearningCoefficient.Estimate(objective, options with { Threads = Threads }, Tell is null ? null : new PointShare(options.ChainsAt(objective), share => Tell(new("estimate", share, ""))), NextStore(), Tell, Cancellation);
    }

    /// <summary>Where the job's next part (a pass over the data, an estimate, a training, a spectrum) keeps its state; null keeps none. A job's parts come in the same order every time.</summary>
    public StateStore? NextStore() => Store?.Invoke(_parts++);
}
