using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using LambdaHat.Data;
using LambdaHat.Networks;

namespace LambdaHat.Tracking;

/// <summary>One checkpoint of a series: its folder's name and path, the step it was saved at, the CRC-32 of the bytes of w* and ‖w*‖.</summary>
public sealed record SeriesCheckpoint(string Name, string Folder, long Step, uint Checksum, double Norm)
{
    /// <summary>The SHA-256 sum of the bytes of w*.</summary>
    public string Fingerprint { get; init; } = "";
}

/// <summary>
/// The checkpoints in the subfolders of a folder, in the order of training. The step of each is <c>training.step</c> of its <c>config.json</c>, where all have one and they differ; else the last whole number in its name,
/// where all have one and they differ; else its place, from 1, among the names in natural order (digits compared as numbers).
/// </summary>
public static class CheckpointSeries
{
    // As long as a folder's name can be.
    private const int LongestNumber = 255;

    /// <summary>
    /// Reads every checkpoint once, so that a damaged one shows before any work: the subfolders of <paramref name="folder"/> that have tensors or, where it has none, those of its subfolder <c>checkpoints</c>.
    /// </summary>
    /// <returns>The checkpoints, and the last of them as it was read.</returns>
    /// <exception cref="InvalidInputException">There are fewer than two, some cannot be read, or they are not all of one network; one message for all.</exception>
    public static (IReadOnlyList<SeriesCheckpoint> Checkpoints, Checkpoint Last) Read(string folder)
    {
        if (!Directory.Exists(folder)) throw new InvalidInputException($"cannot read \"{folder}\": there is no such folder; expected one whose subfolders are checkpoints");
        var folders = Subfolders(folder) is { Length: > 0 } direct ? direct : Subfolders(Path.Combine(folder, "checkpoints"));
        if (folders.Length < 2)
            throw new InvalidInputException($"\"{folder}\" has {folders.Length} subfolder{(folders.Length == 1 ? "" : "s")} with {Checkpoint.TensorFile}; expected two checkpoints or more, each in a subfolder of its own");
        var problems = new List<string>();
        var read = new List<(SeriesCheckpoint Entry, long? Step, string Shape)>();
        foreach (var path in folders)
        {
            try
            {
                var checkpoint = Checkpoint.Load(path);
                read.Add((new(Path.GetFileName(path), path, 0, Checksum(checkpoint.Parameters), Norm(checkpoint.Parameters)) { Fingerprint = Fingerprint.Of(checkpoint.Parameters) }, NotedStep(checkpoint.Config.Training), Shape(checkpoint.Network)));
            }
            catch (InvalidInputException failure)
            {
                problems.Add(failure.Message);
            }
        }
        if (problems.Count > 0) throw new InvalidInputException(Listing.Problems($"\"{folder}\"", problems));
        var ordered = Ordered([.. read.Select(r => r.Entry)], [.. read.Select(r => r.Step)]);
        var shapes = read.ToDictionary(r => r.Entry.Name, r => r.Shape);
        string[] others = [.. ordered.Where(c => shapes[c.Name] != shapes[ordered[^1].Name]).Select(c => c.Name)];
        if (others.Length > 0) throw new InvalidInputException($"\"{folder}\": {Listing.Of(others)} {(others.Length == 1 ? "is a network" : "are networks")} of other layers than the last checkpoint, {NearestName.Quote(ordered[^1].Name)}; expected checkpoints of one network");
        return (ordered, Checkpoint.Load(ordered[^1].Folder));
    }

    /// <summary>The CRC-32 of the bytes of <paramref name="parameters"/>.</summary>
    public static uint Checksum(ReadOnlySpan<float> parameters)
    {
        var crc = new Crc32();
        crc.Append(MemoryMarshal.AsBytes(parameters));
        return crc.Value;
    }

    internal static IReadOnlyList<SeriesCheckpoint> Ordered(IReadOnlyList<SeriesCheckpoint> entries, IReadOnlyList<long?> noted)
    {
        var named = entries.Select(e => NumberInName(e.Name)).ToArray();
        foreach (var steps in (IReadOnlyList<long?>[])[noted, named])
        {
            if (steps.Any(s => s is null) || steps.Distinct().Count() < steps.Count) continue;
            return [.. entries.Select((e, i) => e with { Step = steps[i]!.Value }).OrderBy(e => e.Step)];
        }
        return [.. entries.OrderBy(e => NaturalKey(e.Name), StringComparer.Ordinal).ThenBy(e => e.Name, StringComparer.Ordinal).Select((e, i) => e with { Step = i + 1 })];
    }

    private static string[] Subfolders(string folder) =>
        Directory.Exists(folder) ? [.. Directory.GetDirectories(folder).Where(path => File.Exists(Path.Combine(path, Checkpoint.TensorFile))).Order(StringComparer.Ordinal)] : [];

    private static double Norm(ReadOnlySpan<float> parameters)
    {
        double sum = 0;
        foreach (var w in parameters) sum += (double)w * w;
        return Math.Sqrt(sum);
    }

    private static long? NotedStep(JsonObject? training) => training?["step"] is JsonValue value && value.TryGetValue<long>(out var step) && step >= 0 ? step : null;

    private static long? NumberInName(string name)
    {
        var last = name.AsSpan().LastIndexOfAnyInRange('0', '9');
        var digits = name.AsSpan(0, last + 1);
        digits = digits[(digits.LastIndexOfAnyExceptInRange('0', '9') + 1)..];
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    // The name with its numbers of one length, so that letters compare as they are and digits as numbers.
    private static string NaturalKey(string name)
    {
        var key = new StringBuilder();
        for (var i = 0; i < name.Length;)
        {
            var end = i;
            while (end < name.Length && char.IsAsciiDigit(name[end])) end++;
            if (end == i) key.Append(name[i++]);
            else key.Append(name[i..end].TrimStart('0').PadLeft(LongestNumber, '0'));
            i = Math.Max(i, end);
        }
        return key.ToString();
    }

    // Layers with their options, and tensors: the flat vectors of two networks of one shape mean the same.
    private static string Shape(Network network)
    {
        var layers = network.Layers.Select(l =>
        {
            var options = new JsonObject { ["type"] = l.Layer.Kind, ["name"] = l.Name };
            l.Layer.WriteOptions(options);
            return options.ToJsonString();
        });
        return $"{network.Inputs} {string.Join(' ', layers)} {string.Join(' ', network.Blocks.Select(b => $"{b.Name} {string.Join('×', b.Shape)}"))}";
    }
}
