using System.Text.Json.Nodes;
using LambdaHat.Data;
using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Tracking;
using LambdaHat.Training;

namespace LambdaHat.Experiments.Development;

/// <summary>
/// Addition modulo p, trained past memorisation until it generalises (Power et al. 2022): λ̂ with its error at every checkpoint, one set of hyperparameters for all (γ that of the last checkpoint), beside loss and accuracy on
/// training and test pairs; changes of λ̂ and of the test accuracy with the intervals in which they lie.
/// </summary>
public sealed class ModularAdditionDevelopment : Experiment
{
    private const string Training = "training";
    private const double TrainFraction = 0.8;

    /// <inheritdoc/>
    public override string Name => "development";

    /// <inheritdoc/>
    public override string Title => "λ̂ through memorisation and generalisation of modular addition";

    /// <inheritdoc/>
    public override string Source => "Furman and Lau 2024, Section 1 (phase transitions found by λ̂), after Chen et al. 2023 and Hoogland et al. 2024; the task of Power et al. 2022";

    /// <inheritdoc/>
    public override string Cost(ExperimentSize size) => size switch { ExperimentSize.Smoke => "5 s", ExperimentSize.Default => "5 min", _ => "8 h" };

    /// <inheritdoc/>
    public override IReadOnlyList<ExperimentJob> Jobs(ExperimentSize size, ulong seed)
    {
        var plan = Plan.Of(size);
        return [new(Training, scope => Train(plan, seed, scope)), .. Enumerable.Range(0, plan.Checkpoints).Select(c => new ExperimentJob(Key(c), scope => Estimate(plan, c, seed, scope)))];
    }

