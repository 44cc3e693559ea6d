using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace LambdaHat.Bars;

/// <summary>Makes the runs of a bar that are not there yet, as many as a slice allows.</summary>
internal static class Slice
{
    /// <summary>No run is begun after <c>--count</c> of them or <c>--minutes</c>; <c>--only TEXT</c> makes those whose name has the text in it.</summary>
    public static int Run(string command, Bar bar, Arguments arguments)
    {
        var file = ResultFile.Open(Path.Combine(Folder(arguments), bar.Name + ".jsonl"), Header(command, bar, arguments));
        var (count, minutes) = (arguments.Whole("count", int.MaxValue), arguments.Number("minutes", double.PositiveInfinity));
        var clock = Stopwatch.StartNew();
        var made = 0;
        foreach (var job in bar.Jobs())
        {
            if (made == count || clock.Elapsed.TotalMinutes >= minutes) break;
            if (file.Rows.Contains(job.Key) || (arguments.Text("only") is { } part && !job.Key.Contains(part, StringComparison.Ordinal))) continue;
            if (Run(job, file.Rows) is not { } line) continue;
            var row = file.Append(line);
            Console.WriteLine(row.Failed ? $"{row.Key}: {row.Text("error")}" : bar.Describe(row));
            made++;
        }
        Console.WriteLine($"{made} runs made, {file.Rows.Count} of {bar.Jobs().Count()} in {bar.Name}.jsonl");
        return 0;
    }

    public static string Folder(Arguments arguments) => arguments.Text("out") ?? Path.Combine("benchmarks", "results", "bars");

    private static JsonObject? Run(Job job, Rows rows)
    {
        var line = new JsonObject { ["key"] = job.Key };
        var clock = Stopwatch.StartNew();
        try
        {
            if (job.Run(rows) is not { } result) return null;
            foreach (var (name, value) in result) line[name] = value?.DeepClone();
            line["seconds"] = Math.Round(clock.Elapsed.TotalSeconds, 2);
        }
        // A run that fails is a result: the bars count it.
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            line["error"] = $"{error.GetType().Name}: {error.Message}";
            line["seconds"] = Math.Round(clock.Elapsed.TotalSeconds, 2);
        }
        return line;
    }

    private static JsonObject Header(string command, Bar bar, Arguments arguments) => new()
    {
        ["bar"] = command,
        ["command"] = $"dotnet run -c Release --project benchmarks/LambdaHat.Bars -- {command}{string.Concat(arguments.OfBar.Select(a => $" --{a.Key} {a.Value}"))}{(arguments.Text("model") is null ? "" : " --model MODEL")}{(arguments.Text("modular") is null ? "" : " --modular MODEL")}",
        ["arguments"] = new JsonObject(arguments.OfBar.Select(a => KeyValuePair.Create(a.Key, (JsonNode?)a.Value))),
        ["settings"] = bar.Settings,
    };
}
