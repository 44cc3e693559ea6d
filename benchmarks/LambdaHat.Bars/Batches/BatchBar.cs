using System.Globalization;
using System.Text.Json.Nodes;
using LambdaHat.Estimation;
using LambdaHat.Experiments;
using LambdaHat.Losses;
using LambdaHat.Networks;

namespace LambdaHat.Bars.Batches;

/// <summary>Batch sizes: plain SGLD against its closed form, the automatic step size against the reference at every size, and the gain of paired baselines.</summary>
internal sealed class BatchBar : Bar
{
    private const string Regression = "plain SGLD, noisy regression", Linear = "langevin, deep linear", Relu = "langevin, ReLU-850", Noise = "paired baseline, MNIST", Reference = "reference";
    // ε·s/4 at most: small enough that the step alone hardly matters and batches of 32 do.
    private const double StepShare = 0.01;
    private const int PlainSteps = 40_000, Seeds = 3;
    private static readonly int[] s_batches = [32, 128, 512, 2048, 4096];
    private static readonly int[] s_widths = [20, 30, 15, 10], s_ranks = [20, 10, 10];
    private readonly string? _model;

    public BatchBar(Arguments arguments)
    {
        arguments.Allow("batches");
        _model = arguments.Text("model");
    }

    public override string Name => "batches";

    public override JsonObject Settings => new()
    {
        ["batches"] = string.Join(',', s_batches),
        ["regression"] = $"{NoisyRegression.Inputs} inputs, n = {NoisyRegression.Samples}, noise 1, {PlainSteps} steps of εs/4 = {StepShare.ToString(CultureInfo.InvariantCulture)}, gamma 1",
        ["linear"] = $"widths {string.Join(',', s_widths)}, ranks {string.Join(',', s_ranks)}, n = 100000, gamma 1",
        ["relu"] = string.Join(',', ReluBar.Widths) + ", n = 10000, default gamma",
        ["seeds"] = Seeds,
    };

    private static string[] Chains => [Regression, Linear, Relu];

    public override IEnumerable<Job> Jobs() =>
    [
        new($"{Linear}: {Reference}", _ => EstimateRow.Of(LearningCoefficient.Estimate(LinearNetwork(), new EstimationOptions { Sampler = "gibbs", Gamma = 1, Tolerance = 0.004, Seed = 1_000_003 }))),
        .. from subject in Chains from batch in s_batches from seed in Enumerable.Range(1, Seeds) select new Job(Key(subject, batch, seed), _ => Run(subject, batch, (ulong)seed)),
        .. _model is null ? [] : s_batches.Select(batch => new Job($"{Noise}: {batch}", _ => Pair(batch))),
    ];

    private static string Key(string subject, int batch, int seed) => $"{subject}: batch {batch} seed {seed}";

    private static NetworkObjective LinearNetwork() => TrueNetwork.Linear(DeepLinearTeacher.Draw(s_widths, s_ranks, 1, Environment.ProcessorCount), 100_000, 1);

    private static JsonObject Run(string subject, int batch, ulong seed)
    {
        var options = new EstimationOptions { BatchSize = batch, Seed = seed };
        var expected = double.NaN;
        NetworkObjective objective;
        if (subject == Regression)
        {
            var regression = new NoisyRegression(1);
            objective = regression.Objective;
            var nBeta = PosteriorDefaults.NBeta(NoisyRegression.Samples);
            var step = regression.StepSize(nBeta, StepShare);
            options = options with { Sampler = "sgld", StepSize = step, Steps = PlainSteps, BurnIn = 0.1, Gamma = 1, AcceptanceEvery = 0 };
            expected = regression.Expected(nBeta, gamma: 1, step, batch);
        }
        else
        {
            objective = subject == Linear ? LinearNetwork() : TrueNetwork.Relu(ReluBar.Widths, 10_000, 1);
            options = options with { Sampler = "langevin", Gamma = subject == Linear ? 1 : null };
        }
        var line = EstimateRow.Of(LearningCoefficient.Estimate(objective, options));
        line["batch"] = batch;
        if (double.IsFinite(expected)) line["expected"] = expected;
        return line;
    }

    private JsonObject Pair(int batch)
    {
        var objective = TrainedSubject.Load(_model!);
        var (unpaired, paired) = PairedBaseline.Variances(objective, batch);
        return new JsonObject { ["batch"] = batch, ["unpaired_variance"] = EstimateRow.Number(unpaired), ["paired_variance"] = EstimateRow.Number(paired), ["ratio"] = EstimateRow.Number(unpaired / paired) };
    }

    public override IEnumerable<string> Summarise(Rows rows)
    {
        List<string[]> table = [], held = [];
        foreach (var subject in Chains)
        {
            var worst = double.NaN;
            foreach (var batch in s_batches)
            {
                var runs = Enumerable.Range(1, Seeds).Select(seed => rows.Find(Key(subject, batch, seed))).OfType<Row>().ToArray();
                if (runs.Length == 0) continue;
                var mean = runs.Average(r => r.Number("lambda_hat"));
                var error = Math.Sqrt(runs.Sum(r => Math.Pow(r.Number("standard_error"), 2))) / runs.Length;
                var reference = subject switch
                {
                    Regression => runs[0].Number("expected"),
                    Linear => rows.Find($"{Linear}: {Reference}")?.Number("lambda_hat") ?? double.NaN,
                    _ => runs[0].Number("lambda_quad"),
                };
                var off = subject == Regression ? Math.Abs(mean - reference) / error : Math.Abs((mean / reference) - 1);
                worst = double.IsNaN(worst) ? off : double.IsNaN(off) ? off : Math.Max(worst, off);
                table.Add([subject, Markdown.Of(batch), $"{Markdown.Of(mean)} ± {Markdown.Of(error, "G2")}", Markdown.Of(reference), Markdown.Percent((mean / reference) - 1), Markdown.Of(runs.Average(r => r.Number("step_size"))), string.Join(", ", runs.Select(r => r.Text("verdict")).Distinct())]);
            }
            // Among five normal values one is above 2.9 once in fifty times; 0.05 is the default tolerance.
            held.Add(subject == Regression
                ? Markdown.Held($"{subject}: farthest from the formula, in standard errors", worst, 2.9, true, v => Markdown.Of(v))
                : Markdown.Held($"{subject}: farthest from the reference", worst, 0.05, true, Markdown.Percent));
        }
        foreach (var line in Markdown.Thresholds(held)) yield return line;
        foreach (var line in Markdown.Table(["chain", "batch", "λ̂", "formula or reference", "off", "ε", "verdict"], table)) yield return line;
        var pairs = s_batches.Select(b => rows.Find($"{Noise}: {b}")).OfType<Row>().ToArray();
        if (pairs.Length == 0) yield break;
        foreach (var line in Markdown.Table(["MNIST, batch", "Var[L_B(w) − L_n(w*)]", "Var[L_B(w) − L_B(w*)]", "ratio"], pairs.Select(r => new[] { Markdown.Of(r.Number("batch")), Markdown.Of(r.Number("unpaired_variance")), Markdown.Of(r.Number("paired_variance")), Markdown.Of(r.Number("ratio")) }))) yield return line;
    }
}
