using System.Text.Json.Nodes;
using LambdaHat.Data;
using LambdaHat.Estimation;

namespace LambdaHat.Reporting;

/// <summary>A <c>sweep.json</c> read back, to go on where it stopped.</summary>
public sealed class SavedSweep
{
    private readonly JsonObject _root;
    private readonly string _place;

    private SavedSweep(JsonObject root, string place)
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

    /// <summary>The command that began the sweep.</summary>
    public string Command { get; }

    /// <summary>When it began.</summary>
    public DateTimeOffset Started { get; }

    /// <summary>The points that were measured.</summary>
    public IReadOnlyList<SweepPoint> Points { get; }

    /// <summary>Reads the file.</summary>
    /// <exception cref="InvalidInputException">It cannot be read or is no sweep.</exception>
    public static SavedSweep Read(string path) => SavedJson.Read(path, (root, place) => new SavedSweep(root, place));

    /// <summary>The sweep with what was measured before, when it began and by which command.</summary>
    /// <exception cref="InvalidInputException">The file is that of another sweep; the message names every difference.</exception>
    public SweepRecord Resume(SweepRecord sweep)
    {
        var differences = Differences.Between(_root, SweepJson.Identity(sweep)).ToArray();
        if (differences.Length > 0)
            throw new InvalidInputException($"\"{_place}\" is another sweep: {string.Join(", ", differences)}; expected the same options to go on with it, or another folder");
        return sweep with { Command = Command, Started = Started, Result = new SweepResult(sweep.Options.NBetas, sweep.Options.Gammas, Points) };
    }

    private static SweepPoint Point(JsonNode? node, string place, List<string> problems)
    {
        if (node is not JsonObject json) throw new InvalidInputException($"{place}: expected an object");
        var fields = new JsonFields(json, place, problems);
        double Number(string key) => fields.NumberOrNaN(key);
        double Positive(string key)
        {
            var value = Number(key);
            if (!(value > 0)) fields.Report($"\"{key}\" must be a number > 0");
            return value;
        }
        return new SweepPoint
        {
            NBeta = Positive("nbeta"),
            Gamma = Positive("gamma"),
            LambdaHat = Number("lambda_hat"),
            StandardError = Number("standard_error"),
            Verdict = fields.Verdict(),
            Reasons = fields.Texts("reasons"),
            Quadratic = Number("lambda_quad"),
            QuadraticError = Number("lambda_quad_error"),
            Sensitivity = Number("sensitivity"),
            RHat = Number("r_hat"),
            EffectiveSampleSize = Number("ess"),
            Sampler = fields.Text("sampler") ?? "",
            StepSize = Number("step_size"),
            Steps = (int)(fields.Whole("steps", 0, int.MaxValue) ?? 0),
            Seed = fields.Whole("seed", 0, ulong.MaxValue) ?? 0,
            Seconds = Number("seconds"),
        };
    }
}
