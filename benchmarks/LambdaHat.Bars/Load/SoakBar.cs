using System.Diagnostics;
using System.IO.Enumeration;
using System.Text.Json.Nodes;
using LambdaHat.Data;
using LambdaHat.Estimation;
using LambdaHat.Experiments;

namespace LambdaHat.Bars.Load;

/// <summary>Half an hour of sampling at about 10,000 parameters, its state saved as the command saves it: resident memory, what is allocated for each step, and open files, every half minute.</summary>
internal sealed class SoakBar : Bar
{
    private const double DefaultLength = 30, EverySeconds = 30, LargestDrift = 0.05;

    // 10-80-80-20: 8,980 parameters.
    private static readonly int[] s_widths = [10, 80, 80, 20];

    private readonly double _length;

    /// <summary>Of <c>--length</c> minutes, 30 unless given.</summary>
    public SoakBar(Arguments arguments)
    {
        arguments.Allow("soak", "length");
        _length = arguments.Number("length", DefaultLength);
    }

    public override string Name => "soak";

    public override JsonObject Settings => new() { ["widths"] = string.Join(',', s_widths), ["n"] = 10_000, ["minutes"] = _length, ["every_seconds"] = EverySeconds, ["sampler"] = "default", ["seed"] = 1 };

    public override IEnumerable<Job> Jobs() => [new("relu", _ => Run())];

    private JsonObject Run()
    {
        var objective = TrueNetwork.Relu(s_widths, 10_000, 1);
        var steps = new StepCount();
        var samples = new List<(double Seconds, long Steps, double Resident, double Allocated, int Files)>();
        using var over = new ManualResetEventSlim();
        var clock = Stopwatch.StartNew();
        var watch = new Thread(() =>
        {
            while (!over.Wait(TimeSpan.FromSeconds(EverySeconds))) samples.Add((clock.Elapsed.TotalSeconds, steps.Total, Environment.WorkingSet, GC.GetTotalAllocatedBytes(), OpenFiles()));
        });
        watch.Start();
        var folder = Directory.CreateTempSubdirectory("lambdahat-soak-").FullName;
        // An error that is not reached, so that the time ends it.
        var estimate = LearningCoefficient.Estimate(objective, new EstimationOptions { Tolerance = 1e-6, MaxMinutes = _length, MaxSteps = int.MaxValue, Seed = 1 }, steps, new StateStore(Path.Combine(folder, "state.run"), []));
        over.Set();
        watch.Join();
        Directory.Delete(folder, recursive: true);
        JsonArray Column(Func<(double Seconds, long Steps, double Resident, double Allocated, int Files), double> of) => new([.. samples.Select(s => (JsonNode)of(s))]);
        var row = EstimateRow.Of(estimate);
        row["elapsed"] = Column(s => Math.Round(s.Seconds, 1));
        row["step_count"] = Column(s => s.Steps);
        row["resident_mib"] = Column(s => Math.Round(s.Resident / (1 << 20), 2));
        row["allocated_mib"] = Column(s => Math.Round(s.Allocated / (1 << 20), 3));
        row["open_files"] = Column(s => s.Files);
        return row;
    }

    public override IEnumerable<string> Summarise(Rows rows)
    {
        if (rows.Find("relu") is not { } row) yield break;
        double[] resident = row.Numbers("resident_mib"), allocated = row.Numbers("allocated_mib"), steps = row.Numbers("step_count"), files = row.Numbers("open_files"), elapsed = row.Numbers("elapsed");
        // From a tenth of the time on, before which code is still being compiled and the records fill, to the end of the sampling; the evidence that follows needs memory of its own.
        var first = elapsed.Length / 10;
        var last = Array.FindLastIndex(elapsed, e => e <= row.Number("sampling_seconds"));
        var (low, high) = (resident[first..(last + 1)].Min(), resident[first..(last + 1)].Max());
        foreach (var line in Markdown.Thresholds([
            Markdown.Held("resident memory while sampling, largest beside smallest", (high / low) - 1, 2 * LargestDrift, true, Markdown.Percent),
            Markdown.Held("bytes allocated for a step of a chain, decisions, saved states and the bar's own samples included", (allocated[^1] - allocated[first]) * (1 << 20) / (steps[^1] - steps[first]), 64, true, v => Markdown.Of(v)),
            Markdown.Held("open files, most less fewest", files[first..].Max() - files[first..].Min(), 0, true, v => Markdown.Of(v))])) yield return line;
        foreach (var line in Markdown.Table(["minutes", "steps of all chains", "resident MiB", "allocated MiB since the start", "open files"],
            Enumerable.Range(0, resident.Length).Where(i => i % 6 == 5 || i == first).Select(i => new[] { Markdown.Of(elapsed[i] / 60, "F1"), Markdown.Of(steps[i], "F0"), Markdown.Of(resident[i], "F1"), Markdown.Of(allocated[i], "F1"), Markdown.Of(files[i]) }))) yield return line;
    }

    // Those that stay: a state that is being saved has its file open for a moment, so the least of looks over some seconds.
    private static int OpenFiles()
    {
        if (!Directory.Exists("/proc/self/fd")) return 0;
        var least = int.MaxValue;
        for (var look = 0; look < 5; look++)
        {
            if (look > 0) Thread.Sleep(1000);
            least = Math.Min(least, new FileSystemEnumerable<bool>("/proc/self/fd", static (ref FileSystemEntry _) => true).Count());
        }
        return least;
    }

    private sealed class StepCount : IProgress<SamplingProgress>
    {
        private readonly long[] _steps = new long[1024];

        public long Total => _steps.Sum();

        public void Report(SamplingProgress value) => Volatile.Write(ref _steps[value.Chain], value.Step);
    }
}
