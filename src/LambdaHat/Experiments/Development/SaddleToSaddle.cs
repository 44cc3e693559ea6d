using System.Text.Json.Nodes;
using LambdaHat.Data;
using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;
using LambdaHat.Theory;
using LambdaHat.Tracking;
using LambdaHat.Training;
using MathNet.Numerics.LinearAlgebra;

namespace LambdaHat.Experiments.Development;

/// <summary>
/// A deep linear network from a tiny start, W_l ~ N(0, w^(−a)) with w the width and a from 1.5 to 3, trained by gradient descent: it visits saddles of growing rank (Jacot et al. 2021). At every checkpoint λ̂ is estimated on the data
/// relabelled by the network itself, so that the checkpoint is a global minimum, with one nβ and γ for all; beside it training loss, rank and nuclear norm of the product, and Aoyagi's λ of each rank.
/// </summary>
/// <remarks>
/// Transitions are found in three ways that share nothing: the rank counts singular values of the product above half the teacher's; the curves of λ̂, with its errors, and of ln(L + L₀/1000), as if
/// known to 10 %, are each cut into segments by <see cref="ChangePoints"/>. A jump is a segment of few checkpoints or a gap between two: it is placed where a curve's change comes closest to that of the rank.
/// </remarks>
public sealed class SaddleToSaddle : Experiment
{
    private const int Samples = 10_000;
    private const double Localisation = 1;
    private const string Training = "training";

    /// <inheritdoc/>
    public override string Name => "saddle-to-saddle";

    /// <inheritdoc/>
    public override string Title => "λ̂ along saddle-to-saddle training of a deep linear network";

    /// <inheritdoc/>
    public override string Source => "Furman and Lau 2024, Section 4.2, Figures 5, 9 and 10, Appendix E.2; Jacot et al. 2021";

    /// <inheritdoc/>
    public override string Cost(ExperimentSize size) => size switch { ExperimentSize.Smoke => "4 s", ExperimentSize.Default => "3 min", _ => "1 h" };

    /// <inheritdoc/>
    public override IReadOnlyList<ExperimentJob> Jobs(ExperimentSize size, ulong seed)
    {
        var plan = Plan.Of(size);
        return
        [
            .. from run in plan.Runs
               from job in (ExperimentJob[])
               [
                   new($"{run.Name} {Training}", scope => Train(run, seed, scope)),
                   .. Enumerable.Range(0, run.Checkpoints).Select(c => new ExperimentJob(Key(run, c), scope => Estimate(run, c, seed, scope))),
               ]
               select job,
        ];
    }

