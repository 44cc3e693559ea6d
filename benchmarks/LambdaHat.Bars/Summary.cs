using System.Text.Json.Nodes;

namespace LambdaHat.Bars;

/// <summary>All results of a folder as markdown.</summary>
internal static class Summary
{
    public static int Print(Arguments arguments)
    {
        arguments.Allow("summary");
        foreach (var path in Directory.EnumerateFiles(Slice.Folder(arguments), "*.jsonl").Order(StringComparer.Ordinal))
        {
            var file = ResultFile.Read(path);
            var given = file.Header["arguments"]!.AsObject().Select(a => KeyValuePair.Create(a.Key, a.Value!.GetValue<string>()));
            var bar = Bar.All[file.Header["bar"]!.GetValue<string>()](new Arguments(given));
            Console.WriteLine($"## {bar.Name}");
            Console.WriteLine();
            Console.WriteLine($"`{file.Header["command"]!.GetValue<string>()}`");
            Console.WriteLine();
            foreach (var line in bar.Summarise(file.Rows)) Console.WriteLine(line);
            foreach (var row in file.Rows.All.Where(r => r.Failed)) Console.WriteLine($"Failed: {row.Key}: {row.Text("error")}");
        }
        return 0;
    }
}
