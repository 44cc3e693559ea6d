using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LambdaHat.Experiments;

/// <summary>Rows as lines of JSON: the first line says what made them, every other is the row of one job, written when it ends. A line that the end of a process cut off is dropped.</summary>
public sealed class ExperimentFile
{
    private static readonly JsonSerializerOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly string _path;

    private ExperimentFile(string path, string version) => (_path, Version) = (path, version);

    /// <summary>The version that makes the rows.</summary>
    public string Version { get; }

    /// <summary>The rows so far.</summary>
    public ExperimentRows Rows { get; } = new();

    /// <summary>Opens the file, or begins it.</summary>
    /// <exception cref="InvalidInputException">It is of another experiment, size, seed or version, or is not such a file.</exception>
    public static ExperimentFile Open(string path, Experiment experiment, ExperimentSize size, ulong seed, string version)
    {
        var header = new JsonObject { ["experiment"] = experiment.Name, ["size"] = size.ToString().ToLowerInvariant(), ["seed"] = seed, ["version"] = version }.ToJsonString(s_plain);
        var text = File.Exists(path) ? File.ReadAllText(path) : "";
        var whole = text[..(text.LastIndexOf('\n') + 1)];
        if (whole.Length == 0) whole = header + "\n";
        if (whole.Length != text.Length) File.WriteAllText(path, whole);
        var lines = whole.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines[0] != header) throw new InvalidInputException($"{NearestName.Quote(path)} was begun as {lines[0]}, not as {header}; expected the same, or another --out");
        var file = new ExperimentFile(path, version);
        for (var i = 1; i < lines.Length; i++) file.Rows.Add(Parse(lines[i], $"{path}, line {i + 1}"));
        return file;
    }

    /// <summary>Writes a row and returns it as it reads back.</summary>
    public ExperimentRow Append(string key, JsonObject values)
    {
        var line = new JsonObject { ["key"] = key };
        foreach (var (name, value) in values) line[name] = value?.DeepClone();
        var text = line.ToJsonString(s_plain);
        using (var stream = new FileStream(_path, FileMode.Append))
        {
            stream.Write(System.Text.Encoding.UTF8.GetBytes(text + "\n"));
            stream.Flush(flushToDisk: true);
        }
        var row = Parse(text, _path);
        Rows.Add(row);
        return row;
    }

    private static ExperimentRow Parse(string line, string place)
    {
        try
        {
            return JsonNode.Parse(line) is JsonObject json && json["key"] is JsonValue ? new ExperimentRow(json) : throw new InvalidInputException($"{place}: expected a JSON object with a key");
        }
        catch (JsonException e)
        {
            throw new InvalidInputException($"{place}: {e.Message}");
        }
    }
}
