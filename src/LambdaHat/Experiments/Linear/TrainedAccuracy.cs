using System.Text.Json.Nodes;
using LambdaHat.Data;
using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;
using LambdaHat.Theory;
using LambdaHat.Training;
using MathNet.Numerics.LinearAlgebra;

namespace LambdaHat.Experiments.Linear;

/// <summary>
/// λ̂ of deep linear networks at parameters found by training, SGD from a random start on the teacher's data, beside the exact λ of the TRUE rank: by the default and by plain SGLD on the teacher's targets, and by the default
/// on the network's own outputs (the behavioural loss), of which the point is a minimum whether training has ended or not. The Newton decrement says by how much nβ·L could still fall.
/// </summary>
public sealed class TrainedAccuracy : Experiment
{
    private const int BatchSize = 500;
    private const string Tiny = "tiny", Short = "cut short";

    // A decrement up to this share of λ leaves λ̂ readable; from a half on the verdict is not-a-minimum.
    private const double SmallDecrement = 0.02;
    private static readonly double[] s_rates = [0.01, 0.003, 0.001, 0.0003, 0.0001];

    private static readonly string[] s_kinds = ["default", "behavioural", "plain"];

    private static readonly Group[] s_groups =
    [
        new(Tiny, new(2, 1000, 2000), new(0, 0, 0), new(0, 0, 0)),
        new(Short, new(1, 30, 500), new(4, 30, 2000), new(4, 30, 10_000)),
        new("1K", new(0, 0, 0), new(16, 10_000, 10_000), new(99, 50_000, 10_000)),
        new("10K", new(0, 0, 0), new(4, 5000, 5000), new(100, 50_000, 10_000)),
        new("100K", new(0, 0, 0), new(0, 0, 0), new(100, 50_000, 50_000)),
    ];

    /// <inheritdoc/>
    public override string Name => "dln-trained";

    /// <inheritdoc/>
    public override string Title => "Estimated against exact λ of deep linear networks found by training";

    /// <inheritdoc/>
    public override string Source => "Furman and Lau 2024, Section 4.2 and Figure 4, Appendix E.1";

    /// <inheritdoc/>
    public override string Cost(ExperimentSize size) => size switch { ExperimentSize.Smoke => "3 s", ExperimentSize.Default => "6 min", _ => "days" };

    /// <inheritdoc/>
    public override IReadOnlyList<ExperimentJob> Jobs(ExperimentSize size, ulong seed) =>
    [
        .. from @group in s_groups
           let plan = @group.Plan(size)
           from i in Enumerable.Range(1, plan.Networks)
           select new ExperimentJob($"{@group.Name} {i}", scope => Run(@group, plan, seed + (ulong)i, scope)),
    ];

