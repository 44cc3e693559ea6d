using System.Text.Json.Nodes;
using LambdaHat.Experiments;
using Spectre.Console;

namespace LambdaHat.Cli.Display;

/// <summary>An experiment's numbers beside the source's, as a table for people.</summary>
internal static class ReproductionTable
{
    public static void Print(Terminal terminal, ExperimentRecord record)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var name in (string[])["quantity", "theirs or exact", "ours", "agrees"]) table.AddColumn(name);
        foreach (var c in record.Result.Comparisons) table.AddRow(new Text(c.Quantity), new Text(c.Theirs), new Text(c.Ours), new Text(c.Agrees switch { true => "yes", false => "no", _ => "" }));
        terminal.Results.Write(table);
        foreach (var finding in record.Result.Findings) terminal.Out.WriteLine($"• {finding}");
    }

    public static void PrintRuns(Terminal terminal, IReadOnlyList<ExperimentJob> runs, bool json)
    {
        if (json) terminal.Out.WriteLine(new JsonObject { ["runs"] = new JsonArray([.. runs.Select(r => (JsonNode)r.Key)]) }.ToJsonString());
        else foreach (var run in runs) terminal.Out.WriteLine(run.Key);
    }

    public static void PrintList(Terminal terminal, bool json)
    {
        if (json)
        {
            var sizes = Enum.GetValues<ExperimentSize>();
            terminal.Out.WriteLine(new JsonObject
            {
                ["experiments"] = new JsonArray([.. ExperimentCatalog.All.Select(e => new JsonObject
                {
                    ["name"] = e.Name,
                    ["title"] = e.Title,
                    ["source"] = e.Source,
                    ["cost"] = new JsonObject([.. sizes.Select(s => KeyValuePair.Create(s.ToString().ToLowerInvariant(), (JsonNode?)e.Cost(s)))]),
                })]),
            }.ToJsonString());
            return;
        }
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var name in (string[])["name", "what", "smoke", "default", "full"]) table.AddColumn(name);
        foreach (var e in ExperimentCatalog.All) table.AddRow(new Text(e.Name), new Text(e.Title), new Text(e.Cost(ExperimentSize.Smoke)), new Text(e.Cost(ExperimentSize.Default)), new Text(e.Cost(ExperimentSize.Full)));
        terminal.Results.Write(table);
    }
}