    /// <inheritdoc/>
    public override ExperimentResult Summarise(ExperimentSize size, ExperimentRows rows)
    {
        var plan = Plan.Of(size);
        ExperimentRow[] points = [.. Enumerable.Range(0, plan.Checkpoints).Select(c => rows.Find(Key(c))).OfType<ExperimentRow>()];
        ExperimentRow[] measured = [.. points.Where(p => p.Number("standard_error") > 0)];
        if (measured.Length < 2) return new ExperimentResult();
        double[] Of(string name) => [.. points.Select(p => p.Number(name))];
        double[] step = Of("step"), testAccuracy = Of("test_accuracy"), trainAccuracy = Of("train_accuracy");
        var byLambda = ChangePoints.Of([.. measured.Select(p => new CurvePoint(p.Number("step"), p.Number("lambda_hat"), p.Number("standard_error")))]);
        // A share of k test pairs, with the error that it has of them.
        var tests = points[0].Number("tests");
        var byAccuracy = ChangePoints.Of([.. points.Select(p => new CurvePoint(p.Number("step"), p.Number("test_accuracy"), Math.Sqrt(((p.Number("test_accuracy") * (1 - p.Number("test_accuracy"))) + (1 / tests)) / tests)))]);
        var (memorised, generalised) = (First(step, trainAccuracy, 0.99), First(step, testAccuracy, 0.5));
        double[] lambda = [.. measured.Select(p => p.Number("lambda_hat"))];
        var greatest = measured.MaxBy(p => p.Number("lambda_hat"))!;
        List<Comparison> comparisons =
        [
            new($"p = {plan.Modulus}: training pairs known", "all, in the end", Words.Percent(trainAccuracy[^1]), points.Length < plan.Checkpoints ? null : trainAccuracy[^1] > 0.99, $"from step {Words.Number(memorised)}"),
            new($"p = {plan.Modulus}: test pairs known", "all, long after the training pairs (Power et al. 2022)", Words.Percent(testAccuracy[^1]), size == ExperimentSize.Smoke || points.Length < plan.Checkpoints ? null : testAccuracy[^1] > 0.9, double.IsNaN(generalised) ? "not learnt at this size" : $"half of them from step {Words.Number(generalised)}"),
            new("λ̂ changes along training", "yes", $"{byLambda.Changes.Count} changes", byLambda.Changes.Count > 0, $"against a chance of 5 % that a flat curve shows any; {measured.Length} checkpoints, γ = {Words.Number(points[^1].Number("gamma"), 3)}, nβ = {Words.Number(points[^1].Number("nbeta"), 3)} for all"),
            new("largest λ̂", "between memorisation and generalisation", $"{Words.WithError(greatest.Number("lambda_hat"), greatest.Number("standard_error"))} at step {Words.Number(greatest.Number("step"))}", null, $"at the end {Words.WithError(lambda[^1], measured[^1].Number("standard_error"))}; d/2 = {Words.Number(points[0].Number("d") / 2)}"),
            .. Jumps("λ̂", byLambda, [.. measured.Select(p => p.Number("step"))]),
            .. Jumps("test accuracy", byAccuracy, step),
        ];
        int Verdicts(string name) => points.Count(p => p.Text("verdict") == name);
        return new ExperimentResult
        {
            Comparisons = comparisons,
            Charts =
            [
                new("lambda", "λ̂ along training", "step", "λ̂", [new("λ̂", SeriesStyle.Points, [.. measured.Select(p => new SeriesPoint(p.Number("step"), p.Number("lambda_hat"), p.Number("standard_error")))]), Series.Of("fitted segments", SeriesStyle.Exact, Fitted(byLambda, [.. measured.Select(p => p.Number("step"))]))]),
                new("accuracy", "Accuracy", "step", "share of pairs", [Series.Of("training", SeriesStyle.Line, step.Zip(trainAccuracy)), Series.Of("test", SeriesStyle.Line, step.Zip(testAccuracy)), Series.Of("test, fitted segments", SeriesStyle.Exact, Fitted(byAccuracy, step))]),
                new("loss", "Loss", "step", "cross-entropy", [Series.Of("training", SeriesStyle.Line, step.Zip(Of("train_loss"))), Series.Of("test", SeriesStyle.Line, step.Zip(Of("test_loss")))]) { LogY = true },
            ],
            Tables = [new("Checkpoints", ["step", "train loss", "test loss", "train accuracy", "test accuracy", "λ̂", "λ_quad", "Newton decrement", "verdict"],
                [.. points.Select(p => (string[])[Words.Number(p.Number("step")), Words.Number(p.Number("train_loss"), 3), Words.Number(p.Number("test_loss"), 3), Words.Percent(p.Number("train_accuracy")), Words.Percent(p.Number("test_accuracy")), Words.WithError(p.Number("lambda_hat"), p.Number("standard_error")), Words.Number(p.Number("lambda_quad")), Words.Number(p.Number("newton_decrement"), 3), p.Text("verdict")])])],
            Findings =
            [
                $"The verdict is not-a-minimum at {Verdicts("not-a-minimum")} and over-localised at {Verdicts("over-localised")} of {points.Length} checkpoints. With n = {Words.Number(points[0].Number("n"))} and nβ = n/ln n the curvature of a cross-entropy that is nearly zero is weak beside γ: λ̂ compares the checkpoints at one γ, and is no limit of small γ.",
                $"λ̂ is largest at step {Words.Number(greatest.Number("step"))}, where {Words.Percent(greatest.Number("train_accuracy"))} of the training pairs are known, and has fallen to {Words.Percent(lambda[^1] / greatest.Number("lambda_hat"))} of that at the end; half of the test pairs are known {(double.IsNaN(generalised) ? "at no checkpoint" : $"from step {Words.Number(generalised)}")}.",
                "Weight decay moves the weights although the loss has settled: the minimum of the loss with decay is none of the loss alone. The sources show no numbers for this task; what is compared is whether the transitions are there and where.",
            ],
        };
    }

    private static double First(double[] step, double[] share, double level)
    {
        var at = Array.FindIndex(share, s => s >= level);
        return at < 0 ? double.NaN : step[at];
    }

