using System.Text.Json.Nodes;

namespace LambdaHat.Experiments;

/// <summary>The numbers that one job left.</summary>
public sealed class ExperimentRow(JsonObject json)
{
    /// <summary>The job's key.</summary>
    public string Key => Text("key");

    /// <summary>The row as it is stored.</summary>
    public JsonObject Json => json;

    /// <summary>A text, empty where there is none.</summary>
    public string Text(string name) => json[name]?.GetValue<string>() ?? "";

    /// <summary>A number, NaN where there is none.</summary>
    public double Number(string name) => json[name]?.GetValue<double>() ?? double.NaN;

    /// <summary>An array of numbers, NaN where one is null; empty where there is none.</summary>
    public double[] Numbers(string name) => json[name] is JsonArray array ? [.. array.Select(v => v?.GetValue<double>() ?? double.NaN)] : [];
}

/// <summary>The rows of an experiment so far, in the order in which they were made.</summary>
public sealed class ExperimentRows
{
    private readonly List<ExperimentRow> _all = [];
    private readonly Dictionary<string, ExperimentRow> _byKey = [];

    /// <summary>All rows.</summary>
    public IReadOnlyList<ExperimentRow> All => _all;

    /// <summary>The row of a job, null where it has not run.</summary>
    public ExperimentRow? Find(string key) => _byKey.GetValueOrDefault(key);

    /// <summary>The rows whose key begins with <paramref name="prefix"/>.</summary>
    public IEnumerable<ExperimentRow> Beginning(string prefix) => _all.Where(r => r.Key.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Adds a row; one of the same key is replaced.</summary>
    public void Add(ExperimentRow row)
    {
        if (_byKey.Remove(row.Key, out var old)) _all.Remove(old);
        _all.Add(row);
        _byKey[row.Key] = row;
    }
}
