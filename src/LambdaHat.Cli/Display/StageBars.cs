using System.Diagnostics;
using Spectre.Console;

namespace LambdaHat.Cli.Display;

/// <summary>A bar for every stage of a piece of work with the time left, where a terminal shows it; elsewhere a line for every tenth of a stage that takes its time.</summary>
internal static class StageBars
{
    private const int LabelWidth = 40;

    /// <summary>What a stage may take without a line.</summary>
    internal static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    /// <summary>Runs <paramref name="work"/> while its stages are shown.</summary>
    public static T Show<T>(Terminal terminal, Func<Action<StageProgress>, T> work) => Show(terminal, work, Bars, clear: false);

    /// <summary>The same for work that is no result: on a terminal only stages that take their time have bars, which go when it is done.</summary>
    public static T ShowBriefly<T>(Terminal terminal, Func<Action<StageProgress>, T> work) => Show(terminal, work, context => Late(Bars(context)), clear: true);

    private static T Show<T>(Terminal terminal, Func<Action<StageProgress>, T> work, Func<ProgressContext, Action<StageProgress>> bars, bool clear)
    {
        if (!terminal.Live || !terminal.Notes.Profile.Capabilities.Interactive) return work(Lines(terminal.Error, Quiet));
        return terminal.Notes.Progress()
            .AutoRefresh(true)
            .AutoClear(clear)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context => work(bars(context)));
    }

    private static Action<StageProgress> Late(Action<StageProgress> bars)
    {
        var (clock, stage) = (Stopwatch.StartNew(), "");
        return progress =>
        {
            if (progress.Stage != stage)
            {
                stage = progress.Stage;
                clock.Restart();
            }
            if (clock.Elapsed >= Quiet) bars(progress);
        };
    }

    private static Action<StageProgress> Bars(ProgressContext context)
    {
        var (task, stage) = ((ProgressTask?)null, "");
        return progress =>
        {
            if (task is null || progress.Stage != stage)
            {
                if (task is not null) task.Value = task.MaxValue;
                (task, stage) = (context.AddTask(progress.Stage.PadRight(LabelWidth), maxValue: 1), progress.Stage);
            }
            task.Value = progress.Share;
            task.Description = $"{progress.Stage} {progress.Detail}".PadRight(LabelWidth);
        };
    }

    internal static Action<StageProgress> Lines(TextWriter writer, TimeSpan quiet)
    {
        var (clock, stage, shown) = (Stopwatch.StartNew(), "", 0);
        return progress =>
        {
            if (progress.Stage != stage)
            {
                (stage, shown) = (progress.Stage, 0);
                clock.Restart();
            }
            var tenths = (int)(10 * progress.Share);
            if (tenths == shown || clock.Elapsed < quiet) return;
            shown = tenths;
            var left = TimeSpan.FromSeconds(clock.Elapsed.TotalSeconds * (1 - progress.Share) / progress.Share);
            writer.WriteLine($"{stage}: {10 * tenths,3} %{(progress.Detail.Length > 0 ? $"  {progress.Detail}" : "")}  {left:hh\\:mm\\:ss} left");
        };
    }
}
