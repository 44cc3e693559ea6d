using System.Text.Json.Nodes;
using LambdaHat.Estimation;

namespace LambdaHat.Experiments.Networks;

/// <summary>
/// The paper's ReLU network 10-20-20-10 of 850 parameters at its true parameter, over sizes of the data: plain SGLD and plain MALA with the paper's settings (ε = 1e-5, γ = 1, 10,000 steps, no burn-in), the default
/// estimate and, at its γ, HMC as the exact reference, beside λ_quad. SGLD and MALA agree with each other and not with the truth: neither has equilibrated.
/// </summary>
public sealed class SgldAgainstMala : Experiment
{
    private static readonly int[] s_widths = [10, 20, 20, 10];
    private static readonly (int Samples, double Sgld, double Mala, double MalaSeconds)[] s_paper =
        [(100, 54.9, 54.3, 322), (316, 86.7, 86.4, 213), (1000, 136.9, 140.0, 215), (3162, 211.2, 215.4, 229), (10_000, 294.9, 296.2, 272), (31_623, 349.3, 359.1, 383), (100_000, 355.8, 349.1, 1061)];

    /// <inheritdoc/>
    public override string Name => "sgld-vs-mala";

    /// <inheritdoc/>
    public override string Title => "SGLD, MALA and the default estimate on a ReLU network of 850 parameters";

    /// <inheritdoc/>
    public override string Source => "Furman and Lau 2024, Section 4.3 and Figure 3, numbers from the authors' records";

    /// <inheritdoc/>
    public override string Cost(ExperimentSize size) => size switch { ExperimentSize.Smoke => "5 s", ExperimentSize.Default => "12 min", _ => "3 h" };

    /// <inheritdoc/>
    public override IReadOnlyList<ExperimentJob> Jobs(ExperimentSize size, ulong seed)
    {
        var (first, seeds, steps) = size switch { ExperimentSize.Smoke => (2, 1, 100), ExperimentSize.Default => (0, 1, 2000), _ => (0, 5, 10_000) };
        return
        [
            .. from paper in size == ExperimentSize.Smoke ? s_paper[first..(first + 1)] : s_paper
               from i in Enumerable.Range(0, seeds)
               from method in (string[])["sgld", "mala", "hmc", "default"]
               select new ExperimentJob($"n={Words.Count(paper.Samples)} {method} {i + 1}", scope => Run(paper.Samples, method, steps, size == ExperimentSize.Smoke ? 0.03 : 0.01, seed + (ulong)i, scope)),
        ];
    }

