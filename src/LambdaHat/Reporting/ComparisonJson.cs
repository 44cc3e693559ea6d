using System.Text.Json.Nodes;
using LambdaHat.Estimation;
using LambdaHat.Tracking;

namespace LambdaHat.Reporting;

/// <summary>A comparison as one JSON object for programs: snake-case keys, numbers that are not finite as null.</summary>
public static class ComparisonJson
{
    /// <summary>The object that <c>compare --json</c> prints and <c>compare.json</c> holds.</summary>
    public static JsonObject Of(NetworkComparison comparison, string command, string version) => new()
    {
        ["difference"] = EstimateJson.Number(comparison.Difference),
        ["standard_error"] = EstimateJson.Number(comparison.StandardError),
        ["probability_a_larger"] = EstimateJson.Number(comparison.ProbabilityALarger),
        ["believable"] = comparison.IsBelievable,
        ["warnings"] = new JsonArray([.. comparison.Warnings.Select(w => (JsonNode)w)]),
        ["nbeta"] = comparison.A.Setting.NBeta,
        ["gamma"] = comparison.A.Setting.Gamma,
        ["localisation"] = comparison.A.Setting.Localisation,
        ["loss"] = comparison.A.Setting.Loss,
        ["a"] = One(comparison.A),
        ["b"] = One(comparison.B),
        ["command"] = command,
        ["version"] = version,
    };

    private static JsonObject One(ComparedEstimate estimate) => new()
    {
        ["title"] = estimate.Title,
        ["lambda_hat"] = EstimateJson.Number(estimate.LambdaHat),
        ["standard_error"] = EstimateJson.Number(estimate.StandardError),
        ["verdict"] = estimate.Verdict.Name(),
        ["reasons"] = new JsonArray([.. estimate.Reasons.Select(r => (JsonNode)r)]),
        ["lambda_quad"] = EstimateJson.Number(estimate.Quadratic),
        ["n"] = estimate.SampleCount,
        ["dimension"] = estimate.Dimension,
        ["data"] = estimate.Data,
        ["seed"] = estimate.Seed,
    };
}