    /// <inheritdoc/>
    public override ExperimentResult Summarise(ExperimentSize size, ExperimentRows rows)
    {
        List<Comparison> comparisons = [];
        List<Chart> charts = [];
        List<IReadOnlyList<string>> table = [];
        foreach (var run in Plan.Of(size).Runs)
        {
            if (rows.Find($"{run.Name} {Training}") is not { } training) continue;
            ExperimentRow[] points = [.. Enumerable.Range(0, run.Checkpoints).Select(c => rows.Find(Key(run, c))).OfType<ExperimentRow>()];
            if (points.Length == 0) continue;
            double[] step = [.. points.Select(p => p.Number("step"))], loss = [.. points.Select(p => p.Number("loss"))], lambda = [.. points.Select(p => p.Number("lambda_hat"))], error = [.. points.Select(p => p.Number("standard_error"))];
            double[] ranks = [.. points.Select(p => p.Number("rank"))], nuclear = [.. points.Select(p => p.Number("nuclear_norm"))];
            charts.AddRange(Draw(run, step, loss, lambda, error, ranks, nuclear));
            if (points.Length < run.Checkpoints) continue;
            int[] changes = [.. Enumerable.Range(1, points.Length - 1).Where(c => ranks[c] != ranks[c - 1])];
            var floor = loss[0] / 1000;
            var byLoss = ChangePoints.Of([.. loss.Select((l, i) => new CurvePoint(step[i], Math.Log(l + floor), 0.1))]);
            var byLambda = ChangePoints.Of([.. lambda.Select((l, i) => new CurvePoint(step[i], l, error[i]))]);
            var whole = (int)ranks[^1] == run.Singular.Length && ranks[0] == 0;
            comparisons.Add(new($"{run.Name}: rank of the product", $"0, 1, …, {run.Singular.Length} in turn", string.Join(", ", ranks.Distinct().Select(r => Words.Number(r))), whole && ranks.SequenceEqual(ranks.Order()), "singular values above half the teacher's; never falling"));
            comparisons.Add(new($"{run.Name}: changes found", $"{run.Singular.Length} jumps", $"{changes.Length} of the rank, {byLoss.Changes.Count} of the loss, {byLambda.Changes.Count} of λ̂", null, "a jump that takes several checkpoints is a segment of its own, with a change at either end"));
            for (var k = 0; k < changes.Length; k++)
            {
                var at = changes[k];
                var (inLoss, inLambda) = (Nearest(byLoss, at), Nearest(byLambda, at));
                comparisons.Add(new($"{run.Name}: jump {k + 1}", "loss, rank and λ̂ jump together (figures)", $"step {Words.Number(step[at])} by the rank; {At(inLoss, step)} by the loss; {At(inLambda, step)} by λ̂", Near(inLoss, at) && Near(inLambda, at),
                    $"{Words.Number(step[1] - step[0])} steps between checkpoints; three of them are allowed, as a jump takes several and the curves pass their halves at different times"));
            }
            int[] edges = [0, .. changes, points.Length];
            double previous = double.NaN, previousExact = double.NaN;
            for (var k = 0; k + 1 < edges.Length; k++)
            {
                // The middle half of a plateau.
                var (from, to) = (edges[k] + ((edges[k + 1] - edges[k]) / 4), edges[k + 1] - ((edges[k + 1] - edges[k]) / 4));
                if (to <= from) (from, to) = (edges[k], edges[k + 1]);
                var rank = (int)ranks[from];
                var (mean, exact) = (lambda[from..to].Average(), (double)DeepLinear.Coefficient(run.Widths, rank).Lambda);
                table.Add([$"{run.Name}, rank {rank}", $"{Words.Number(step[edges[k]])} to {Words.Number(step[edges[k + 1] - 1])}", Words.Number(loss[from..to].Average(), 3), Words.Number(mean), Words.Number(exact), Words.Percent((mean / exact) - 1)]);
                var rise = exact - previousExact;
                if (k > 0) comparisons.Add(new($"{run.Name}: λ̂ rises with rank {rank}", $"by {Words.Number(rise)} (Aoyagi)", Words.Number(mean - previous), rise < 1 ? null : Math.Abs(mean - previous - rise) < 0.8, "means over the middle half of each plateau; 0.8 are allowed for the logarithms of the multiplicities and for γ"));
                (previous, previousExact) = (mean, exact);
            }
            // At the end the product is the teacher's: λ of its rank, less what nβ and γ have not resolved of the flatter directions.
            var last = (double)DeepLinear.Coefficient(run.Widths, run.Singular.Length).Lambda;
            comparisons.Add(new($"{run.Name}: λ̂ at the end", $"λ = {Words.Number(last)} of rank {run.Singular.Length}", Words.WithError(lambda[^1], error[^1]), Math.Abs(lambda[^1] - last) < (4 * error[^1]) + (0.15 * last), "15 % are allowed for the logarithm and for γ at this nβ"));
        }
        return new ExperimentResult
        {
            Comparisons = comparisons,
            Charts = charts,
            Tables = table.Count == 0 ? [] : [new("Plateaus", ["network and rank", "steps", "mean loss", "λ̂, middle half", "Aoyagi's λ of the rank", "off by"], table)],
            Findings = comparisons.Count == 0 ? [] :
            [
                "Every singular value of the teacher is learnt by a jump; training loss, rank and λ̂, each located on its own, jump at the same checkpoints. λ̂ is estimated on the network's own outputs: on the teacher's targets a saddle is no minimum and λ̂ would be negative.",
                $"At {rows.All.Count(r => r.Text("verdict") == "over-localised")} of {rows.All.Count(r => r.Json.ContainsKey("verdict"))} checkpoints, near the origin, the verdict is over-localised: γ = {Words.Number(Localisation)} is as strong as what curvature there is, and takes a few per cent off λ̂ of all plateaus.",
                "Where the hidden layers are more than twice as wide as input and output (10 and 100), Aoyagi's λ is 50 at every rank: there a jump of λ̂ would be a matter of where the chain is held, not of λ. Widths of 10 throughout let λ rise with every rank.",
                "Width, depth, learning rate, teacher and SGLD settings of the paper's figures are lost in the copy at hand; ours are stated in the rows. The paper estimates by SGLD at every step; here each layer is drawn exactly (Gibbs sampling).",
            ],
        };
    }

