using System.Globalization;
using System.Text.Json.Nodes;
using LambdaHat.Estimation;
using LambdaHat.Experiments;
using LambdaHat.Experiments.Linear;
using LambdaHat.Networks;
using LambdaHat.Theory;

namespace LambdaHat.Bars;

/// <summary>Random deep linear networks at their true parameter, γ = 1, otherwise defaults: λ̂ against Aoyagi's λ.</summary>
internal sealed class NetworkBar : Bar
{
    private readonly string _group, _path;
    private readonly NetworkGroup _ranges;

    public NetworkBar(Arguments arguments)
    {
        arguments.Allow("networks", "group", "path");
        _group = arguments.Text("group", [.. NetworkGroup.All.Keys]);
        _path = arguments.Text("path", "gibbs", "general");
        _ranges = NetworkGroup.All[_group];
    }

    public override string Name => $"networks-{_group}-{_path}";

    public override JsonObject Settings => new()
    {
        ["layers"] = $"{_ranges.FewestLayers} to {_ranges.LayersEnd - 1}",
        ["widths"] = $"{_ranges.LeastWidth} to {_ranges.WidthsEnd - 1}",
        ["n"] = _ranges.Samples,
        ["gamma"] = 1,
        ["sampler"] = _path == "gibbs" ? "auto" : "langevin",
    };

    private (double Median, double NinetiethPercentile) Bars => (_group, _path) switch
    {
        ("1K" or "10K", "gibbs") => (0.01, 0.03),
        ("100K", "gibbs") => (0.03, 0.06),
        ("1M", "gibbs") => (0.08, double.NaN),
        ("1K" or "10K", _) => (0.03, 0.10),
        ("100K", _) => (0.05, 0.15),
        _ => (0.10, double.NaN),
    };

    public override IEnumerable<Job> Jobs() => Enumerable.Range(1, _ranges.Networks).Select(i => new Job(i.ToString(CultureInfo.InvariantCulture), _ => Run((ulong)i)));

    private JsonObject Run(ulong seed)
    {
        var teacher = DeepLinearTeacher.Draw(_ranges.Draw(seed), null, seed, Environment.ProcessorCount);
        var objective = TrueNetwork.Linear(teacher, _ranges.Samples, seed);
        var estimate = LearningCoefficient.Estimate(objective, new EstimationOptions { Gamma = 1, Seed = seed, Sampler = _path == "general" ? "langevin" : "auto" });
        int[] widths = [.. teacher.Widths], ranks = [.. teacher.Ranks];
        var line = new JsonObject
        {
            ["widths"] = new JsonArray([.. widths.Select(w => (JsonNode)w)]),
            ["ranks"] = new JsonArray([.. ranks.Select(r => (JsonNode)r)]),
            ["lambda"] = (double)DeepLinear.Coefficient(widths, teacher.ProductRank).Lambda,
            ["half_rank"] = DeepLinear.GenericHessianRank(widths, ranks) / 2.0,
        };
        foreach (var (name, value) in EstimateRow.Of(estimate)) line[name] = value?.DeepClone();
        return line;
    }

    public override IEnumerable<string> Summarise(Rows rows)
    {
        double[] errors = [.. rows.All.Select(Error)], signed = [.. rows.All.Select(r => (r.Number("lambda_hat") / r.Number("lambda")) - 1)];
        var (median, ninetieth) = Bars;
        yield return $"{rows.Count} of {_ranges.Networks} networks; median d = {Markdown.Of(Markdown.Quantile(rows.All.Select(r => r.Number("d")), 0.5))}.";
        yield return "";
        List<string[]> held = [Markdown.Held("median of abs(λ̂/λ − 1)", Markdown.Quantile(errors, 0.5), median, true, Markdown.Percent)];
        if (!double.IsNaN(ninetieth)) held.Add(Markdown.Held("90th percentile", Markdown.Quantile(errors, 0.9), ninetieth, true, Markdown.Percent));
        held.Add(Markdown.Held("NaN or failed", errors.Count(double.IsNaN), 0, true, v => Markdown.Of(v)));
        held.Add(Markdown.Held("median seconds, all included", Markdown.Quantile(rows.All.Select(r => r.Number("seconds")), 0.5), _ranges.MostSeconds, true, v => Markdown.Of(v)));
        foreach (var line in Markdown.Thresholds(held)) yield return line;

        string[] Share(string what, double value) => [what, Markdown.Of(value)];
        foreach (var line in Markdown.Table(["also", "value"],
        [
            Share("converged", rows.All.Count(r => r.Text("verdict") == "converged")),
            Share("half rank above the global λ", rows.All.Count(r => r.Number("half_rank") > r.Number("lambda"))),
            Share("median of λ̂/λ − 1", Markdown.Quantile(signed, 0.5)),
            Share("largest of λ̂/λ − 1", Markdown.Quantile(signed, 1)),
            Share("least of λ̂/λ − 1", Markdown.Quantile(signed, 0)),
            Share("median of λ̂/max(λ, half rank) − 1", Markdown.Quantile(rows.All.Select(r => (r.Number("lambda_hat") / Math.Max(r.Number("lambda"), r.Number("half_rank"))) - 1), 0.5)),
        ])) yield return line;

        yield return "The ten farthest:";
        yield return "";
        foreach (var line in Markdown.Table(["network", "widths", "ranks", "λ", "half rank", "λ̂", "error", "verdict", "seconds"], rows.All.OrderByDescending(r => Error(r) is var e && double.IsNaN(e) ? double.MaxValue : e).Take(10)
            .Select(r => new[] { r.Key, string.Join(',', r.Numbers("widths")), string.Join(',', r.Numbers("ranks")), Markdown.Of(r.Number("lambda")), Markdown.Of(r.Number("half_rank")),
                $"{Markdown.Of(r.Number("lambda_hat"))} ± {Markdown.Of(r.Number("standard_error"), "G2")}", Markdown.Percent(Error(r)), r.Failed ? r.Text("error") : r.Text("verdict"), Markdown.Of(r.Number("seconds")) })))
            yield return line;
    }

    private static double Error(Row row) => Math.Abs((row.Number("lambda_hat") / row.Number("lambda")) - 1);
}
