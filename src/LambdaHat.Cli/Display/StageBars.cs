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
    public static T Show<T>(Terminal terminal, Func<Action<StageProgress>, T> work) => Show(terminal, work, Bars, briefly: false);

    /// <summary>The same for work that is no result: on a terminal only stages that take their time have bars, which go when it is done.</summary>
    public static T ShowBriefly<T>(Terminal terminal, Func<Action<StageProgress>, T> work) => Show(terminal, work, Late, briefly: true);

    private static T Show<T>(Terminal terminal, Func<Action<StageProgress>, T> work, Func<ProgressContext, Action<StageProgress>> bars, bool briefly)
    {
        if (!terminal.Live || !terminal.Notes.Profile.Capabilities.Interactive) return work(Lines(terminal.Error, Quiet));
        ProgressColumn[] columns = [new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn()];
        return terminal.Notes.Progress()
            .AutoRefresh(true)
            .AutoClear(briefly)
            .Columns(briefly ? columns : [.. columns, new RemainingTimeColumn()])
            .Start(context => work(bars(context)));
    }

    private static Action<StageProgress> Bars(ProgressContext context) => Bars(context, started: true);

    private static Action<StageProgress> Bars(ProgressContext context, bool started)
    {
        var (task, stage) = ((ProgressTask?)null, new StageClock());
        return progress =>
        {
            if (stage.Begins(progress) || task is null)
            {
                if (task is not null) task.Value = task.MaxValue;
                task = context.AddTask(progress.Stage.PadRight(LabelWidth), started, maxValue: 1);
            }
            task.Value = progress.Share;
            task.Description = $"{progress.Stage} {progress.Detail}".PadRight(LabelWidth);
        };
    }

    /// <summary>Bars of stages that take their time only, with the time left in words: a bar that comes late would reckon it from when it came.</summary>
    internal static Action<StageProgress> Late(ProgressContext context)
    {
        var (bars, stage) = (Bars(context, started: false), new StageClock());
        return progress =>
        {
            stage.Begins(progress);
            if (stage.Elapsed >= Quiet && progress.Share > 0) bars(progress with { Detail = $"{stage.Left(progress.Share):hh\\:mm\\:ss} left" });
        };
    }

    internal static Action<StageProgress> Lines(TextWriter writer, TimeSpan quiet)
    {
        var (stage, shown) = (new StageClock(), 0);
        return progress =>
        {
            if (stage.Begins(progress)) shown = 0;
            var tenths = (int)(10 * progress.Share);
            if (tenths == shown || stage.Elapsed < quiet) return;
            shown = tenths;
            writer.WriteLine($"{progress.Stage}: {10 * tenths,3} %{(progress.Detail.Length > 0 ? $"  {progress.Detail}" : "")}  {stage.Left(progress.Share):hh\\:mm\\:ss} left");
        };
    }

    /// <summary>How long the stage at hand has been at work: one of another name, or one that begins again.</summary>
    private sealed class StageClock
    {
        private readonly Stopwatch _clock = Stopwatch.StartNew();
        private StageProgress _last;
        private double _first;

        public TimeSpan Elapsed => _clock.Elapsed;

        /// <summary>Whether a stage begins with this.</summary>
        public bool Begins(StageProgress progress)
        {
            var begins = progress.Stage != _last.Stage || progress.Share < _last.Share;
            if (begins)
            {
                _clock.Restart();
                _first = progress.Share;
            }

            _last = progress;
            return begins;
        }

        /// <summary>The time left, where <paramref name="share"/> &gt; 0 of the stage is done: by what was done here, not before an interruption.</summary>
        public TimeSpan Left(double share) => Elapsed * ((1 - share) / (share > _first ? share - _first : share));
    }
}