    private static ChangePoint? Nearest(ChangePoints curve, int at) => curve.Changes.MinBy(c => Math.Abs(c.Index - at));

    private static bool Near(ChangePoint? change, int at) => change is not null && change.Earliest - 3 <= at && at <= change.Latest + 3;

    private static string At(ChangePoint? change, double[] step) => change is null ? "none" : $"{Words.Number(step[change.Index])} ({Words.Number(step[change.Earliest])} to {Words.Number(step[change.Latest])})";

    private static IEnumerable<Chart> Draw(Run run, double[] step, double[] loss, double[] lambda, double[] error, double[] ranks, double[] nuclear)
    {
        var id = string.Concat(run.Name.Where(char.IsAsciiLetterOrDigit));
        var exact = Enumerable.Range(0, run.Singular.Length + 1).Select(r => Series.Of($"λ of rank {r}", SeriesStyle.Exact, [(step[0], (double)DeepLinear.Coefficient(run.Widths, r).Lambda), (step[^1], (double)DeepLinear.Coefficient(run.Widths, r).Lambda)]));
        yield return new($"lambda-{id}", $"λ̂ along training, {run.Name}", "step", "λ̂", [new("λ̂", SeriesStyle.Points, [.. step.Select((s, i) => new SeriesPoint(s, lambda[i], error[i]))]), .. exact]);
        yield return new($"loss-{id}", $"Training loss, {run.Name}", "step", "loss", [Series.Of("loss", SeriesStyle.Line, step.Zip(loss))]) { LogY = true };
        yield return new($"rank-{id}", $"Rank and nuclear norm of the product, {run.Name}", "step", "rank, nuclear norm / mean singular value of the teacher", [Series.Of("rank", SeriesStyle.Line, step.Zip(ranks)), Series.Of("nuclear norm, scaled", SeriesStyle.Line, step.Zip(nuclear.Select(v => v / run.Singular.Average())))]);
    }

    private static string Key(Run run, int checkpoint) => $"{run.Name} checkpoint {checkpoint + 1}";

    // Inputs N(0, 1), teacher U·diag(s)·Vᵀ with random orthogonal U and V.
    private static (float[] Inputs, float[] Teacher) Draw(Run run, ulong seed)
    {
        var (rows, columns) = (run.Widths[^1], run.Widths[0]);
        var inputs = new float[Samples * columns];
        GaussianNoise.Fill(new RandomStream(seed, RandomPurpose.Data, 0, 0), inputs);
        Matrix<double> Orthogonal(int size, int chain)
        {
            var noise = new float[size * size];
            GaussianNoise.Fill(new RandomStream(seed, RandomPurpose.Initialisation, 1000 + chain, 0), noise);
            return Matrix<double>.Build.Dense(size, size, (i, j) => noise[(i * size) + j]).QR().Q;
        }
        var (u, v) = (Orthogonal(rows, 0), Orthogonal(columns, 1));
        var teacher = u * Matrix<double>.Build.Dense(rows, columns, (i, j) => i == j && i < run.Singular.Length ? run.Singular[i] : 0) * v.Transpose();
        return (inputs, [.. teacher.ToRowMajorArray().Select(t => (float)t)]);
    }

    private static ArrayDataSet Labelled(Run run, float[] inputs, float[] map)
    {
        var (rows, columns) = (run.Widths[^1], run.Widths[0]);
        var targets = new float[Samples * rows];
        for (var s = 0; s < Samples; s++)
            for (var o = 0; o < rows; o++)
            {
                var sum = 0.0;
                for (var i = 0; i < columns; i++) sum += (double)map[(o * columns) + i] * inputs[(s * columns) + i];
                targets[(s * rows) + o] = (float)sum;
            }
        return new ArrayDataSet(inputs, columns, targets, rows);
    }

