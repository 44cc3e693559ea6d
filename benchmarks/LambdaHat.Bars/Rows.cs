global using Row = LambdaHat.Experiments.ExperimentRow;
using System.Text.Json.Nodes;

namespace LambdaHat.Bars;

/// <summary>What a line of results has besides.</summary>
internal static class RowExtensions
{
    extension(Row row)
    {
        public bool Failed => row.Json.ContainsKey("error");

        public IEnumerable<string> Texts(string name) => row.Json[name] is JsonArray array ? array.Select(v => v!.GetValue<string>()) : [];
    }
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
