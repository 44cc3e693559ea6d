using System.Globalization;
using System.Text.Json.Nodes;
using LambdaHat.Estimation;
using LambdaHat.Experiments;

namespace LambdaHat.Bars;

/// <summary>The paper's ReLU network of 850 parameters as its own truth, at three sizes of data: λ̂ against a long run of HMC at the same nβ and γ, which bends of the landscape part from λ_quad, and all against half the rank of the Hessian.</summary>
internal sealed class ReluBar : Bar
{
    private const double ReferenceTolerance = 0.005, ReferenceMinutes = 10;
    public static readonly int[] Widths = [10, 20, 20, 10];
    private static readonly int[] s_sizes = [1000, 10_000, 100_000];

    public ReluBar(Arguments arguments) => arguments.Allow("relu");

    public override string Name => "relu";

    public override JsonObject Settings => new() { ["widths"] = string.Join(',', Widths), ["n"] = string.Join(',', s_sizes), ["gamma"] = "default", ["reference"] = "hmc at the same nβ and γ", ["reference_tolerance"] = ReferenceTolerance };

    public override IEnumerable<Job> Jobs() =>
        from n in s_sizes
        from seed in new ulong[] { 1, 2, 3 }
        from method in (string[])["default", "hmc"]
        select new Job($"{Key(n, seed)} {method}", _ => Run(n, seed, method));

    private static string Key(int n, ulong seed) => $"n={n.ToString(CultureInfo.InvariantCulture)} seed={seed}";

    // γ follows from the network alone, so that both have the same.
    private static JsonObject Run(int n, ulong seed, string method)
    {
        var options = new EstimationOptions { Seed = seed };
        return EstimateRow.Of(LearningCoefficient.Estimate(TrueNetwork.Relu(Widths, n, seed), method == "default" ? options : options with { Sampler = "hmc", Tolerance = ReferenceTolerance, MaxMinutes = ReferenceMinutes, Seed = seed + 100 }));
    }

    public override IEnumerable<string> Summarise(Rows rows)
    {
        var pairs = (from n in s_sizes from seed in new ulong[] { 1, 2, 3 } let run = rows.Find($"{Key(n, seed)} default") let reference = rows.Find($"{Key(n, seed)} hmc") where run is not null && reference is not null select (Run: run, Reference: reference)).ToArray();
        double[] errors = [.. pairs.Select(p => Off(p.Run, p.Reference.Number("lambda_hat")))];
        foreach (var line in Markdown.Thresholds([
            Markdown.Held("largest of abs(λ̂/HMC − 1)", Markdown.Quantile(errors.Select(Math.Abs), 1), 0.02, true, Markdown.Percent),
            Markdown.Held("largest R̂ of the references", Markdown.Quantile(pairs.Select(p => p.Reference.Number("r_hat")), 1), 1.05, true, v => Markdown.Of(v)),
            Markdown.Held("NaN or failed", errors.Count(double.IsNaN), 0, true, v => Markdown.Of(v))])) yield return line;
        foreach (var line in Markdown.Table(["run", "λ̂", "HMC", "off", "λ_quad", "λ̂/λ_quad − 1", "half rank", "λ̂ / half rank", "γ", "verdict", "seconds"], pairs.Select(p => new[] { p.Run.Key,
            $"{Markdown.Of(p.Run.Number("lambda_hat"), "F1")} ± {Markdown.Of(p.Run.Number("standard_error"), "G2")}", $"{Markdown.Of(p.Reference.Number("lambda_hat"), "F1")} ± {Markdown.Of(p.Reference.Number("standard_error"), "G2")}",
            Markdown.Percent(Off(p.Run, p.Reference.Number("lambda_hat"))), Markdown.Of(p.Run.Number("lambda_quad"), "F1"), Markdown.Percent(Off(p.Run, p.Run.Number("lambda_quad"))), Markdown.Of(p.Run.Number("half_rank_measured")),
            Markdown.Of(p.Run.Number("lambda_hat") / p.Run.Number("half_rank_measured")), Markdown.Of(p.Run.Number("gamma")), p.Run.Text("verdict"), Markdown.Of(p.Run.Number("seconds")) }))) yield return line;
    }

    private static double Off(Row row, double from) => (row.Number("lambda_hat") / from) - 1;
}
