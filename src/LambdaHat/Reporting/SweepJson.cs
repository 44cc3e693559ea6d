using System.Text.Json.Nodes;
using LambdaHat.Estimation;

namespace LambdaHat.Reporting;

/// <summary>A sweep as one JSON object for programs: snake-case keys, numbers that are not finite as null.</summary>
public static class SweepJson
{
    /// <summary>The object that <c>sweep --json</c> prints and <c>sweep.json</c> holds.</summary>
    public static JsonObject Of(SweepRecord sweep)
    {
        var json = new JsonObject
        {
            ["flat"] = new JsonArray([.. sweep.Result.Flat.Select(Flat)]),
            ["findings"] = new JsonArray([.. sweep.Result.Findings.Select(f => (JsonNode)f)]),
            ["complete"] = sweep.Result.IsComplete,
            ["points"] = new JsonArray([.. sweep.Result.Points.Select(Point)]),
            ["title"] = sweep.Title,
            ["command"] = sweep.Command,
            ["started"] = sweep.Started.ToString("O"),
            ["data"] = sweep.Data,
            ["theory"] = sweep.Theory is { } theory ? EstimateJson.Known(theory) : null,
        };
        foreach (var (key, value) in Identity(sweep)) json[key] = value?.DeepClone();
        return json;
    }

    /// <summary>What two sweeps must have in common for one to be the other taken up again: the grid, the point, the data, the options but for the threads.</summary>
    internal static JsonObject Identity(SweepRecord sweep)
    {
        var options = EstimateJson.Options(sweep.Options.Estimation);
        // These two vary over the grid; the result does not depend on the third.
        foreach (var key in (string[])["nbeta", "gamma", "threads"]) options.Remove(key);
        return new JsonObject
        {
            ["version"] = sweep.Version,
            ["network"] = sweep.Network,
            ["loss"] = sweep.Loss,
            ["n"] = sweep.SampleCount,
            ["dimension"] = sweep.Dimension,
            ["baseline_loss"] = EstimateJson.Number(sweep.BaselineLoss),
            ["inputs"] = EstimateJson.Hashes(sweep.Inputs),
            ["nbetas"] = Numbers(sweep.Options.NBetas),
            ["gammas"] = Numbers(sweep.Options.Gammas),
            ["options"] = options,
        };
    }

    private static JsonArray Numbers(IEnumerable<double> values) => new([.. values.Select(v => (JsonNode)v)]);

    private static JsonObject Flat(FlatRange flat) => new()
    {
        ["nbeta"] = flat.NBeta,
        ["gamma_from"] = flat.GammaFrom,
        ["gamma_to"] = flat.GammaTo,
        ["lambda_hat"] = EstimateJson.Number(flat.LambdaHat),
        ["standard_error"] = EstimateJson.Number(flat.StandardError),
        ["points"] = flat.Points,
        ["change"] = EstimateJson.Number(flat.Change),
    };

    private static JsonObject Point(SweepPoint point) => new()
    {
        ["nbeta"] = point.NBeta,
        ["gamma"] = point.Gamma,
        ["lambda_hat"] = EstimateJson.Number(point.LambdaHat),
        ["standard_error"] = EstimateJson.Number(point.StandardError),
        ["verdict"] = point.Verdict.Name(),
        ["reasons"] = new JsonArray([.. point.Reasons.Select(r => (JsonNode)r)]),
        ["lambda_quad"] = EstimateJson.Number(point.Quadratic),
        ["lambda_quad_error"] = EstimateJson.Number(point.QuadraticError),
        ["sensitivity"] = EstimateJson.Number(point.Sensitivity),
        ["two_temperatures"] = EstimateJson.Number(point.TwoTemperatures),
        ["two_temperatures_error"] = EstimateJson.Number(point.TwoTemperaturesError),
        ["r_hat"] = EstimateJson.Number(point.RHat),
        ["ess"] = EstimateJson.Number(point.EffectiveSampleSize),
        ["sampler"] = point.Sampler,
        ["step_size"] = EstimateJson.Number(point.StepSize),
        ["steps"] = point.Steps,
        ["seed"] = point.Seed,
        ["seconds"] = EstimateJson.Number(point.Seconds),
    };
}
