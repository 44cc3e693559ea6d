using System.Diagnostics;
using LambdaHat.Experiments;
using Spectre.Console;

namespace LambdaHat.Cli.Display;

/// <summary>
/// One bar over the jobs of an experiment and one over the stage of the job at hand, with the time left, where a terminal shows them; elsewhere a line for every job, and for every tenth of a stage that takes its time.
/// </summary>
internal static class ReproductionBar
{
    private const int LabelWidth = 40;

    /// <summary>Runs <paramref name="work"/> while its progress is shown.</summary>
    public static T Show<T>(Terminal terminal, Func<IProgress<ReproductionProgress>, T> work)
    {
        if (!terminal.Live || !terminal.Notes.Profile.Capabilities.Interactive) return work(new Lines(terminal.Error));
        return terminal.Notes.Progress()
            .AutoRefresh(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context => work(new Bars(context, context.AddTask("".PadRight(LabelWidth)))));
    }

    private sealed class Bars(ProgressContext context, ProgressTask jobs) : IProgress<ReproductionProgress>
    {
        private ProgressTask? _part;
        private string _stage = "";

        public void Report(ReproductionProgress value)
        {
            lock (jobs)
            {
                jobs.MaxValue = Math.Max(value.Jobs, 1);
                jobs.Value = value.Done;
                jobs.Description = Spectre.Console.Markup.Escape(value.Job).PadRight(LabelWidth);
                var stage = value.Part is { } told ? $"{value.Job}, {told.Stage}" : "";
                if (stage != _stage)
                {
                    // One bar, which begins anew with every stage.
                    if (_part is not null) context.RemoveTask(_part);
                    (_part, _stage) = (value.Part is null ? null : context.AddTask("", maxValue: 1), stage);
                }
                if (_part is null || value.Part is not { } part) return;
                _part.Value = part.Share;
                _part.Description = Spectre.Console.Markup.Escape($"  {part.Stage} {part.Detail}").PadRight(LabelWidth);
            }
        }
    }

    private sealed class Lines(TextWriter writer) : IProgress<ReproductionProgress>
    {
        private readonly Lock _lock = new();
        private readonly Stopwatch _clock = Stopwatch.StartNew();
        private readonly Action<StageProgress> _parts = StageBars.Lines(writer, StageBars.Quiet);
        private int _before = -1, _last = -1;

        public void Report(ReproductionProgress value)
        {
            lock (_lock)
            {
                if (value.Part is { } part)
                {
                    _parts(part with { Stage = $"{value.Job}, {part.Stage}" });
                    return;
                }
                if (_before < 0) (_before, _last) = (value.Done, value.Done);
                if (value.Done == _last) return;
                _last = value.Done;
                var left = TimeSpan.FromSeconds(_clock.Elapsed.TotalSeconds * (value.Jobs - value.Done) / (value.Done - _before));
                writer.WriteLine($"{value.Done} of {value.Jobs}: {value.Job}; {left:hh\\:mm\\:ss} left");
            }
        }
    }
}
