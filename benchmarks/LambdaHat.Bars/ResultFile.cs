using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LambdaHat.Bars;

/// <summary>Results as lines of JSON: the first says what made them, each other is one run, appended when it ends.</summary>
internal sealed class ResultFile
{
    private static readonly JsonSerializerOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly string _path;

    private ResultFile(string path, JsonObject header, Rows rows) => (_path, Header, Rows) = (path, header, rows);

    public JsonObject Header { get; }

    public Rows Rows { get; }

    /// <summary>Opens the file, or begins it with <paramref name="header"/>; a line that was cut off by the end of a process is dropped.</summary>
    /// <exception cref="InvalidInputException">The file was made with other settings.</exception>
    public static ResultFile Open(string path, JsonObject header)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var text = File.Exists(path) ? File.ReadAllText(path) : "";
        var whole = text.LastIndexOf('\n') + 1;
        if (whole < text.Length) File.WriteAllText(path, text[..whole]);
        if (whole == 0) File.WriteAllText(path, header.ToJsonString(s_plain) + "\n");
        var file = Read(path);
        if (((string[])["bar", "arguments", "settings"]).FirstOrDefault(name => !JsonNode.DeepEquals(file.Header[name], header[name])) is not { } other) return file;
        throw new InvalidInputException($"{path} was made with other {other}: {file.Header[other]?.ToJsonString(s_plain)}; now {header[other]?.ToJsonString(s_plain)}; move it away or give --out");
    }

    public static ResultFile Read(string path)
    {
        var lines = File.ReadLines(path).Where(l => l.Length > 0).Select(l => JsonNode.Parse(l)!.AsObject()).ToArray();
        return new ResultFile(path, lines[0], new Rows(lines.Skip(1).Select(l => new Row(l))));
    }

    /// <summary>Writes a line and reads it back as the row that it now is.</summary>
    public Row Append(JsonObject line)
    {
        var text = line.ToJsonString(s_plain);
        File.AppendAllText(_path, text + "\n");
        var row = new Row(JsonNode.Parse(text)!.AsObject());
        Rows.Add(row);
        return row;
    }
}
