using System.Text.Json.Nodes;
using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Preconditioning;
using LambdaHat.Sampling;
using LambdaHat.Theory;

namespace LambdaHat.Experiments.Landscapes;

/// <summary>
/// Landscapes of two parameters, three of them with the same Hessian at the origin, zero, and different λ. The default estimate (slice sampling) is held to quadrature at its own nβ and γ, quadrature at growing nβ to the
/// exact λ and multiplicity; SGLD and the thermostat SGNHT run at given step sizes, their paths are drawn and their means set beside the quadrature's.
/// </summary>
public sealed class ToyLandscapes : Experiment
{
    private const long Samples = 1_000_000;
    private const double Gamma = 1, Coldest = 1e16, Cold = 1e12;
    private const int Chains = 4, PathPoints = 400;

    private static readonly Toy[] s_toys =
    [
        new("w₁² + w₂²", [new(1, 2, 0), new(1, 0, 2)], new(1, 1)),
        new("w₁⁴ + w₂⁴", [new(1, 4, 0), new(1, 0, 4)], PowerSum.Coefficient([4, 4])),
        new("w₁²·w₂²", [new(1, 2, 2)], Monomial.Coefficient([2, 2])),
        new("w₁²·w₂⁴", [new(1, 2, 4)], Monomial.Coefficient([2, 4])),
    ];

    private static readonly (string Sampler, double[] Steps)[] s_samplers = [("SGLD", [1e-7, 1e-6, 1e-5]), ("SGNHT", [3e-4, 1e-3, 3e-3])];

    /// <inheritdoc/>
    public override string Name => "toy-landscapes";

    /// <inheritdoc/>
    public override string Title => "One Hessian, several λ: sampling toy landscapes";

    /// <inheritdoc/>
    public override string Source => "You're measuring model complexity wrong: the toy landscapes and the paths of SGLD and SGNHT on them";

    /// <inheritdoc/>
    public override string Cost(ExperimentSize size) => size switch { ExperimentSize.Smoke => "2 s", ExperimentSize.Default => "1 min", _ => "10 min" };

    /// <inheritdoc/>
    public override IReadOnlyList<ExperimentJob> Jobs(ExperimentSize size, ulong seed)
    {
        var steps = size switch { ExperimentSize.Smoke => 10_000, ExperimentSize.Default => 300_000, _ => 3_000_000 };
        return
        [
            .. s_toys.Select(toy => new ExperimentJob($"{toy.Name} default", scope => Default(toy, size, seed, scope))),
            .. from toy in s_toys
               from s in s_samplers
               from step in s.Steps
               select new ExperimentJob(Key(toy, s.Sampler, step), scope => Path(toy, s.Sampler, step, steps, seed, scope.Cancellation)),
        ];
    }

