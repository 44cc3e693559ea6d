using System.Diagnostics;
using LambdaHat.Experiments;
using Spectre.Console;

namespace LambdaHat.Cli.Display;

/// <summary>One bar over the jobs of an experiment with the time left where a terminal shows it; elsewhere a line for every job.</summary>
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
            .Start(context => work(new Bar(context.AddTask("".PadRight(LabelWidth)))));
    }

    private sealed class Bar(ProgressTask task) : IProgress<ReproductionProgress>
    {
        public void Report(ReproductionProgress value)
        {
            task.MaxValue = Math.Max(value.Jobs, 1);
            task.Value = value.Done;
            task.Description = Spectre.Console.Markup.Escape(value.Job).PadRight(LabelWidth);
        }
    }

    private sealed class Lines(TextWriter writer) : IProgress<ReproductionProgress>
    {
        private readonly Stopwatch _clock = Stopwatch.StartNew();
        private int _before = -1, _last = -1;

        public void Report(ReproductionProgress value)
        {
            if (_before < 0) (_before, _last) = (value.Done, value.Done);
            if (value.Done == _last) return;
            _last = value.Done;
            var left = TimeSpan.FromSeconds(_clock.Elapsed.TotalSeconds * (value.Jobs - value.Done) / (value.Done - _before));
            writer.WriteLine($"{value.Done} of {value.Jobs}: {value.Job}; {left:hh\\:mm\\:ss} left");
        }
    }
}
