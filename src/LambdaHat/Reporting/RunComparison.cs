using System.Text.Json.Nodes;
using LambdaHat.Data;

namespace LambdaHat.Reporting;

/// <summary>Two folders of the same run: which files were compared, and what they disagree in.</summary>
public sealed record RunComparison(IReadOnlyList<string> Files, IReadOnlyList<string> Differences)
{
    // Where, when and how fast, not what; tables are made of the rows beside them, times included.
    private static readonly HashSet<string> s_passing = ["started", "command", "folder", "report", "threads", "tables"];
    private static readonly string[] s_arrays = [".npz", ".safetensors"];

    /// <summary>
    /// Compares the result <paramref name="file"/> as JSON, without times and places, and all arrays (npz, safetensors) byte by byte.
    /// </summary>
    /// <exception cref="InvalidInputException">A file cannot be read.</exception>
    public static RunComparison Of(string recorded, string again, string file)
    {
        var (there, here) = (Read(recorded, file), Read(again, file));
        List<string> files = [file], differences = [.. Data.Differences.Between(there, here), .. Data.Differences.Missing(there, here)];
        foreach (var name in Arrays(recorded).Union(Arrays(again)).Order(StringComparer.Ordinal))
        {
            string[] paths = [Path.Combine(recorded, name), Path.Combine(again, name)];
            files.Add(name);
            if (!paths.All(File.Exists)) differences.Add($"{name} is only {(File.Exists(paths[0]) ? "there" : "here")}");
            else if (!Same(paths[0], paths[1])) differences.Add($"{name} has other bytes");
        }
        return new(files, differences);
    }

    private static IEnumerable<string> Arrays(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Where(path => s_arrays.Contains(Path.GetExtension(path))).Select(path => Path.GetRelativePath(folder, path));

    private static JsonObject Read(string folder, string file) => SavedJson.Read(Path.Combine(folder, file), (root, _) =>
    {
        Strip(root);
        return root;
    });

    private static void Strip(JsonNode? node)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array) Strip(item);
        }
        else if (node is JsonObject root)
        {
            foreach (var key in root.Select(pair => pair.Key).Where(key => s_passing.Contains(key) || key.EndsWith("seconds", StringComparison.Ordinal)).ToArray()) root.Remove(key);
            foreach (var (_, value) in root) Strip(value);
        }
    }

    private static bool Same(string one, string other)
    {
        using FileStream first = InputFile.Open(one), second = InputFile.Open(other);
        if (first.Length != second.Length) return false;
        byte[] a = new byte[1 << 16], b = new byte[1 << 16];
        for (var left = first.Length; left > 0;)
        {
            var count = (int)Math.Min(left, a.Length);
            first.ReadExactly(a, 0, count);
            second.ReadExactly(b, 0, count);
            if (!a.AsSpan(0, count).SequenceEqual(b.AsSpan(0, count))) return false;
            left -= count;
        }
        return true;
    }
}
