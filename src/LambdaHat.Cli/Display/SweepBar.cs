using System.Diagnostics;
using LambdaHat.Estimation;
using LambdaHat.Reporting;
using Spectre.Console;

namespace LambdaHat.Cli.Display;

/// <summary>One bar over the points of a sweep with the time left where a terminal shows it; elsewhere a line for every point.</summary>
internal static class SweepBar
{
    private const int LabelWidth = 40;

    /// <summary>Runs <paramref name="work"/> while its progress is shown; <paramref name="before"/> of the <paramref name="points"/> are there already.</summary>
    public static T Show<T>(Terminal terminal, int points, int before, Func<IProgress<SweepProgress>, T> work)
    {
        if (!terminal.Live || !terminal.Notes.Profile.Capabilities.Interactive) return work(new Lines(terminal.Error, before));
        return terminal.Notes.Progress()
            .AutoRefresh(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context => work(new Bar(context.AddTask($"point {before + 1} of {points}".PadRight(LabelWidth), maxValue: Math.Max(points, 1)), before)));
    }

    private sealed class Bar : IProgress<SweepProgress>
    {
        private readonly ProgressTask _task;

        public Bar(ProgressTask task, int before)
        {
            _task = task;
            task.Value = before;
        }

        public void Report(SweepProgress value)
        {
            _task.Value = value.Done + value.Share;
            if (value.Measured is null) _task.Description = $"point {value.Done + 1} of {value.Points}  nβ {ReportNumber.Significant(value.NBeta, 4)}  γ {ReportNumber.Significant(value.Gamma, 3)}".PadRight(LabelWidth);
        }
    }

    private sealed class Lines(TextWriter writer, int before) : IProgress<SweepProgress>
    {
        private readonly Stopwatch _clock = Stopwatch.StartNew();

        public void Report(SweepProgress value)
        {
            if (value.Measured is not { } point) return;
            var left = TimeSpan.FromSeconds(_clock.Elapsed.TotalSeconds * (value.Points - value.Done) / (value.Done - before));
            writer.WriteLine($"point {value.Done} of {value.Points}: nβ = {ReportNumber.Significant(point.NBeta, 4)}, γ = {ReportNumber.Significant(point.Gamma, 3)}: λ̂ = {SweepTable.WithError(point.LambdaHat, point.StandardError)}, {point.Verdict.Name()}; {left:hh\\:mm\\:ss} left");
        }
    }
}