    private static IEnumerable<Comparison> Jumps(string what, ChangePoints changes, double[] step) => changes.Changes.Select((c, i) =>
        new Comparison($"change {i + 1} of {what}", "–", $"before step {Words.Number(step[c.Index])}: jump {Words.WithError(c.Jump, c.JumpError)}, slope {Words.Number(Slope(changes.Segments[i], step), 2)} then {Words.Number(Slope(changes.Segments[i + 1], step), 2)} a thousand steps", null, $"90 % interval: first checkpoint after it at step {Words.Number(step[c.Earliest])} to {Words.Number(step[c.Latest])}"));

    private static double Slope(CurveSegment segment, double[] step) => segment.Sloped ? 1000 * (segment.To - segment.From) / (step[segment.Last] - step[segment.First]) : 0;

    private static IEnumerable<(double, double)> Fitted(ChangePoints changes, double[] step) => changes.Segments.SelectMany(s => ((double, double)[])[(step[s.First], s.From), (step[s.Last], s.To), (step[s.Last], double.NaN)]);

    private static string Key(int checkpoint) => $"checkpoint {checkpoint + 1}";

    private static LoadedData Load(Plan plan, ulong seed) => DataSource.Load(DataSpec.Parse($"modular-addition:{plan.Modulus}"), split: new Split { TrainFraction = TrainFraction, Seed = seed });

    private static TrainingTask Task(Plan plan, ulong seed)
    {
        var task = TrainingTask.ModularAddition(plan.Modulus);
        return task with
        {
            Network = plan.Embedding is 0 ? task.Network : new Network(new Embedding(plan.Modulus, plan.Embedding, 2), new Dense(2 * plan.Embedding, plan.Hidden), new Relu(plan.Hidden), new Dense(plan.Hidden, plan.Modulus)),
            Options = task.Options with { Steps = plan.Steps, EvaluateEvery = plan.Steps, Checkpoints = plan.Checkpoints, Seed = seed },
        };
    }

    private static JsonObject Train(Plan plan, ulong seed, JobScope scope)
    {
        var kept = new CheckpointRecord();
        var last = Task(plan, seed).Run(Load(plan, seed).Train, checkpoint: kept.Keep, store: scope.NextStore(), beside: kept.Section, cancellation: scope.Cancellation).Parameters;
        return StoredParameters.Row(kept).With(new JsonObject { ["gamma"] = 10 * last.Length / last.Sum(v => (double)v * v) });
    }

    private static JsonObject Estimate(Plan plan, int checkpoint, ulong seed, JobScope scope)
    {
        var training = scope.Needed(Training);
        var (task, data, w) = (Task(plan, seed), Load(plan, seed), StoredParameters.Read(training, checkpoint));
        var estimate = scope.Estimate(TrueNetwork.At(task.Network, task.Loss, data.Train, w, scope), new EstimationOptions
        {
            Sampler = "langevin",
            Gamma = training.Number("gamma"),
            StepSize = 0.1,
            Steps = plan.Draws,
            BurnIn = 0.5,
            Seed = seed + (ulong)checkpoint,
            Threads = scope.Threads,
        });
        return EstimateRow.Of(estimate).With(new JsonObject
        {
            ["step"] = training.Numbers("step")[checkpoint],
            ["train_loss"] = estimate.BaselineLoss,
            ["test_loss"] = FullPass.MeanLoss(task.Network, task.Loss, data.Test!, w),
            ["train_accuracy"] = FullPass.Accuracy(task.Network, data.Train, w),
            ["test_accuracy"] = FullPass.Accuracy(task.Network, data.Test!, w),
            ["tests"] = data.Test!.Count,
            ["norm"] = Math.Sqrt(w.Sum(v => (double)v * v)),
        });
    }

    // An embedding of 0 stands for the task's own network.
    private sealed record Plan(int Modulus, int Embedding, int Hidden, int Steps, int Checkpoints, int Draws)
    {
        public static Plan Of(ExperimentSize size) => size switch
        {
            ExperimentSize.Smoke => new(7, 12, 24, 1500, 6, 600),
            ExperimentSize.Default => new(23, 24, 48, 8000, 41, 2000),
            _ => new(53, 0, 0, 5400, 61, 4000),
        };
    }
}
