using System.Text.Json.Nodes;
using LambdaHat.Spectra;

namespace LambdaHat.Reporting;

/// <summary>A spectrum as one JSON object for programs: snake-case keys, numbers that are not finite as null.</summary>
public static class HessianJson
{
    /// <summary>The object that <c>hessian --json</c> prints and <c>hessian.json</c> holds.</summary>
    public static JsonObject Of(SpectrumRecord spectrum)
    {
        var result = spectrum.Result;
        var (lower, upper) = RankBounds.Of(result.Bounds.Dimension, result.RankRange);
        return new JsonObject
        {
            ["rank"] = EstimateJson.Number(result.Bounds.Rank),
            ["rank_error"] = EstimateJson.Number(result.RankError),
            ["rank_range"] = Range(result.RankRange),
            ["bounds"] = HessianBounds.Json(result.Sharp),
            ["rank_bounds"] = new JsonObject { ["lower"] = EstimateJson.Number(lower), ["upper"] = EstimateJson.Number(upper) },
            ["order"] = result.Sharp.Asked,
            ["flat_directions"] = HessianBounds.Json(result.Sharp.Flat),
            ["cutoff"] = new JsonObject { ["kind"] = result.Cutoff.Name, ["value"] = EstimateJson.Number(result.Cutoff.Value), ["reached"] = result.Reached },
            ["cutoffs"] = new JsonArray([.. result.CutoffRanks.Select(way => (JsonNode)new JsonObject
            {
                ["way"] = way.Way,
                ["rank"] = EstimateJson.Number(way.Bounds.Rank),
                ["lower"] = EstimateJson.Number(way.Bounds.Lower),
                ["upper"] = EstimateJson.Number(way.Bounds.Upper),
                ["reached"] = way.Reached,
            })]),
            ["dimension"] = result.Bounds.Dimension,
            ["curve"] = new JsonArray([.. result.Curve.Select(Point)]),
            ["projections"] = new JsonArray([.. result.Projections.Select(p => (JsonNode)new JsonObject
            {
                ["count"] = EstimateJson.Number(p.Count),
                ["count_error"] = EstimateJson.Number(p.CountError),
                ["tau"] = EstimateJson.Number(p.Tau),
                ["norm_share"] = EstimateJson.Number(p.NormShare),
                ["loss"] = EstimateJson.Number(p.Loss),
                ["accuracy"] = EstimateJson.Number(p.Accuracy),
                ["test_loss"] = EstimateJson.Number(p.TestLoss),
                ["test_accuracy"] = EstimateJson.Number(p.TestAccuracy),
                ["change"] = EstimateJson.Number(p.Change),
            })]),
            ["blocks"] = new JsonArray([.. result.Blocks.Select(block => (JsonNode)new JsonObject
            {
                ["name"] = block.Name,
                ["dimension"] = block.Dimension,
                ["rank"] = EstimateJson.Number(block.Rank),
                ["rank_error"] = EstimateJson.Number(block.RankError),
                ["eigenvalues"] = new JsonArray([.. block.Eigenvalues.Select(EstimateJson.Number)]),
                ["curve"] = new JsonArray([.. block.Curve.Select(Point)]),
            })]),
            ["sandwich"] = spectrum.Sandwich is { } sandwich ? SandwichReport.Json(sandwich) : null,
            ["lambda_quad"] = EstimateJson.Number(result.QuadraticCoefficient),
            ["lambda_quad_error"] = EstimateJson.Number(result.QuadraticError),
            ["nbeta"] = EstimateJson.Number(result.NBeta),
            ["gamma"] = EstimateJson.Number(result.Gamma),
            ["largest_eigenvalue"] = EstimateJson.Number(result.LargestEigenvalue),
            ["trace"] = EstimateJson.Number(result.Trace),
            ["trace_error"] = EstimateJson.Number(result.TraceError),
            ["floor"] = EstimateJson.Number(result.Floor),
            ["negative"] = EstimateJson.Number(result.Negative),
            ["matrix"] = spectrum.Matrix,
            ["method"] = result.Method,
            ["eigenvalues"] = result.Eigenvalues.Count,
            ["pairs_wanted"] = result.PairsWanted,
            ["largest_residual"] = EstimateJson.Number(result.LargestResidual),
            ["n"] = spectrum.SampleCount,
            ["loss"] = spectrum.Loss,
            ["network"] = spectrum.Network,
            ["data"] = spectrum.Data,
            ["title"] = spectrum.Title,
            ["seed"] = spectrum.Seed,
            ["inputs"] = spectrum.Inputs is { } inputs ? EstimateJson.Hashes(inputs) : null,
            ["command"] = spectrum.Command,
            ["version"] = spectrum.Version,
            ["started"] = spectrum.Started.ToString("O"),
            ["seconds"] = EstimateJson.Number(result.Seconds),
        };
    }

    private static JsonObject Range(RankRange range) => new() { ["least"] = EstimateJson.Number(range.Least), ["most"] = EstimateJson.Number(range.Most) };

    private static JsonNode Point(RankPoint p) => new JsonObject
    {
        ["tau"] = EstimateJson.Number(p.Tau),
        ["rank"] = EstimateJson.Number(p.Rank),
        ["rank_range"] = Range(p.Range),
        ["standard_error"] = EstimateJson.Number(p.StandardError),
        ["quadrature_error"] = EstimateJson.Number(p.QuadratureError),
        ["effective_dimension"] = EstimateJson.Number(p.EffectiveDimension),
        ["effective_dimension_error"] = EstimateJson.Number(p.EffectiveError),
    };
}