    /// <inheritdoc/>
    public override ExperimentResult Summarise(ExperimentSize size, ExperimentRows rows)
    {
        List<Comparison> comparisons = [];
        List<IReadOnlyList<string>> table = [];
        List<(double, double)> quads = [], theirs = [];
        Dictionary<string, List<SeriesPoint>> points = new() { ["sgld"] = [], ["mala"] = [], ["hmc"] = [], ["default"] = [] };
        foreach (var paper in s_paper)
        {
            ExperimentRow[] Of(string method) => [.. rows.Beginning($"n={Words.Count(paper.Samples)} {method} ")];
            ExperimentRow[] sgld = Of("sgld"), mala = Of("mala"), hmc = Of("hmc"), ours = Of("default");
            if (ours.Length == 0 || hmc.Length == 0) continue;
            double Mean(ExperimentRow[] set, string name = "lambda_hat") => set.Length == 0 ? double.NaN : set.Average(r => r.Number(name));
            var quad = Mean(ours, "lambda_quad");
            var (exact, error) = (Mean(hmc), Math.Sqrt(Math.Pow(ours[0].Number("standard_error"), 2) + Math.Pow(hmc[0].Number("standard_error"), 2)));
            table.Add([Words.Count(paper.Samples), Words.Number(paper.Sgld), Words.Number(Mean(sgld)), Words.Number(paper.Mala), Words.Number(Mean(mala)), Words.WithError(Mean(ours), ours[0].Number("standard_error")), Words.WithError(exact, hmc[0].Number("standard_error")), Words.Number(quad), Words.Number(Mean(ours, "gamma"), 3),
                Words.Number(paper.MalaSeconds), Words.Number(Mean(sgld, "sampling_seconds"), 3), Words.Number(Mean(mala, "sampling_seconds"), 3), Words.Number(Mean(ours, "sampling_seconds"), 3), string.Join(", ", sgld.Concat(mala).Concat(ours).Select(r => r.Text("verdict")).Distinct())]);
            comparisons.Add(new($"n = {Words.Count(paper.Samples)}: default λ̂ against HMC at the same nβ and γ", Words.WithError(exact, hmc[0].Number("standard_error")), Words.WithError(Mean(ours), ours[0].Number("standard_error")), Math.Abs(Mean(ours) - exact) < (3 * error) + (0.025 * exact),
                $"λ_quad {Words.Number(quad)}, {Words.Percent((quad / exact) - 1)} from HMC: bends of the landscape; the paper's SGLD and MALA at γ = 1: {Words.Number(paper.Sgld)} and {Words.Number(paper.Mala)}"));
            quads.Add((paper.Samples, quad));
            theirs.Add((paper.Samples, paper.Mala));
            foreach (var (method, set) in (ReadOnlySpan<(string, ExperimentRow[])>)[("sgld", sgld), ("mala", mala), ("hmc", hmc), ("default", ours)])
                if (set.Length > 0) points[method].Add(new(paper.Samples, Mean(set), set[0].Number("standard_error")));
        }
        return table.Count == 0 ? new ExperimentResult() : new ExperimentResult
        {
            Comparisons = comparisons,
            Tables = [new("λ̂ and seconds of sampling", ["n", "SGLD, paper", "SGLD", "MALA, paper", "MALA", "default", "HMC", "λ_quad", "γ of the default", "MALA s, paper", "SGLD s", "MALA s", "default s", "verdicts"], table)],
            Charts = [new("size", "λ̂ against the size of the data", "n", "λ̂",
                [new("SGLD, plain, γ = 1", SeriesStyle.Points, points["sgld"]), new("MALA, plain, γ = 1", SeriesStyle.Points, points["mala"]), new("default", SeriesStyle.Points, points["default"]), new("HMC at the default's γ", SeriesStyle.Points, points["hmc"]), Series.Of("MALA, the paper's", SeriesStyle.Line, theirs), Series.Of("λ_quad at the default's γ", SeriesStyle.Exact, quads)]) { LogX = true }],
            Findings = ["At γ = 1 and ε = 1e-5, SGLD and MALA move the same soft directions equally little: that they agree is no evidence that either is right. The default takes a γ that keeps the chain near w*, where it agrees with HMC, which accepts or rejects exactly, at the same γ; λ_quad is the same but for the bends of the landscape, which matter most for few data."],
        };
    }

    private static JsonObject Run(int samples, string method, int steps, double tolerance, ulong seed, JobScope scope)
    {
        var objective = TrueNetwork.Relu(s_widths, samples, seed, scope);
        var options = new EstimationOptions { Seed = seed, Threads = scope.Threads };
        options = method switch
        {
            "sgld" => options with { Sampler = "sgld", StepSize = 1e-5, Gamma = 1, BatchSize = 32, Steps = steps, BurnIn = 0, Chains = 2, AcceptanceEvery = 10 },
            "mala" => options with { Sampler = "mala", Metric = "none", StepSize = 1e-5, Gamma = 1, Steps = steps, BurnIn = 0, Chains = 2 },
            "hmc" => options with { Sampler = "hmc", Tolerance = tolerance },
            _ => options,
        };
        return EstimateRow.Of(scope.Estimate(objective, options));
    }
}
