using System.Diagnostics;
using LambdaHat.Estimation;
using LambdaHat.Tracking;
using Spectre.Console;

namespace LambdaHat.Cli.Display;

/// <summary>One bar over the checkpoints of a track with the time left where a terminal shows it; elsewhere a line for every checkpoint.</summary>
internal static class TrackBar
{
    private const int LabelWidth = 40;

    /// <summary>Runs <paramref name="work"/> while its progress is shown; <paramref name="before"/> of the <paramref name="points"/> are there already.</summary>
    public static T Show<T>(Terminal terminal, int points, int before, Func<IProgress<TrackProgress>, T> work)
    {
        if (!terminal.Live || !terminal.Notes.Profile.Capabilities.Interactive) return work(new Lines(terminal.Error, before));
        return terminal.Notes.Progress()
            .AutoRefresh(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context => work(new Bar(context.AddTask(Label(before, points, ""), maxValue: Math.Max(points, 1)), before)));
    }

    private static string Label(int done, int points, string latest) => $"{done} of {points} checkpoints{latest}".PadRight(LabelWidth);

    private sealed class Bar : IProgress<TrackProgress>
    {
        private readonly ProgressTask _task;

        public Bar(ProgressTask task, int before)
        {
            _task = task;
            task.Value = before;
        }

        public void Report(TrackProgress value)
        {
            _task.Value = value.Done + value.Share;
            if (value.Measured is { } point) _task.Description = Label(value.Done, value.Points, $"  λ̂ {SweepTable.WithError(point.LambdaHat, point.StandardError)}");
        }
    }

    private sealed class Lines(TextWriter writer, int before) : IProgress<TrackProgress>
    {
        private readonly Stopwatch _clock = Stopwatch.StartNew();

        public void Report(TrackProgress value)
        {
            if (value.Measured is not { } point) return;
            // Those at hand are partly done.
            var left = TimeSpan.FromSeconds(_clock.Elapsed.TotalSeconds * (value.Points - value.Done - value.Share) / (value.Done + value.Share - before));
            writer.WriteLine($"checkpoint {value.Done} of {value.Points}: {point.Name}, step {point.Step}: λ̂ = {SweepTable.WithError(point.LambdaHat, point.StandardError)}, {point.Verdict.Name()}; {left:hh\\:mm\\:ss} left");
        }
    }
}
