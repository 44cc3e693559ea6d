using System.Text.Json.Nodes;
using LambdaHat.Data;
using LambdaHat.Tracking;

namespace LambdaHat.Reporting;

/// <summary>A <c>track.json</c> read back, to go on where it stopped.</summary>
public sealed class SavedTrack
{
    private readonly JsonObject _root;
    private readonly string _place;

    private SavedTrack(JsonObject root, string place)
    {
        (_root, _place) = (root, place);
        var problems = new List<string>();
        var fields = new JsonFields(root, place, problems);
        Command = fields.Text("command") ?? "";
        Started = fields.Date("started");
        var points = fields.Array("points");
        if (points is null) fields.Report("\"points\" is needed: an array");
        Points = [.. (points ?? []).Select((node, i) => Point(node, $"{place}: points[{i}]", problems))];
        if (problems.Count > 0) throw new InvalidInputException(string.Join("; ", problems));
    }

    /// <summary>The command that began the track.</summary>
    public string Command { get; }

    /// <summary>When it began.</summary>
    public DateTimeOffset Started { get; }

    /// <summary>The points that were measured.</summary>
    public IReadOnlyList<TrackPoint> Points { get; }

    /// <summary>Reads the file.</summary>
    /// <exception cref="InvalidInputException">It cannot be read or is no track.</exception>
    public static SavedTrack Read(string path) => SavedJson.Read(path, (root, place) => new SavedTrack(root, place));

    /// <summary>The track with what was measured before, when it began and by which command.</summary>
    /// <exception cref="InvalidInputException">The file is that of another track; the message names every difference.</exception>
    public TrackRecord Resume(TrackRecord track)
    {
        var checkpoints = track.Result.Checkpoints;
        var differences = Differences.Between(_root, TrackJson.Identity(track)).ToList();
        // A point belongs to the bytes of w*, and its seed to the place in the series.
        var known = checkpoints.Select((c, i) => (c.Name, c.Step, c.Checksum, unchecked(track.Options.Estimation.Seed + (ulong)i))).ToHashSet();
        string[] foreign = differences.Count > 0 ? [] : [.. Points.Where(p => !known.Contains((p.Name, p.Step, p.Checksum, p.Seed))).Select(p => p.Name)];
        if (foreign.Length > 0) differences.Add($"{Listing.Of(foreign)} {(foreign.Length == 1 ? "is another checkpoint" : "are other checkpoints")}, or in another place, here");
        if (differences.Count > 0)
            throw new InvalidInputException($"\"{_place}\" is another track: {string.Join(", ", differences)}; expected the same checkpoints and options to go on with it, or another folder");
        return track with { Command = Command, Started = Started, Result = new TrackResult(checkpoints, Points, track.Options.FalseAlarms) };
    }

    private static TrackPoint Point(JsonNode? node, string place, List<string> problems)
    {
        if (node is not JsonObject json) throw new InvalidInputException($"{place}: expected an object");
        var fields = new JsonFields(json, place, problems);
        var name = fields.Text("name");
        if (string.IsNullOrEmpty(name)) fields.Report("\"name\" is needed: the checkpoint's");
        return new TrackPoint
        {
            Name = name ?? "",
            Step = (long)(fields.Whole("step", 0, long.MaxValue) ?? 0),
            Checksum = (uint)(fields.Whole("center_crc32", 0, uint.MaxValue) ?? 0),
            Norm = fields.NumberOrNaN("norm"),
            LambdaHat = fields.NumberOrNaN("lambda_hat"),
            StandardError = fields.NumberOrNaN("standard_error"),
            Verdict = fields.Verdict(),
            Reasons = fields.Texts("reasons"),
            Quadratic = fields.NumberOrNaN("lambda_quad"),
            QuadraticError = fields.NumberOrNaN("lambda_quad_error"),
            Losses = new(fields.NumberOrNaN("train_loss"), fields.NumberOrNaN("train_accuracy"), fields.NumberOrNaN("test_loss"), fields.NumberOrNaN("test_accuracy")),
            RHat = fields.NumberOrNaN("r_hat"),
            EffectiveSampleSize = fields.NumberOrNaN("ess"),
            Sampler = fields.Text("sampler") ?? "",
            StepSize = fields.NumberOrNaN("step_size"),
            Steps = (int)(fields.Whole("steps", 0, int.MaxValue) ?? 0),
            Seed = fields.Whole("seed", 0, ulong.MaxValue) ?? 0,
            Seconds = fields.NumberOrNaN("seconds"),
        };
    }
}