    private static JsonObject Train(Run run, ulong seed, JobScope scope)
    {
        var (inputs, teacher) = Draw(run, seed);
        var task = TrainingTask.DeepLinear(run.Widths);
        var start = new float[task.Network.Dimension];
        GaussianNoise.Fill(new RandomStream(seed, RandomPurpose.Initialisation, 0, 0), start);
        var spread = Math.Pow(run.Widths[1], -run.Exponent / 2);
        for (var i = 0; i < start.Length; i++) start[i] = (float)(spread * start[i]);
        // Gradient descent on all samples, at the price of a few: the loss depends on the product through the second moments only.
        var moments = new LinearNetworkObjective(task.Network, SquaredError.Mean, Labelled(run, inputs, teacher), start);
        var kept = new CheckpointRecord();
        var options = new TrainingOptions { Steps = run.Steps, BatchSize = null, EvaluateEvery = run.Steps, Checkpoints = run.Checkpoints };
        new Trainer(task.Network, SquaredError.Mean, options).Run(start, new Sgd(start.Length, run.Rate), moments.Equivalent.Data, checkpoint: kept.Keep, store: scope.NextStore(), beside: kept.Section, cancellation: scope.Cancellation);
        return StoredParameters.Row(kept).With(new JsonObject
        {
            ["widths"] = EstimateRow.Numbers(run.Widths.Select(w => (double)w)),
            ["singular_values"] = EstimateRow.Numbers(run.Singular),
            ["learning_rate"] = run.Rate,
            ["initial_spread"] = spread,
            ["n"] = Samples,
        });
    }

    private static JsonObject Estimate(Run run, int checkpoint, ulong seed, JobScope scope)
    {
        var training = scope.Needed($"{run.Name} {Training}");
        var w = StoredParameters.Read(training, checkpoint);
        var network = TrainingTask.DeepLinear(run.Widths).Network;
        var (inputs, teacher) = Draw(run, seed);
        using var team = new WorkTeam(scope.Threads);
        var product = LinearChain.Of(network, w)!.Product(team);
        var own = Labelled(run, inputs, product);
        var estimate = scope.Estimate(TrueNetwork.At(network, SquaredError.Mean, own, w, scope), new EstimationOptions { Gamma = Localisation, Tolerance = run.Tolerance, Seed = seed + (ulong)checkpoint, Threads = scope.Threads });
        var singular = Matrix<double>.Build.Dense(run.Widths[^1], run.Widths[0], (i, j) => product[(i * run.Widths[0]) + j]).Svd(false).S;
        return EstimateRow.Of(estimate).With(new JsonObject
        {
            ["step"] = training.Numbers("step")[checkpoint],
            ["loss"] = FullPass.MeanLoss(network, SquaredError.Mean, Labelled(run, inputs, teacher), w),
            ["rank"] = singular.Take(run.Singular.Length).Where((s, i) => s > run.Singular[i] / 2).Count(),
            ["nuclear_norm"] = singular.Sum(),
            ["singular"] = EstimateRow.Numbers(singular),
        });
    }

    private sealed record Run(string Name, int[] Widths, double[] Singular, double Exponent, double Rate, int Steps, int Checkpoints, double Tolerance);

    private sealed record Plan(Run[] Runs)
    {
        public static Plan Of(ExperimentSize size) => size switch
        {
            ExperimentSize.Smoke => new([new("4 layers, width 6", [6, 6, 6, 6, 6], [4, 2.5], 3, 0.05, 1600, 33, 0.05)]),
            ExperimentSize.Default => new([new("3 layers, width 10", [10, 10, 10, 10], [5, 3, 1.8], 3, 0.02, 2000, 81, 0.02), new("4 layers, width 10", [10, 10, 10, 10, 10], [5, 3.5, 2.4], 2.5, 0.05, 3200, 81, 0.02)]),
            _ => new([new("3 layers, width 10", [10, 10, 10, 10], [5, 3, 1.8], 3, 0.01, 4000, 401, 0.01), new("4 layers, width 10", [10, 10, 10, 10, 10], [5, 3.5, 2.4], 2.5, 0.02, 8000, 401, 0.01), new("4 layers, width 100", [10, 100, 100, 100, 10], [5, 3.5, 2.4], 1.5, 0.01, 8000, 201, 0.01)]),
        };
    }
}
