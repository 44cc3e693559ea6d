using System.Diagnostics;
using LambdaHat.Curvature;
using Spectre.Console;

namespace LambdaHat.Cli.Display;

/// <summary>A bar over the columns of a block Lanczos run, with the pairs that converged and the time left, where a terminal shows it; elsewhere a line for every tenth.</summary>
internal static class LanczosBar
{
    private const int LabelWidth = 33;

    public static T Show<T>(Terminal terminal, Func<Action<BlockLanczosProgress>, T> work)
    {
        if (!terminal.Live || !terminal.Notes.Profile.Capabilities.Interactive) return work(Lines(terminal.Error));
        return terminal.Notes.Progress()
            .AutoRefresh(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var task = context.AddTask("curvature".PadRight(LabelWidth));
                return work(progress =>
                {
                    // The work of a column grows with the columns before it.
                    task.MaxValue = Squared(progress.MaxColumns);
                    task.Value = Squared(progress.Columns);
                    task.Description = $"{progress.Converged} of {progress.Wanted} pairs".PadRight(LabelWidth);
                });
            });
    }

    private static Action<BlockLanczosProgress> Lines(TextWriter writer)
    {
        var (clock, shown) = (Stopwatch.StartNew(), 0);
        return progress =>
        {
            var part = 10 * progress.Columns / progress.MaxColumns;
            if (part == shown) return;
            shown = part;
            var left = TimeSpan.FromSeconds(clock.Elapsed.TotalSeconds * (Squared(progress.MaxColumns) / Squared(progress.Columns) - 1));
            writer.WriteLine($"{progress.Columns} of at most {progress.MaxColumns} columns: {progress.Converged} of {progress.Wanted} pairs converged; at most {left:hh\\:mm\\:ss} left");
        };
    }

    private static double Squared(int columns) => (double)columns * columns;
}
