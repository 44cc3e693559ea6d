using System.Diagnostics;
using System.Text.Json.Nodes;

namespace LambdaHat.Bars.Load;

/// <summary>Two runs side by side, each with all threads, beside one alone: twice the time is fair.</summary>
internal sealed class FairnessBar : Bar
{
    private const double MostSlower = 2.2, MostApart = 1.15;

    private static readonly string[] s_subjects = ["network 14 of 10K, general path"];

    public FairnessBar(Arguments arguments) => arguments.Allow("fairness");

    public override string Name => "fairness";

    public override JsonObject Settings => new() { ["run"] = "networks --group 10K --path general --only 14 --count 1", ["repeats"] = 3 };

    public override IEnumerable<Job> Jobs() => Enumerable.Range(1, 3).Select(i => new Job($"{s_subjects[0]}, {i}", _ => Run()));

    private static JsonObject Run()
    {
        var alone = Seconds(1);
        var both = Seconds(2);
        return new JsonObject { ["alone"] = alone[0], ["first"] = both[0], ["second"] = both[1] };
    }

    public override IEnumerable<string> Summarise(Rows rows)
    {
        foreach (var line in Markdown.Table(["run", "alone, seconds", "side by side", "and"], rows.All.Select(r => new[] { r.Key, Markdown.Of(r.Number("alone"), "F1"), Markdown.Of(r.Number("first"), "F1"), Markdown.Of(r.Number("second"), "F1") }))) yield return line;
        foreach (var line in Markdown.Thresholds([
            Markdown.Held("slower side by side", Markdown.Quantile(rows.All.Select(r => Math.Max(r.Number("first"), r.Number("second")) / r.Number("alone")), 0.5), MostSlower, true, v => Markdown.Of(v)),
            Markdown.Held("the slower beside the faster", Markdown.Quantile(rows.All.Select(r => Math.Max(r.Number("first") / r.Number("second"), r.Number("second") / r.Number("first"))), 0.5), MostApart, true, v => Markdown.Of(v))])) yield return line;
    }

    // Processes of this program, each making the same run in a folder of its own.
    private static double[] Seconds(int processes)
    {
        var clock = Stopwatch.StartNew();
        var folders = Enumerable.Range(0, processes).Select(_ => Directory.CreateTempSubdirectory("lambdahat-fairness-").FullName).ToArray();
        var running = folders.Select(folder => Process.Start(new ProcessStartInfo("dotnet", [typeof(FairnessBar).Assembly.Location, "networks", "--group", "10K", "--path", "general", "--only", "14", "--count", "1", "--out", folder]) { RedirectStandardOutput = true })!).ToArray();
        var seconds = new double[processes];
        var waiting = running.Select((process, i) => new Thread(() =>
        {
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            seconds[i] = Math.Round(clock.Elapsed.TotalSeconds, 2);
        })).ToArray();
        foreach (var thread in waiting) thread.Start();
        foreach (var thread in waiting) thread.Join();
        foreach (var folder in folders) Directory.Delete(folder, recursive: true);
        foreach (var process in running) process.Dispose();
        return seconds;
    }
}
