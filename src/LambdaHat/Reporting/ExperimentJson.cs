using System.Text.Json.Nodes;
using LambdaHat.Experiments;

namespace LambdaHat.Reporting;

/// <summary>A run of an experiment as one JSON object: snake-case keys, numbers that are not finite as null.</summary>
public static class ExperimentJson
{
    /// <summary>The object that <c>reproduce --json</c> prints and <c>experiment.json</c> holds.</summary>
    public static JsonObject Of(ExperimentRecord record) => new()
    {
        ["experiment"] = record.Experiment.Name,
        ["title"] = record.Experiment.Title,
        ["source"] = record.Experiment.Source,
        ["size"] = record.Size.ToString().ToLowerInvariant(),
        ["complete"] = record.IsComplete,
        ["agrees"] = record.Result.Comparisons.All(c => c.Agrees != false),
        ["comparisons"] = new JsonArray([.. record.Result.Comparisons.Select(c => new JsonObject { ["quantity"] = c.Quantity, ["theirs"] = c.Theirs, ["ours"] = c.Ours, ["agrees"] = c.Agrees, ["remark"] = c.Remark })]),
        ["findings"] = new JsonArray([.. record.Result.Findings.Select(f => (JsonNode)f)]),
        ["tables"] = new JsonArray([.. record.Result.Tables.Select(t => new JsonObject { ["caption"] = t.Caption, ["columns"] = Texts(t.Columns), ["rows"] = new JsonArray([.. t.Rows.Select(Texts)]) })]),
        ["rows"] = new JsonArray([.. record.Rows.All.Select(r => r.Json.DeepClone())]),
        ["command"] = record.Command,
        ["seed"] = record.Seed,
        ["version"] = record.Version,
    };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);
}