    /// <inheritdoc/>
    public override ExperimentResult Summarise(ExperimentSize size, ExperimentRows rows)
    {
        List<Comparison> comparisons = [];
        List<IReadOnlyList<string>> table = [];
        foreach (var group in s_groups)
        {
            ExperimentRow[] own = [.. rows.Beginning(group.Name + " ")];
            if (own.Length == 0) continue;
            foreach (var r in own)
                table.Add([r.Key, $"{string.Join('-', r.Numbers("widths"))}, rank {Words.Number(r.Number("rank"))}", Words.Number(r.Number("learning_rate"), 2), Words.Number(r.Number("train_loss"), 3), Words.Number(r.Number("lambda")), Words.Number(r.Number("default_quad")), Of(r, "default"), Of(r, "behavioural"), Of(r, "plain"),
                    Words.Number(r.Number("default_decrement"), 3), r.Text("default_verdict"), r.Text("plain_verdict")]);
            ExperimentRow[] trained = [.. own.Where(IsTrained)], off = [.. own.Where(r => !IsTrained(r))];
            comparisons.Add(new($"{group.Name}: networks that reached a minimum", "not reported", $"{trained.Length} of {own.Length}", null, $"Newton decrement at most {Words.Percent(SmallDecrement)} of λ; the others: {(off.Length == 0 ? "none" : string.Join(", ", off.Select(r => $"{r.Key} ({Words.Number(r.Number("default_decrement"), 2)} beside λ = {Words.Number(r.Number("lambda"))}, {r.Text("default_verdict")})")))}"));
            if (trained.Length > 0)
            {
                double[] beyond = [.. trained.Select(r => Math.Max(0, Math.Abs(r.Number("default") - r.Number("lambda")) - (3 * r.Number("default_error"))) / r.Number("lambda"))];
                comparisons.Add(new($"{group.Name}: default (λ̂ − λ)/λ at a minimum", "“accuracy is maintained”; no numbers given", Range(trained, "default"), Words.Median(beyond) < 0.02 && beyond.Max() < 0.1, $"λ of the true rank, global; beyond three standard errors at most {Words.Percent(beyond.Max())}"));
                var apart = trained.Max(r => Math.Abs(r.Number("default") - r.Number("behavioural")) - (4 * Math.Sqrt(Square(r.Number("default_error")) + Square(r.Number("behavioural_error")))) - r.Number("default_decrement"));
                comparisons.Add(new($"{group.Name}: default and behavioural λ̂ at a minimum", "equal", $"largest difference beyond 4 standard errors and the decrement {Words.Number(Math.Max(apart, 0), 3)}", apart < 0.02 * trained.Max(r => r.Number("lambda")), "the same function to within the decrement"));
                comparisons.Add(new($"{group.Name}: plain SGLD at a minimum, (λ̂ − λ)/λ", "as at the true parameter: mostly 10 % high to 40 % low (authors' records)", Range(trained, "plain"), null, $"{Words.Number(trained.Max(r => r.Number("plain_steps")))} steps of ε = {Words.Number(trained[0].Number("plain_step_size"))}"));
            }
            foreach (var r in off)
                comparisons.Add(new($"{r.Key}, training not ended: behavioural λ̂", $"λ of the true rank: {Words.Number(r.Number("lambda"))}", Of(r, "behavioural"), null, $"λ̂ on the teacher's targets is {Of(r, "default")} with a Newton decrement of {Words.Number(r.Number("default_decrement"), 3)} and the verdict {r.Text("default_verdict")}"));
        }
        if (table.Count == 0) return new ExperimentResult();
        double[] lambdas = [.. rows.All.Select(r => r.Number("lambda"))];
        return new ExperimentResult
        {
            Comparisons = comparisons,
            Tables = [new("λ̂ at trained parameters", ["network", "widths and true rank", "learning rate", "train loss", "λ of the true rank", "λ_quad", "default", "behavioural", "plain SGLD", "Newton decrement", "verdict", "verdict of plain"], table)],
            Charts =
            [
                new("scatter", "Estimated at trained parameters against exact λ of the true rank", "exact λ", "λ̂",
                    [.. s_kinds.Select(kind => new Series(kind, SeriesStyle.Points, [.. rows.All.Select(r => new SeriesPoint(r.Number("lambda"), r.Number(kind), r.Number($"{kind}_error")))])),
                        Series.Of("λ̂ = λ", SeriesStyle.Exact, [(lambdas.Min(), lambdas.Min()), (lambdas.Max(), lambdas.Max())])]) { LogX = true },
                new("decrement", "How far from a minimum training ended", "train loss", "Newton decrement / λ", [Series.Of("networks", SeriesStyle.Points, rows.All.Select(r => (r.Number("train_loss"), r.Number("default_decrement") / r.Number("lambda"))))]) { LogX = true, LogY = true },
            ],
            Findings =
            [
                "Where training has reached a minimum, λ̂ there is the global λ of the true rank, within a few per cent: as far as the chains at γ = 1 can tell, SGD from a random start has not ended at points of larger λ. Plain SGLD at the same points errs as it does at the true parameter.",
                "Where it has not, the Newton decrement says so, and λ̂ on the teacher's targets is too low, or negative; the behavioural λ̂ is that of the function the network has then, whose rank is full.",
                "The learning rate of the paper, 0.01, diverges for some networks on inputs of variance 33; they were trained with the largest of 0.003, 0.001, … that does not, as the table says. What the authors did with such networks is not reported.",
            ],
        };
    }

    private static bool IsTrained(ExperimentRow row) => row.Number("default_decrement") <= SmallDecrement * row.Number("lambda");

    private static double Square(double v) => v * v;

    private static string Of(ExperimentRow row, string kind) => Words.WithError(row.Number(kind), row.Number($"{kind}_error"));

    private static string Range(ExperimentRow[] rows, string kind)
    {
        double[] off = [.. rows.Select(r => (r.Number(kind) / r.Number("lambda")) - 1)];
        return $"median {Words.Percent(Words.Median(off))}, from {Words.Percent(Words.Quantile(off, 0))} to {Words.Percent(Words.Quantile(off, 1))}";
    }

