using System.Text.Json.Nodes;
using LambdaHat.Estimation;
using LambdaHat.Experiments;

namespace LambdaHat.Bars.Verdicts;

/// <summary>Calibration: whether runs called converged lie at their reference, and whether deliberately spoiled ones are not called so.</summary>
internal sealed class VerdictBar : Bar
{
    private const int Seeds = 3;

    public VerdictBar(Arguments arguments) => arguments.Allow("verdicts");

    public override string Name => "verdicts";

    public override JsonObject Settings => new()
    {
        ["subjects"] = new JsonArray([.. Subjects.All.Select(s => (JsonNode)s.Name)]),
        ["seeds"] = Seeds,
        ["spoiled"] = new JsonArray([.. Spoiled.All.Select(s => (JsonNode)s.Name)]),
    };

    public override IEnumerable<Job> Jobs() => Subjects.All.SelectMany(Jobs);

    private static IEnumerable<Job> Jobs(VerdictSubject subject) =>
    [
        .. Enumerable.Range(1, Seeds).Select(seed => new Job(Sound(subject, seed), _ => Run(subject, subject.Options with { Seed = (ulong)seed }, null))),
        new(ReferenceOf(subject), rows => rows.Find(Sound(subject, 1)) is { } good ? Find(subject, good) : null),
        .. Spoiled.All.Select(how => new Job(Of(subject, how), rows => rows.Find(Sound(subject, 1)) is { } good && !(how.NeedsStepSize && good.Text("sampler") == "slice")
            ? Run(subject, how.Options(subject.Options, good) with { Seed = 11 }, how.MovesPoint ? 11 : null) : null)),
    ];

    private static string Sound(VerdictSubject subject, int seed) => $"{subject.Name}: seed {seed}";

    private static string ReferenceOf(VerdictSubject subject) => $"{subject.Name}: reference";

    private static string Of(VerdictSubject subject, Spoiled how) => $"{subject.Name}: {how.Name}";

    private static JsonObject Run(VerdictSubject subject, EstimationOptions options, ulong? moved)
    {
        var (objective, halfRank) = subject.Create(moved);
        var line = EstimateRow.Of(LearningCoefficient.Estimate(objective, options));
        line["lambda"] = EstimateRow.Number(subject.Theory);
        line["generic_half_rank"] = EstimateRow.Number(halfRank);
        return line;
    }

    private static JsonObject Find(VerdictSubject subject, Row good)
    {
        var (nBeta, gamma) = (good.Number("nbeta"), good.Number("gamma"));
        var reference = subject.Find(nBeta, gamma);
        return new JsonObject
        {
            ["reference"] = EstimateRow.Number(reference.Value),
            ["reference_error"] = EstimateRow.Number(reference.Error),
            ["method"] = reference.Method,
            ["r_hat"] = EstimateRow.Number(reference.RHat),
            ["doubt"] = reference.Doubt,
            ["nbeta"] = nBeta,
            ["gamma"] = gamma,
            ["lambda"] = EstimateRow.Number(subject.Theory),
            ["lambda_quad"] = EstimateRow.Number(good.Number("lambda_quad")),
        };
    }

    public override IEnumerable<string> Summarise(Rows rows)
    {
        List<Judged> sound = [], spoiled = [];
        List<string> left = [];
        foreach (var subject in Subjects.All)
        {
            var runs = Enumerable.Range(1, Seeds).Select(seed => Sound(subject, seed)).Where(rows.Contains).ToArray();
            if (rows.Find(ReferenceOf(subject)) is not { } reference)
            {
                if (runs.Length > 0) left.Add($"{subject.Name}: no reference");
                continue;
            }
            if (reference.Text("doubt") is { Length: > 0 } doubt) left.Add($"{subject.Name}: its reference is in doubt, {doubt}");
            else if (rows.Find(Sound(subject, 1)) is { } first && first.Number("generic_half_rank") is var generic && double.IsFinite(generic) && first.Number("half_rank_measured") != generic)
                left.Add($"{subject.Name}: half rank {Markdown.Of(first.Number("half_rank_measured"))}, not {Markdown.Of(generic)}: the Hessian's kernel is larger than the symmetries");
            else
            {
                sound.AddRange(runs.Select(key => new Judged(subject, key, "sound", rows.Find(key), reference)));
                spoiled.AddRange(Spoiled.All.Where(how => rows.Contains(Of(subject, how))).Select(how => new Judged(subject, Of(subject, how), how.Name, rows.Find(Of(subject, how)), reference)));
            }
        }
        return VerdictSummary.Of(sound, spoiled, left);
    }
}
