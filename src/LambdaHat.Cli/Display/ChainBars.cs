using System.Diagnostics;
using LambdaHat.Estimation;
using Spectre.Console;

namespace LambdaHat.Cli.Display;

/// <summary>
/// One progress bar a chain with the time left and its latest λ̂ where a terminal shows them; elsewhere one plain line for every tenth of the work. A run of open length is shown as far as it is planned, and says
/// when it goes on; what follows the steps is shown where it takes its time.
/// </summary>
internal static class ChainBars
{
    /// <summary>Runs <paramref name="work"/> while its progress is shown; <paramref name="steps"/> is the run's length, null where that is open.</summary>
    public static T Show<T>(Terminal terminal, int chains, long? steps, Func<IProgress<SamplingProgress>, Action<StageProgress>, T> work) =>
        terminal.Live && terminal.Notes.Profile.Capabilities.Interactive ? ShowLive(terminal.Notes, chains, steps, work) : work(new Lines(terminal.Error, chains, steps), StageBars.Lines(terminal.Error, StageBars.Quiet));

    private static T ShowLive<T>(IAnsiConsole console, int chains, long? steps, Func<IProgress<SamplingProgress>, Action<StageProgress>, T> work) => console.Progress()
        .AutoRefresh(true)
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = steps is null ? 22 : 40 }, new PercentageColumn(), new RemainingTimeColumn())
        .Start(context =>
        {
            var tasks = Enumerable.Range(0, chains).Select(i => context.AddTask(Label(i, new string(' ', 9), steps is null ? 0 : null), autoStart: false, maxValue: Math.Max(steps ?? 1, 1))).ToArray();
            return work(new Bars(tasks, open: steps is null), StageBars.Late(context));
        });

    // Of one width up to a million steps, so that the bar does not jump.
    private static string Label(int chain, string recent, long? planned) =>
        $"chain {chain}  recent λ̂ {recent}{planned switch { null => "", 0 => new string(' ', 18), _ => $"  to step {planned,-8}" }}";

    private sealed class Bars(ProgressTask[] tasks, bool open) : IProgress<SamplingProgress>
    {
        public void Report(SamplingProgress value)
        {
            var task = tasks[value.Chain];
            if (!task.IsStarted) task.StartTask();
            if (double.IsNaN(value.RecentLambda))
            {
                task.Description = Label(value.Chain, " diverged", open ? 0 : null);
                task.StopTask();
                return;
            }
            task.MaxValue = value.Steps;
            task.Value = value.Step;
            task.Description = Label(value.Chain, $"{value.RecentLambda,9:G4}", open ? value.Steps : null);
        }
    }

    private sealed class Lines(TextWriter writer, int chains, long? steps) : IProgress<SamplingProgress>
    {
        private readonly long[] _done = new long[chains];
        private readonly bool[] _diverged = new bool[chains];
        private readonly Stopwatch _clock = Stopwatch.StartNew();
        private long _steps = steps ?? 0;
        private int _tenths;

        public void Report(SamplingProgress value)
        {
            lock (_done)
            {
                if (value.Steps < _steps || (value.Step < _done[value.Chain] && !double.IsNaN(value.RecentLambda))) BeginAgain(value.Steps);
                else if (value.Steps > _steps) GoOn(value.Steps);
                _done[value.Chain] = value.Step;
                _diverged[value.Chain] = double.IsNaN(value.RecentLambda);
                var share = Share();
                if ((int)(10 * share) <= _tenths) return;
                _tenths = (int)(10 * share);
                writer.WriteLine($"{10 * _tenths,3} %  {Left(share):hh\\:mm\\:ss} left{(steps is null ? $" to step {_steps}" : "")}");
            }
        }

        private void GoOn(long planned)
        {
            if (_steps > 0) writer.WriteLine($"goes on to step {planned}");
            _steps = planned;
            _tenths = (int)(10 * Share());
        }

        // The run at a second temperature, with chains of its own.
        private void BeginAgain(long planned)
        {
            writer.WriteLine($"second run, to step {planned}");
            Array.Clear(_done);
            Array.Clear(_diverged);
            _clock.Restart();
            (_steps, _tenths) = (planned, 0);
        }

        // A diverged chain has nothing left to do.
        private double Share() => _done.Select((done, i) => _diverged[i] ? _steps : Math.Min(done, _steps)).Sum() / ((double)chains * _steps);

        private TimeSpan Left(double share) => TimeSpan.FromSeconds(_clock.Elapsed.TotalSeconds * (1 - share) / share);
    }
}