    private static JsonObject Run(Group group, Plan plan, ulong seed, JobScope scope)
    {
        var tiny = group.Name is Tiny or Short;
        var ranges = NetworkGroup.All[tiny ? "1K" : group.Name];
        int[] widths = tiny ? [6, 8, 7, 5] : ranges.Draw(seed);
        // Of the tiny networks one has full rank, one rank 2.
        var teacher = DeepLinearTeacher.Draw(widths, tiny ? seed % 2 == 0 ? [6, 2, 5] : [6, 7, 5] : null, seed, scope.Threads);
        var samples = tiny ? 10_000 : ranges.Samples;
        using var team = new WorkTeam(scope.Threads);
        var data = new TeacherDataSet(teacher.Product(team), widths[^1], widths[0], samples, seed);
        var (trained, rate) = Train(widths, data, plan.TrainingSteps, seed, scope);
        var product = LinearChain.Of(teacher.Network, trained)!.Product(team);
        var own = new TeacherDataSet(product, widths[^1], widths[0], samples, seed);
        var options = new EstimationOptions { Gamma = 1, Seed = seed, Threads = scope.Threads };
        var plain = options with { Sampler = "sgld", StepSize = group.Name == "100K" ? 1e-7 : 5e-7, Steps = plan.PlainSteps, BatchSize = BatchSize, Chains = 1 };
        LearningCoefficientEstimate Estimate(DataSet targets, EstimationOptions with) => scope.Estimate(TrueNetwork.At(teacher.Network, SquaredError.Mean, targets, trained, scope), with);
        var (here, behavioural, sgld) = (Estimate(data, options), Estimate(own, options), Estimate(data, plain));
        return new JsonObject
        {
            ["widths"] = EstimateRow.Numbers(widths.Select(w => (double)w)),
            ["rank"] = teacher.ProductRank,
            ["lambda"] = (double)DeepLinear.Coefficient(widths, teacher.ProductRank).Lambda,
            ["learning_rate"] = rate,
            ["train_loss"] = EstimateRow.Number(here.BaselineLoss),
            ["singular_values"] = EstimateRow.Numbers(Matrix<double>.Build.Dense(widths[^1], widths[0], (i, j) => product[(i * widths[0]) + j]).Svd(false).S),
            ["default"] = EstimateRow.Number(here.LambdaHat),
            ["default_error"] = EstimateRow.Number(here.StandardError),
            ["default_verdict"] = here.Verdict.Name(),
            ["default_decrement"] = EstimateRow.Number(here.Evidence.NewtonDecrement),
            ["default_quad"] = EstimateRow.Number(here.Evidence.Quadratic?.Value),
            ["behavioural"] = EstimateRow.Number(behavioural.LambdaHat),
            ["behavioural_error"] = EstimateRow.Number(behavioural.StandardError),
            ["behavioural_verdict"] = behavioural.Verdict.Name(),
            ["plain"] = EstimateRow.Number(sgld.LambdaHat),
            ["plain_error"] = EstimateRow.Number(sgld.StandardError),
            ["plain_verdict"] = sgld.Verdict.Name(),
            ["plain_acceptance"] = EstimateRow.Number(sgld.Acceptance),
            ["plain_steps"] = plan.PlainSteps,
            ["plain_step_size"] = sgld.Options.StepSize,
        };
    }

    // With the paper's learning rate, or the largest below it that does not diverge.
    private static (float[] W, double Rate) Train(int[] widths, DataSet data, int steps, ulong seed, JobScope scope)
    {
        var task = TrainingTask.DeepLinear(widths);
        foreach (var rate in s_rates)
        {
            try
            {
                var run = (task with { Optimizer = task.Optimizer with { LearningRate = rate }, Options = task.Options with { Steps = steps, BatchSize = BatchSize, EvaluateEvery = steps, Seed = seed + 1_000_003 } }).Run(data, store: scope.NextStore(), cancellation: scope.Cancellation);
                if (double.IsFinite(run.Final.TrainLoss)) return (run.Parameters, rate);
            }
            catch (InvalidInputException) when (rate > s_rates[^1])
            {
                // Diverged: the next smaller one.
            }
        }
        throw new InvalidInputException($"training a network of widths {string.Join('-', widths)} diverged at every learning rate down to {s_rates[^1]}");
    }

    private sealed record Plan(int Networks, int TrainingSteps, int PlainSteps);

    private sealed record Group(string Name, Plan Smoke, Plan Default, Plan Full)
    {
        public Plan Plan(ExperimentSize size) => size switch { ExperimentSize.Smoke => Smoke, ExperimentSize.Default => Default, _ => Full };
    }
}
