using LambdaHat.Cli.Display;
using LambdaHat.Numerics;

namespace LambdaHat.Cli.Subjects;

/// <summary>Work before the steps begin (reading data, passes over all of them), with a bar where it takes its time; a user can interrupt it.</summary>
internal sealed class Preparation : StageWatch
{
    private Preparation(WorkTeam team, Action<StageProgress> progress, CancellationToken cancellation) : base(progress, cancellation) => Team = team;

    /// <summary>Threads to share the work.</summary>
    public WorkTeam Team { get; }

    /// <summary>Waits for <paramref name="work"/>; an interruption leaves behind what does not hear of it, to end with the process.</summary>
    /// <exception cref="OperationCanceledException">The wait was interrupted.</exception>
    public static T Run<T>(Terminal terminal, int threads, Func<Preparation, T> work, CancellationToken cancellation) => StageBars.ShowBriefly(terminal, progress => Task.Run(() =>
    {
        using var team = new WorkTeam(threads);
        return work(new Preparation(team, progress, cancellation));
    }, cancellation).WaitAsync(cancellation).GetAwaiter().GetResult());
}