    /// <inheritdoc/>
    public override ExperimentResult Summarise(ExperimentSize size, ExperimentRows rows)
    {
        List<Comparison> comparisons = [];
        List<Chart> charts = [];
        List<IReadOnlyList<string>> table = [];
        List<Series> limits = [];
        foreach (var toy in s_toys)
        {
            if (rows.Find($"{toy.Name} default") is not { } row) continue;
            var (reference, exact) = (row.Number("reference"), (double)toy.Exact.Lambda);
            comparisons.Add(Limit(toy, row));
            comparisons.Add(new($"{toy.Name}: λ̂ by slice sampling", $"{Words.Number(reference)} by quadrature; λ = {toy.Exact.Lambda}", Words.WithError(row.Number("lambda_hat"), row.Number("standard_error")), Math.Abs(row.Number("lambda_hat") - reference) < 4 * row.Number("standard_error"),
                $"at nβ = {Words.Number(row.Number("nbeta"))} and γ = {Words.Number(Gamma)}; verdict {row.Text("verdict")}"));
            limits.Add(Series.Of(toy.Name, SeriesStyle.Line, row.Numbers("limit_nbeta").Zip(row.Numbers("limit"))));
            limits.Add(Series.Of($"λ = {toy.Exact.Lambda}", SeriesStyle.Exact, row.Numbers("limit_nbeta").Select(b => (b, exact))));
            List<Series> paths = [];
            foreach (var (sampler, steps) in s_samplers)
            {
                foreach (var step in steps)
                {
                    if (rows.Find(Key(toy, sampler, step)) is not { } run) continue;
                    var (mean, error) = (run.Number("mean"), run.Number("error"));
                    table.Add([$"{toy.Name}, {sampler}", Words.Number(step, 2), double.IsNaN(mean) ? "diverged" : Words.WithError(mean, error), Words.Number(reference), Words.Percent((mean / reference) - 1), Words.Number(run.Number("diverged")), Words.Number(run.Number("ess"), 3)]);
                    if (step == steps[1]) paths.Add(Series.Of($"{sampler}, step {Words.Number(step, 2)}", SeriesStyle.Line, run.Numbers("path1").Zip(run.Numbers("path2"))));
                    if (toy == s_toys[0] && sampler == "SGLD")
                    {
                        // E = d·½·nβh/(s(1 − εs/4)), s = nβh + γ, with h = 2 in both directions.
                        var (c, s) = (2 * row.Number("nbeta"), (2 * row.Number("nbeta")) + Gamma);
                        var predicted = c / (s * (1 - (step * s / 4)));
                        comparisons.Add(new($"{toy.Name}: SGLD at ε = {Words.Number(step, 2)}", Words.Number(predicted), Words.WithError(mean, error), Math.Abs(mean - predicted) < 4 * error, "the law of SGLD's discretisation on a quadratic, 1/(1 − εs/4)"));
                    }
                }
                if (toy != s_toys[0] && steps.Select(step => rows.Find(Key(toy, sampler, step))).OfType<ExperimentRow>().ToArray() is { Length: > 0 } runs)
                    comparisons.Add(new($"{toy.Name}: {sampler} against quadrature", Words.Number(reference), string.Join("; ", runs.Select(r => $"{Words.Number(r.Number("step_size"), 2)}: {(double.IsNaN(r.Number("mean")) ? "diverged" : Words.Percent((r.Number("mean") / reference) - 1))}")), null,
                        $"{Words.Number(runs[0].Number("steps"))} steps of {Chains} chains; standard errors {string.Join(", ", runs.Select(r => Words.Percent(r.Number("error") / reference)))}"));
            }
            if (paths.Count > 0) charts.Add(new($"paths-{charts.Count + 1}", $"Paths on {toy.Name}", "w₁", "w₂", paths) { Caption = $"The first {PathPoints} steps from the origin, λ = {toy.Exact.Lambda}, m = {toy.Exact.Multiplicity}." });
        }
        if (limits.Count > 0) charts.Insert(0, new("limit", "E[nβ·K] by quadrature against nβ", "nβ", "E[nβ·K]", limits) { LogX = true, Caption = "λ is the limit. Where the multiplicity is 2 it is approached like 1/ln nβ only." });
        return new ExperimentResult
        {
            Comparisons = comparisons,
            Charts = charts,
            Tables = table.Count == 0 ? [] : [new("SGLD and SGNHT at given step sizes", ["landscape and sampler", "step size", "mean of nβ·K", "quadrature", "off by", "chains diverged", "effective draws"], table)],
            Findings = comparisons.Count == 0 ? [] :
            [
                "w₁⁴ + w₂⁴, w₁²·w₂² and w₁²·w₂⁴ have the same Hessian at the origin, zero, and λ = 1/2, 1/2 (m = 2) and 1/4. Slice sampling finds the value at its own nβ and γ; that this value tends to λ is a matter of nβ, not of the sampler.",
                "SGLD at ε = 1e-7 is right on the quadratic within half a percent and falls short on the flat landscapes, the more the longer their valleys are; at ε = 1e-5, which inflates the quadratic by 57 %, it travels along them. SGNHT covers the same ground in fewer steps and keeps the quadratic right. The post draws such paths and says that SGNHT explores better; it states no numbers.",
            ],
        };
    }

