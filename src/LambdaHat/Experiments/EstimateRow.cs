using System.Text.Json.Nodes;
using LambdaHat.Estimation;

namespace LambdaHat.Experiments;

/// <summary>An estimate as a row of numbers.</summary>
public static class EstimateRow
{
    /// <summary>What experiments keep of it.</summary>
    public static JsonObject Of(LearningCoefficientEstimate estimate)
    {
        var (options, evidence) = (estimate.Options, estimate.Evidence);
        return new JsonObject
        {
            ["d"] = estimate.Dimension,
            ["n"] = estimate.SampleCount,
            ["lambda_hat"] = Number(estimate.LambdaHat),
            ["standard_error"] = Number(estimate.StandardError),
            ["verdict"] = estimate.Verdict.Name(),
            ["reasons"] = new JsonArray([.. estimate.Reasons.Select(r => (JsonNode)r)]),
            ["r_hat"] = Number(estimate.RHat),
            ["ess"] = Number(estimate.EffectiveSampleSize),
            ["acceptance"] = Number(estimate.Acceptance),
            ["drift"] = Number(evidence.Drift),
            ["drift_error"] = Number(evidence.DriftError),
            ["lambda_quad"] = Number(evidence.Quadratic?.Value),
            ["lambda_quad_error"] = Number(evidence.Quadratic?.StandardError),
            ["half_rank_measured"] = Number(evidence.Quadratic?.HalfRank),
            ["newton_decrement"] = Number(evidence.NewtonDecrement),
            ["sampler"] = options.Sampler,
            ["metric"] = options.Metric,
            ["gamma"] = Number(options.Gamma),
            ["nbeta"] = Number(options.NBeta),
            ["step_size"] = Number(options.StepSize),
            ["steps"] = options.StepCount,
            ["burn_in"] = options.BurnInSteps,
            ["sample_gradients"] = evidence.SampleGradients,
            ["rollbacks"] = evidence.Rollbacks,
            ["sampling_seconds"] = Math.Round(estimate.Seconds, 2),
            ["seed"] = options.Seed,
        };
    }

    /// <summary>The first object with all entries of the second added.</summary>
    public static JsonObject With(this JsonObject row, JsonObject more)
    {
        foreach (var (name, value) in more) row[name] = value?.DeepClone();
        return row;
    }

    /// <summary>An array of numbers, null where one is not finite.</summary>
    public static JsonArray Numbers(IEnumerable<double> values) => new([.. values.Select(v => Number(v))]);

    /// <summary>A number, null where it is not finite.</summary>
    public static JsonNode? Number(double? value) => value is { } v && double.IsFinite(v) ? JsonValue.Create(v) : null;
}
