using System.Text.Json.Nodes;
using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Networks;

namespace LambdaHat.Experiments.Networks;

/// <summary>
/// A hidden ReLU layer (weights and biases) times α, the weights above it divided by α: the same function and the same λ, α over eight orders of magnitude. Plain SGLD without a preconditioner, with the hand-set one of the
/// paper (α² below, α⁻² above), and the default, whose metric learns the scales; γ = 0 as in the paper, γ in units of each block's own size, and γ in plain coordinates, which breaks the invariance.
/// </summary>
public sealed class Rescaling : Experiment
{
    private const int Samples = 10_000;
    private const double PaperStepSize = 1e-5;

    private static readonly (int[] Widths, double Low, double High)[] s_networks = [([10, 20, 10], 164.7, 168.5), ([20, 30, 20], 533, 542), ([30, 40, 30], 1102, 1119)];
    private static readonly string[] s_modes = ["none", "hand", "learned γ=0", "learned relative", "learned plain"];

    /// <inheritdoc/>
    public override string Name => "rescaling";

    /// <inheritdoc/>
    public override string Title => "Invariance under the rescaling symmetry of ReLU networks";

    /// <inheritdoc/>
    public override string Source => "Furman and Lau 2024, Section 4.4 and Figure 6, numbers from the authors' records";

    /// <inheritdoc/>
    public override string Cost(ExperimentSize size) => size switch { ExperimentSize.Smoke => "10 s", ExperimentSize.Default => "15 min", _ => "2 h" };

    /// <inheritdoc/>
    public override IReadOnlyList<ExperimentJob> Jobs(ExperimentSize size, ulong seed)
    {
        var networks = size == ExperimentSize.Smoke ? 1 : 3;
        string[] modes = size == ExperimentSize.Smoke ? ["none", "hand", "learned relative"] : s_modes;
        return [.. from i in Enumerable.Range(0, networks) from mode in modes from alpha in Scales(size) select new ExperimentJob(Key(s_networks[i].Widths, mode, alpha), scope => Run(s_networks[i].Widths, mode, alpha, size, seed, scope))];
    }

    /// <inheritdoc/>
    public override ExperimentResult Summarise(ExperimentSize size, ExperimentRows rows)
    {
        List<Comparison> comparisons = [];
        List<Chart> charts = [];
        foreach (var (widths, low, high) in s_networks)
        {
            List<Series> series = [];
            foreach (var mode in s_modes)
            {
                var found = Scales(size).Select(a => rows.Find(Key(widths, mode, a))).OfType<ExperimentRow>().ToArray();
                if (found.Length == 0) continue;
                series.Add(new(mode, SeriesStyle.Points, [.. found.Select(r => new SeriesPoint(r.Number("alpha"), r.Number("lambda_hat"), r.Number("standard_error")))]));
                var usable = found.Where(r => double.IsFinite(r.Number("lambda_hat"))).ToArray();
                var apart = Farthest(usable);
                var invariant = mode is not ("none" or "learned plain");
                var span = usable.Length == 0 ? "nothing finite" : $"{Words.Number(usable.Min(r => r.Number("lambda_hat")))} to {Words.Number(usable.Max(r => r.Number("lambda_hat")))}";
                comparisons.Add(new($"{string.Join('-', widths)}, {mode}: λ̂ over {found.Length} scales", mode == "hand" ? $"{Words.Number(low)} to {Words.Number(high)}" : invariant ? "one value" : "to depend on α",
                    $"{span}{(usable.Length < found.Length ? $", {found.Length - usable.Length} diverged" : "")}", invariant ? usable.Length == found.Length && apart < 4 : usable.Length < found.Length || apart > 4,
                    $"the farthest lies {Words.Number(apart, 2)} standard errors from the mean"));
            }
            if (series.Count > 0) charts.Add(new($"alpha-{string.Join('-', widths)}", $"λ̂ against the scale, {string.Join('-', widths)}", "α", "λ̂", series) { LogX = true });
        }
        return new ExperimentResult
        {
            Comparisons = comparisons,
            Charts = charts,
            Findings = comparisons.Count == 0 ? [] : ["The paper's values show invariance, not truth: 10,000 steps of ε = 1e-5 do not equilibrate these networks, and the hand-set preconditioner carries the same unfinished chain from α to α. The learned metric needs no knowledge of α."],
        };
    }

    private static double[] Scales(ExperimentSize size)
    {
        var count = size switch { ExperimentSize.Smoke => 3, ExperimentSize.Default => 9, _ => 17 };
        return [.. Enumerable.Range(0, count).Select(k => Math.Pow(10, -4 + (8.0 * k / (count - 1))))];
    }

    private static string Key(int[] widths, string mode, double alpha) => $"{string.Join('-', widths)} {mode} α={Words.Number(alpha, 3)}";

    private static double Farthest(ExperimentRow[] rows)
    {
        if (rows.Length == 0) return double.NaN;
        var mean = rows.Sum(r => r.Number("lambda_hat") / Math.Pow(r.Number("standard_error"), 2)) / rows.Sum(r => Math.Pow(r.Number("standard_error"), -2));
        return rows.Max(r => Math.Abs(r.Number("lambda_hat") - mean) / r.Number("standard_error"));
    }

    private static JsonObject Run(int[] widths, string mode, double alpha, ExperimentSize size, ulong seed, JobScope scope)
    {
        var teacher = ReluTeacher.Draw(widths, seed);
        // The data are those of the unscaled network; the scaled one is the same function but for rounding.
        var data = RealisableData.Draw(teacher.Network, teacher.Parameters, Samples, seed);
        float[] w = [.. teacher.Parameters];
        var blocks = teacher.Network.Blocks;
        foreach (var (block, factor) in ((ParameterBlock, double)[])[(blocks[0], alpha), (blocks[1], alpha), (blocks[2], 1 / alpha)])
            foreach (ref var entry in block.In(w.AsSpan())) entry = (float)(entry * factor);
        var plainGamma = 10.0 * w.Length / teacher.Parameters.Sum(v => (double)v * v);
        var steps = size == ExperimentSize.Smoke ? 300 : size == ExperimentSize.Default ? 2000 : 10_000;
        var options = new EstimationOptions { Seed = seed, Threads = scope.Threads };
        var paper = options with { Sampler = "sgld", StepSize = PaperStepSize, Gamma = 0, Steps = steps, BurnIn = 0.5, Chains = 2, AcceptanceEvery = 0 };
        var quick = size == ExperimentSize.Smoke ? 0.1 : 0.03;
        var estimate = scope.Estimate(TrueNetwork.At(teacher.Network, SquaredError.Mean, data, w, scope), mode switch
        {
            "none" => paper,
            "hand" => paper with { Preconditioner = [new(blocks[0].Name, alpha * alpha), new(blocks[1].Name, alpha * alpha), new(blocks[2].Name, 1 / (alpha * alpha))] },
            "learned γ=0" => options with { Sampler = "langevin", Gamma = 0, Tolerance = quick },
            "learned relative" => options with { Sampler = "langevin", Localisation = "relative", Tolerance = quick },
            _ => options with { Sampler = "langevin", Gamma = plainGamma, Tolerance = quick },
        });
        return EstimateRow.Of(estimate).With(new JsonObject { ["alpha"] = alpha });
    }
}
