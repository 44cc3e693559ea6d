using System.Globalization;
using System.Text.Json.Nodes;
using LambdaHat.Estimation;
using LambdaHat.Experiments;

namespace LambdaHat.Bars;

/// <summary>The paper's ReLU network of 850 parameters as its own truth, at three sizes of data: λ̂ against λ_quad, and both against half the rank of the Hessian.</summary>
internal sealed class ReluBar : Bar
{
    /// <summary>A γ at which the landscape hardly bends within the chain's reach; at the default, some 85 here, bends make up to 2.3 % (HMC at the same γ agrees with λ̂ there, see the experiment sgld-vs-mala).</summary>
    private const double LocalGamma = 300;
    public static readonly int[] Widths = [10, 20, 20, 10];
    private static readonly int[] s_sizes = [1000, 10_000, 100_000];

    public ReluBar(Arguments arguments) => arguments.Allow("relu");

    public override string Name => "relu";

    public override JsonObject Settings => new() { ["widths"] = string.Join(',', Widths), ["n"] = string.Join(',', s_sizes), ["gamma"] = $"default and {LocalGamma}" };

    public override IEnumerable<Job> Jobs() =>
        from n in s_sizes
        from gamma in new double?[] { null, LocalGamma }
        from seed in new ulong[] { 1, 2, 3 }
        select new Job(Key(n, gamma, seed), _ => Run(n, gamma, seed));

    private static string Key(int n, double? gamma, ulong seed) => $"n={n.ToString(CultureInfo.InvariantCulture)} gamma={gamma?.ToString(CultureInfo.InvariantCulture) ?? "default"} seed={seed}";

    private static JsonObject Run(int n, double? gamma, ulong seed)
    {
        var objective = TrueNetwork.Relu(Widths, n, seed);
        return EstimateRow.Of(LearningCoefficient.Estimate(objective, new EstimationOptions { Gamma = gamma, Seed = seed }));
    }

    public override IEnumerable<string> Summarise(Rows rows)
    {
        double[] errors = [.. rows.All.Where(r => r.Number("gamma") == LocalGamma).Select(Error)], byDefault = [.. rows.All.Where(r => r.Number("gamma") != LocalGamma).Select(Error)];
        foreach (var line in Markdown.Thresholds([
            Markdown.Held($"largest of abs(λ̂/λ_quad − 1) at γ = {LocalGamma}", Markdown.Quantile(errors, 1), 0.02, true, Markdown.Percent),
            Markdown.Held("the same at the default γ", Markdown.Quantile(byDefault, 1), 0.03, true, Markdown.Percent),
            Markdown.Held("NaN or failed", errors.Concat(byDefault).Count(double.IsNaN), 0, true, v => Markdown.Of(v))])) yield return line;
        foreach (var line in Markdown.Table(["run", "λ̂", "λ_quad", "error", "half rank", "λ̂ / half rank", "γ", "verdict", "seconds"], rows.All.Select(r => new[] { r.Key,
            $"{Markdown.Of(r.Number("lambda_hat"), "F1")} ± {Markdown.Of(r.Number("standard_error"), "G2")}", Markdown.Of(r.Number("lambda_quad"), "F1"), Markdown.Percent(Error(r)), Markdown.Of(r.Number("half_rank_measured")),
            Markdown.Of(r.Number("lambda_hat") / r.Number("half_rank_measured")), Markdown.Of(r.Number("gamma")), r.Text("verdict"), Markdown.Of(r.Number("seconds")) }))) yield return line;
    }

    private static double Error(Row row) => Math.Abs((row.Number("lambda_hat") / row.Number("lambda_quad")) - 1);
}
