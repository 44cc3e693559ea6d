using System.Text.Json.Nodes;

namespace LambdaHat.Bars;

/// <summary>One line of results.</summary>
internal sealed class Row(JsonObject json)
{
    public string Key => Text("key");

    public bool Failed => json.ContainsKey("error");

    public string Text(string name) => json[name]?.GetValue<string>() ?? "";

    /// <summary>The number, NaN where there is none.</summary>
    public double Number(string name) => json[name]?.GetValue<double>() ?? double.NaN;

    public double[] Numbers(string name) => json[name] is JsonArray array ? [.. array.Select(v => v?.GetValue<double>() ?? double.NaN)] : [];

    public IEnumerable<string> Texts(string name) => json[name] is JsonArray array ? array.Select(v => v!.GetValue<string>()) : [];
}

/// <summary>The results of a bar so far.</summary>
internal sealed class Rows(IEnumerable<Row> rows)
{
    private readonly Dictionary<string, Row> _rows = rows.ToDictionary(r => r.Key);

    public int Count => _rows.Count;

    public IEnumerable<Row> All => _rows.Values;

    /// <summary>The result of that name, null where there is none or the run failed.</summary>
    public Row? Find(string key) => _rows.TryGetValue(key, out var row) && !row.Failed ? row : null;

    public bool Contains(string key) => _rows.ContainsKey(key);

    public void Add(Row row) => _rows.Add(row.Key, row);
}
