using LambdaHat.Estimation;
using Spectre.Console;

namespace LambdaHat.Cli.Display;

/// <summary>
/// One progress bar a chain with the time left and its latest λ̂ where a terminal shows them; elsewhere one plain line for every tenth of the work.
/// </summary>
internal static class ChainBars
{
    /// <summary>Runs <paramref name="work"/> while its progress is shown.</summary>
    public static T Show<T>(Terminal terminal, int chains, long steps, Func<IProgress<SamplingProgress>, T> work) =>
        terminal.Live && terminal.Notes.Profile.Capabilities.Interactive ? ShowLive(terminal.Notes, chains, steps, work) : work(new Lines(terminal.Error, chains, steps));

    private static T ShowLive<T>(IAnsiConsole console, int chains, long steps, Func<IProgress<SamplingProgress>, T> work) => console.Progress()
        .AutoRefresh(true)
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
        .Start(context =>
        {
            var tasks = Enumerable.Range(0, chains).Select(i => context.AddTask(Label(i, new string(' ', 9)), autoStart: false, maxValue: Math.Max(steps, 1))).ToArray();
            return work(new Bars(tasks));
        });

    private static string Label(int chain, string recent) => $"chain {chain}  recent λ̂ {recent}";

    private sealed class Bars(ProgressTask[] tasks) : IProgress<SamplingProgress>
    {
        public void Report(SamplingProgress value)
        {
            var task = tasks[value.Chain];
            if (!task.IsStarted) task.StartTask();
            if (double.IsNaN(value.RecentLambda))
            {
                task.Description = Label(value.Chain, " diverged");
                task.StopTask();
                return;
            }
            task.MaxValue = value.Steps;
            task.Value = value.Step;
            task.Description = Label(value.Chain, $"{value.RecentLambda,9:G4}");
        }
    }

    private sealed class Lines(TextWriter writer, int chains, long steps) : IProgress<SamplingProgress>
    {
        private readonly long[] _done = new long[chains];
        private readonly System.Diagnostics.Stopwatch _clock = System.Diagnostics.Stopwatch.StartNew();
        private long _steps = steps;
        private int _tenths;

        public void Report(SamplingProgress value)
        {
            lock (_done)
            {
                // An open run that goes on longer begins to count anew.
                if (value.Steps != _steps) (_steps, _tenths) = (value.Steps, (int)(10 * _done.Sum() / ((double)chains * value.Steps)));
                _done[value.Chain] = double.IsNaN(value.RecentLambda) ? _steps : value.Step;
                var share = _done.Sum() / ((double)chains * _steps);
                if ((int)(10 * share) <= _tenths) return;
                _tenths = (int)(10 * share);
                var left = TimeSpan.FromSeconds(_clock.Elapsed.TotalSeconds * (1 - share) / share);
                writer.WriteLine($"{10 * _tenths,3} %  {left:hh\\:mm\\:ss} left");
            }
        }
    }
}
