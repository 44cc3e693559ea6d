using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using LambdaHat.Data;

namespace LambdaHat.Reporting;

/// <summary>
/// The note <c>run.json</c> that a command leaves in its folder before it begins, so that the folder alone tells how to go on: the words of the command line, where and by which version it was given, and, once it is finished, which
/// file holds what <c>--json</c> prints. Disposing the note of a run that wrote nothing takes it back.
/// </summary>
public sealed class RunNote : IDisposable
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "run.json";

    // What says where to write and how to show a run, with how many hands, not what it is; true where a value follows.
    private static readonly Dictionary<string, bool> s_passing = new() { ["--out"] = true, ["--resume"] = true, ["--threads"] = true, ["--save-every"] = true, ["--json"] = false };
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _path;
    private bool _isNew;

    private RunNote(string path, JsonObject root, bool isNew)
    {
        (_path, _isNew) = (path, isNew);
        var problems = new List<string>();
        var fields = new JsonFields(root, path, problems);
        (Command, Version, Directory, Finished) = (fields.Text("command") ?? "", fields.Text("version") ?? "", fields.Text("directory") ?? "", root["finished"] is null ? null : fields.Text("finished"));
        Words = [.. (fields.Array("words") ?? []).Select(word => word is JsonValue v && v.TryGetValue<string>(out var text) ? text : "")];
        Started = fields.Date("started");
        Code = (int)(root["code"] is null ? 0 : fields.Whole("code", 0, 255) ?? 0);
        if (Words.Count == 0) fields.Report("\"words\" must be those of a command");
        if (Finished is { } name && name != Path.GetFileName(name)) fields.Report("\"finished\" must be the name of a file in the folder");
        if (problems.Count > 0) throw new InvalidInputException(string.Join("; ", problems));
    }

    /// <summary>The command line as typed, for people.</summary>
    public string Command { get; }

    /// <summary>The words after the command's name.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>The version that began the run.</summary>
    public string Version { get; }

    /// <summary>The folder that it was begun in, which relative paths among the words start from.</summary>
    public string Directory { get; }

    /// <summary>When it was begun.</summary>
    public DateTimeOffset Started { get; }

    /// <summary>The file in the folder that holds the result as one JSON object; null while there is none.</summary>
    public string? Finished { get; private set; }

    /// <summary>The exit code of the finished run.</summary>
    public int Code { get; private set; }

    /// <summary>The words without those that only say where to write, how to show it, how often to save or how many threads to use.</summary>
    public IReadOnlyList<string> Substance => Without(Words, [.. s_passing.Keys]);

    /// <summary>The words to run it again with, writing to <paramref name="folder"/>; <paramref name="threads"/> where they are to be others.</summary>
    public string[] Again(string folder, int? threads, bool json)
    {
        List<string> words = [.. Without(Words, threads is null ? ["--out", "--resume", "--json"] : ["--out", "--resume", "--json", "--threads"]), "--out", folder];
        if (threads is { } count) words.AddRange(["--threads", count.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        if (json) words.Add("--json");
        return [.. words];
    }

    /// <summary>Writes the note of a run that begins in <paramref name="folder"/>; where an unfinished one of the same words is there, the run goes on and the note stays.</summary>
    /// <exception cref="InvalidInputException">The folder holds the saved state of another run.</exception>
    public static RunNote Begin(string folder, string command, IReadOnlyList<string> words, string version, DateTimeOffset started)
    {
        var path = Path.Combine(folder, FileName);
        if (File.Exists(path) && TryRead(path) is { Finished: null } before)
        {
            if (before.Substance.SequenceEqual(Without(words, [.. s_passing.Keys]))) return before;
            if (File.Exists(Path.Combine(folder, RunFolder.StateFileName)))
                throw new InvalidInputException($"\"{folder}\" holds the state of an unfinished run, {before.Command}; expected lambdahat resume {folder} to go on with it, or another folder");
        }
        var note = new RunNote(path, new JsonObject
        {
            ["command"] = command,
            ["words"] = new JsonArray([.. words.Select(w => (JsonNode)w)]),
            ["version"] = version,
            ["directory"] = Environment.CurrentDirectory,
            ["started"] = started.ToString("O"),
        }, isNew: !File.Exists(path));
        note.Write();
        return note;
    }

    /// <summary>The note in <paramref name="folder"/>.</summary>
    /// <exception cref="InvalidInputException">There is none, or it is damaged.</exception>
    public static RunNote Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) throw new InvalidInputException($"there is no {FileName} in {NearestName.Quote(folder)}; expected the folder of a run");
        return Parse(path);
    }

    /// <summary>The result of the finished run.</summary>
    /// <exception cref="InvalidInputException">It is not finished, or the file is damaged.</exception>
    public JsonObject Result() => Object(Path.Combine(Path.GetDirectoryName(_path)!, Finished ?? throw new InvalidInputException($"{_path}: the run is not finished")));

    /// <summary>Leaves the note where it is, whatever else the folder holds: the run can be had again by it.</summary>
    public void Keep() => _isNew = false;

    /// <summary>Notes that the run is finished.</summary>
    public void Finish(string file, int code)
    {
        (Finished, Code) = (file, code);
        try
        {
            Write();
        }
        catch
        {
            (Finished, Code) = (null, 0);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isNew || Finished is not null) return;
        try
        {
            if (System.IO.Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(_path)!).All(entry => Path.GetFileName(entry) is FileName or FolderLock.FileName)) File.Delete(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The folder is gone, or closed.
        }
    }

    private static string[] Without(IReadOnlyList<string> words, string[] left)
    {
        var kept = new List<string>();
        for (var i = 0; i < words.Count; i++)
        {
            if (left.Contains(words[i])) i += s_passing[words[i]] ? 1 : 0;
            else kept.Add(words[i]);
        }
        return [.. kept];
    }

    private static RunNote? TryRead(string path)
    {
        try
        {
            return Parse(path);
        }
        catch (InvalidInputException)
        {
            return null;
        }
    }

    private static RunNote Parse(string path) => new(path, Object(path), isNew: false);

    private static JsonObject Object(string path) => SavedJson.Read(path, (root, _) => root);

    private void Write() => AtomicFile.Write(_path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(new JsonObject
    {
        ["command"] = Command,
        ["words"] = new JsonArray([.. Words.Select(w => (JsonNode)w)]),
        ["version"] = Version,
        ["directory"] = Directory,
        ["started"] = Started.ToString("O"),
        ["finished"] = Finished,
        ["code"] = Finished is null ? null : Code,
    }.ToJsonString(s_indented) + "\n")));
}