    // m = 1: the mean at the coldest temperature is λ. m = 2: Z = C·nβ^(−λ)·(ln nβ + a), so that 1/(λ − E) = ln nβ + a has slope 1 in ln nβ.
    private static Comparison Limit(Toy toy, ExperimentRow row)
    {
        var (exact, coldest, cold) = ((double)toy.Exact.Lambda, row.Number("coldest"), row.Number("cold"));
        if (toy.Exact.Multiplicity == 1)
            return new($"{toy.Name}: E[nβ·K] at nβ = {Words.Number(Coldest)}", $"λ = {toy.Exact.Lambda}", Words.Number(coldest, 5), Math.Abs(coldest - exact) < 2e-3, $"by quadrature; the next pole's share falls as a power of nβ; at nβ = {Words.Number(Cold)} it is {Words.Number(cold, 5)}");
        var slope = ((1 / (exact - coldest)) - (1 / (exact - cold))) / Math.Log(Coldest / Cold);
        return new($"{toy.Name}: slope of 1/(λ − E[nβ·K]) in ln nβ", "1, as λ = 1/2 and m = 2", Words.Number(slope, 5), Math.Abs(slope - 1) < 0.01, $"by quadrature; E itself is still {Words.Number(coldest)} at nβ = {Words.Number(Coldest)}");
    }

    private static string Key(Toy toy, string sampler, double step) => $"{toy.Name} {sampler} {Words.Number(step, 2)}";

    private static JsonObject Default(Toy toy, ExperimentSize size, ulong seed, JobScope scope)
    {
        var estimate = scope.Estimate(new PolynomialObjective(toy.Terms, [0, 0], Samples), new EstimationOptions { Gamma = Gamma, Tolerance = size == ExperimentSize.Smoke ? 0.05 : 0.01, Seed = seed, Threads = scope.Threads });
        double Quadrature(double nBeta) => new LandscapeQuadrature(toy.Terms, [0, 0], nBeta, Gamma, []).Mean(6);
        double[] nBetas = [.. Enumerable.Range(1, 8).Select(k => Math.Pow(10, 2 * k))];
        double[] limit = [.. nBetas.Select(Quadrature)];
        return EstimateRow.Of(estimate).With(new JsonObject
        {
            ["reference"] = Quadrature(estimate.Options.NBeta!.Value),
            ["limit_nbeta"] = EstimateRow.Numbers(nBetas),
            ["limit"] = EstimateRow.Numbers(limit),
            ["cold"] = limit[^3],
            ["coldest"] = limit[^1],
        });
    }

    private static JsonObject Path(Toy toy, string name, double stepSize, int steps, ulong seed, CancellationToken cancellation)
    {
        var objective = new PolynomialObjective(toy.Terms, [0, 0], Samples);
        var sampled = ParameterSelection.All(objective.Blocks);
        var target = new Target(objective, sampled, PosteriorDefaults.NBeta(Samples), Gamma);
        List<double[]> kept = [];
        double[] path1 = [], path2 = [];
        for (var chain = 0; chain < Chains; chain++)
        {
            var evaluator = objective.CreateEvaluator(1, sampled);
            using Sampler sampler = name == "SGLD" ? new SgldSampler(target, evaluator, [1], stepSize, 0, seed, chain) : new Sgnht(target, evaluator, new DiagonalMetric(sampled, [1]), stepSize, seed, chain, 0.5 / stepSize);
            var trace = new double[steps];
            List<double> first = [], second = [];
            var finite = true;
            for (var step = 0; step < steps && finite; step++)
            {
                if (step % 10_000 == 0) cancellation.ThrowIfCancellationRequested();
                if (chain == 0 && step < PathPoints)
                {
                    first.Add(sampler.Position[0]);
                    second.Add(sampler.Position[1]);
                }
                trace[step] = sampler.Step(step).Excess;
                finite = double.IsFinite(trace[step]) && float.IsFinite(sampler.Position[0]) && float.IsFinite(sampler.Position[1]);
            }
            if (finite) kept.Add(trace[(steps / 4)..]);
            if (chain == 0) (path1, path2) = ([.. first], [.. second]);
        }
        // One chain that leaves says that the law has no mean to speak of at this step size.
        var mean = kept.Count < Chains ? new MonteCarloMean(double.NaN, double.NaN, double.NaN) : MonteCarloMean.Of(kept);
        return new JsonObject
        {
            ["step_size"] = stepSize,
            ["steps"] = steps,
            ["mean"] = EstimateRow.Number(mean.Mean),
            ["error"] = EstimateRow.Number(mean.StandardError),
            ["ess"] = EstimateRow.Number(mean.EffectiveSampleSize),
            ["diverged"] = Chains - kept.Count,
            ["path1"] = EstimateRow.Numbers(path1),
            ["path2"] = EstimateRow.Numbers(path2),
        };
    }

    private sealed record Toy(string Name, PolynomialTerm[] Terms, ExactCoefficient Exact);
}
