using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using LambdaHat.Estimation;
using LambdaHat.Experiments;
using LambdaHat.Losses;
using LambdaHat.Networks;

namespace LambdaHat.Bars;

/// <summary>
/// Effective samples per million gradients of one sample, sampler × metric × problem, at most two minutes a cell. A full-data gradient counts as n of them, also where a linear network's closed form
/// makes it cheaper; the processors' time says what it costs, whatever else the machine does. Sweeps of Gibbs sampling take no gradients and have a rate per second only.
/// </summary>
internal sealed class EfficiencyBar : Bar
{
    // λ̂ of the digits' network by long HMC, of the bar "mnist".
    private const double Minutes = 2, LargestRHat = 1.05, LargestBias = 0.05, LongHmc = 15.74;

    private static readonly (string Sampler, string? Metric)[] s_methods =
    [
        ("sgld", "none"), ("rmsprop-sgld", "learned"), ("sgld", "kronecker"), ("langevin", "kronecker"), ("mala", "none"), ("mala", "learned"), ("mala", "kronecker"),
        ("hmc", "none"), ("hmc", "kronecker"), ("sgnht", "kronecker"), ("gibbs", null),
    ];

    private static readonly (string Name, int[] Widths, int[] Ranks, int Samples)[] s_linear =
    [
        ("1K", [20, 30, 15, 10], [20, 10, 10], 100_000),
        ("10K", [60, 80, 50, 30], [60, 30, 30], 100_000),
        ("100K", [200, 250, 150, 100], [200, 90, 100], 1_000_000),
    ];

    private static readonly string[] s_problems = [.. s_linear.Select(p => p.Name), "ReLU-850", "MNIST"];

    private readonly string? _model;
    private readonly Dictionary<string, Objective> _objectives = [];

    public EfficiencyBar(Arguments arguments)
    {
        arguments.Allow("efficiency");
        _model = arguments.Text("model");
    }

    public override string Name => "efficiency";

    public override JsonObject Settings => new()
    {
        ["minutes"] = Minutes,
        ["linear"] = string.Join("; ", s_linear.Select(p => $"{p.Name}: widths {string.Join(',', p.Widths)}, ranks {string.Join(',', p.Ranks)}, n = {p.Samples.ToString(CultureInfo.InvariantCulture)}")),
        ["gamma"] = "1 for linear networks, default otherwise",
        ["relu"] = string.Join(',', ReluBar.Widths) + ", n = 10000",
        ["seed"] = 1,
    };

    public override IEnumerable<Job> Jobs() =>
        from problem in s_problems
        where problem != "MNIST" || _model is not null
        from method in s_methods
        where method.Sampler != "gibbs" || s_linear.Any(p => p.Name == problem)
        select new Job($"{problem} {Title(method)}", _ => Run(problem, method));

    private static string Title((string Sampler, string? Metric) method) => method.Metric is null ? method.Sampler : $"{method.Sampler} {method.Metric}";

    private JsonObject Run(string problem, (string Sampler, string? Metric) method)
    {
        if (!_objectives.TryGetValue(problem, out var objective))
        {
            _objectives.Clear();
            _objectives[problem] = objective = Create(problem);
        }
        var linear = s_linear.Any(p => p.Name == problem);
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var line = EstimateRow.Of(LearningCoefficient.Estimate(objective, new EstimationOptions { Sampler = method.Sampler, Metric = method.Metric, Gamma = linear ? 1 : null, MaxMinutes = Minutes, Seed = 1 }));
        process.Refresh();
        line["processor_seconds"] = Math.Round((process.TotalProcessorTime - before).TotalSeconds, 2);
        line["problem"] = problem;
        line["method"] = Title(method);
        return line;
    }

    private NetworkObjective Create(string problem) => problem switch
    {
        "ReLU-850" => TrueNetwork.Relu(ReluBar.Widths, 10_000, 1),
        "MNIST" => TrainedSubject.Load(_model!),
        _ => s_linear.First(p => p.Name == problem) is var p ? TrueNetwork.Linear(DeepLinearTeacher.Draw(p.Widths, p.Ranks, 1, Environment.ProcessorCount), p.Samples, 1) : throw new InvalidOperationException(problem),
    };

    public override IEnumerable<string> Summarise(Rows rows)
    {
        yield return "Effective samples per million sample gradients, per second of one processor in parentheses (what looks at w* included):";
        yield return "";
        string[] Cells((string, string?) method) => [Title(method), .. s_problems.Select(p => Cell(rows, p, Title(method)))];
        foreach (var line in Markdown.Table(["sampler and metric", .. s_problems], s_methods.Select(Cells))) yield return line;
        yield return "λ̂ of the same runs:";
        yield return "";
        string[] Values((string, string?) method) => [Title(method), .. s_problems.Select(p => rows.Find($"{p} {Title(method)}") is { } r
            ? $"{Markdown.Of(r.Number("lambda_hat"))} ± {Markdown.Of(r.Number("standard_error"), "G2")}, R̂ {Markdown.Of(r.Number("r_hat"))}" : "–")];
        foreach (var line in Markdown.Table(["sampler and metric", .. s_problems], s_methods.Select(Values))) yield return line;
        foreach (var problem in s_problems)
        {
            var best = rows.All.Where(r => !r.Failed && r.Text("problem") == problem && Refusal(rows, problem, r) is null && r.Number("sample_gradients") > 0)
                .MaxBy(r => r.Number("ess") / r.Number("sample_gradients"));
            if (best is not null) yield return $"Most effective samples per gradient at {problem}: {best.Text("method")}.";
        }
        yield return "";
    }

    private static string Cell(Rows rows, string problem, string method)
    {
        var key = $"{problem} {method}";
        if (rows.Find(key) is not { } row) return rows.Contains(key) ? "failed" : method == "gibbs" && s_linear.All(p => p.Name != problem) ? "not linear" : "not run";
        if (Refusal(rows, problem, row) is { } refusal) return refusal;
        var gradients = row.Number("sample_gradients");
        var rate = $"({Markdown.Of(row.Number("ess") / row.Number("processor_seconds"), "G3")}/s)";
        return gradients > 0 ? $"{Markdown.Of(1e6 * row.Number("ess") / gradients, "G3")} {rate}" : $"no gradients {rate}";
    }

    // Why a run's effective samples say nothing; null where they do.
    private static string? Refusal(Rows rows, string problem, Row row)
    {
        var (lambda, error) = (row.Number("lambda_hat"), row.Number("standard_error"));
        if (double.IsNaN(lambda)) return "diverged";
        var rising = Math.Abs(row.Number("drift")) > Math.Max(3 * row.Number("drift_error"), 0.02 * Math.Abs(lambda));
        if (row.Text("verdict") == "not-a-minimum") return "other γ: not a minimum";
        if (!(row.Number("r_hat") <= LargestRHat) || rising || !(row.Number("ess") >= 50)) return "not equilibrated";
        var reference = rows.Find($"{problem} gibbs") is { } exact ? exact.Number("lambda_hat") : problem == "ReLU-850" ? row.Number("lambda_quad") : LongHmc;
        var off = (lambda / reference) - 1;
        return Math.Abs(off) > Math.Max(3 * error / Math.Abs(reference), LargestBias) ? $"not equilibrated or biased ({Markdown.Of(100 * off, "F0")} %)" : null;
    }
}
