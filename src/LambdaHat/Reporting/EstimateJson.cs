using System.Text.Json.Nodes;
using LambdaHat.Estimation;

namespace LambdaHat.Reporting;

/// <summary>A run as one JSON object for programs: snake-case keys, numbers that are not finite as null.</summary>
public static class EstimateJson
{
    /// <summary>The object that <c>estimate --json</c> prints and <c>result.json</c> holds.</summary>
    public static JsonObject Of(RunRecord run)
    {
        var estimate = run.Estimate;
        var options = estimate.Options;
        return new JsonObject
        {
            ["lambda_hat"] = Number(estimate.LambdaHat),
            ["standard_error"] = Number(estimate.StandardError),
            ["chains"] = new JsonArray([.. estimate.Chains.Select(Chain)]),
            ["r_hat"] = Number(estimate.RHat),
            ["ess"] = Number(estimate.EffectiveSampleSize),
            ["acceptance"] = Number(estimate.Acceptance),
            ["nbeta"] = Number(options.NBeta ?? double.NaN),
            ["n"] = estimate.SampleCount,
            ["dimension"] = estimate.Dimension,
            ["sampled_dimension"] = estimate.SampledDimension,
            ["baseline_loss"] = Number(estimate.BaselineLoss),
            ["gradient_norm"] = Number(estimate.GradientNorm),
            ["accuracy"] = Number(run.Accuracy ?? double.NaN),
            ["theory"] = run.Theory is { } theory ? Known(theory) : null,
            ["sampler"] = options.Sampler,
            ["loss"] = run.Loss,
            ["metric"] = options.Metric,
            ["step_size"] = Number(options.StepSize ?? double.NaN),
            ["gamma"] = Number(options.Gamma ?? double.NaN),
            ["batch_size"] = options.BatchSize,
            ["burn_in"] = options.BurnInSteps,
            ["steps"] = options.StepCount,
            ["seconds"] = Number(estimate.Seconds),
            ["seed"] = options.Seed,
            ["evidence"] = Found(estimate.Evidence),
            ["verdict"] = estimate.Verdict.Name(),
            ["reasons"] = new JsonArray([.. estimate.Reasons.Select(r => (JsonNode)r)]),
            ["inputs"] = run.Inputs is { } inputs ? Hashes(inputs) : null,
            ["version"] = run.Version,
        };
    }

    /// <summary>Every option of a run as resolved, with the version, the command and the subject: the run folder's <c>config.json</c>.</summary>
    public static JsonObject Configuration(RunRecord run)
    {
        var configuration = new JsonObject
        {
            ["version"] = run.Version,
            ["command"] = run.Command,
            ["started"] = run.Started.ToString("O"),
            ["title"] = run.Title,
            ["network"] = run.Network,
            ["data"] = run.Data,
            ["n"] = run.Estimate.SampleCount,
            ["loss"] = run.Loss,
        };
        foreach (var (key, value) in Options(run.Estimate.Options)) configuration[key] = value?.DeepClone();
        return configuration;
    }

    /// <summary>What makes a run this one: two with the same identity have the same result. The number of threads is no part of it.</summary>
    public static JsonObject Identity(string version, string loss, InputHashes inputs, EstimationOptions options)
    {
        var identity = new JsonObject
        {
            ["version"] = version,
            ["loss"] = loss,
            ["inputs"] = Hashes(inputs),
        };
        foreach (var (key, value) in Options(options))
            if (key != "threads") identity[key] = value?.DeepClone();
        return identity;
    }

    /// <summary>Every option; steps and burn-in are null where the run itself finds them.</summary>
    internal static JsonObject Options(EstimationOptions options) => new()
    {
        ["sampler"] = options.Sampler,
        ["metric"] = options.Metric,
        ["step_size"] = options.StepSize,
        ["gamma"] = options.Gamma,
        ["localisation"] = options.Localisation,
        ["box"] = Number(options.Box),
        ["tolerance"] = options.Tolerance,
        ["max_minutes"] = options.MaxMinutes,
        ["max_steps"] = options.MaxSteps,
        ["nbeta"] = options.NBeta,
        ["batch_size"] = options.BatchSize,
        ["chains"] = options.Chains,
        ["steps"] = options.Steps,
        ["burn_in"] = options.Steps is null ? null : options.BurnInSteps,
        ["thinning"] = options.Thinning,
        ["acceptance_every"] = options.AcceptanceEvery,
        ["two_temperatures"] = options.TwoTemperatures,
        ["seed"] = options.Seed,
        ["threads"] = options.Threads,
        ["restrict"] = new JsonArray([.. options.Restrict.Select(p => (JsonNode)p)]),
        ["preconditioner"] = new JsonArray([.. options.Preconditioner.Select(p => new JsonObject { ["pattern"] = p.Pattern, ["value"] = p.Value })]),
    };

    internal static JsonObject Hashes(InputHashes inputs) => new() { ["parameters"] = inputs.Parameters, ["data"] = inputs.Data };

    private static JsonObject Chain(ChainEstimate chain) => new()
    {
        ["lambda_hat"] = Number(chain.LambdaHat),
        ["standard_error"] = Number(chain.StandardError),
        ["diverged"] = chain.Diverged,
        ["diverged_at"] = chain.DivergedAt,
        ["ess"] = Number(chain.EffectiveSampleSize),
        ["acceptance"] = Number(chain.Acceptance),
        ["distance"] = Number(chain.Distance),
    };

    private static JsonObject Found(Evidence evidence) => new()
    {
        ["drift"] = Number(evidence.Drift),
        ["drift_error"] = Number(evidence.DriftError),
        ["variance"] = Number(evidence.Variance),
        ["variance_error"] = Number(evidence.VarianceError),
        ["minibatch_variance"] = Number(evidence.MinibatchVariance),
        ["wbic"] = Number(evidence.Wbic),
        ["functional_variance"] = Number(evidence.FunctionalVariance),
        ["singular_fluctuation"] = Number(evidence.SingularFluctuation),
        ["two_temperatures"] = Number(evidence.TwoTemperatures),
        ["two_temperatures_error"] = Number(evidence.TwoTemperaturesError),
        ["control"] = Number(evidence.Control),
        ["newton_decrement"] = Number(evidence.NewtonDecrement),
        ["step_size_effect"] = Number(evidence.StepSizeEffect),
        ["step_size_effect_error"] = Number(evidence.StepSizeEffectError),
        ["gradient_noise"] = Number(evidence.GradientNoise),
        ["rounding"] = Number(evidence.Rounding),
        ["sample_gradients"] = evidence.SampleGradients,
        ["rollbacks"] = evidence.Rollbacks,
        ["quadratic"] = evidence.Quadratic is not { } quadratic ? null : new JsonObject
        {
            ["lambda_quad"] = Number(quadratic.Value),
            ["standard_error"] = Number(quadratic.StandardError),
            ["method"] = quadratic.Method,
            ["samples"] = quadratic.Samples,
            ["partial"] = quadratic.IsPartial,
            ["variance_ratio"] = Number(quadratic.VarianceRatio),
            ["sensitivity"] = Number(quadratic.Sensitivity),
            ["expected"] = Number(quadratic.Expected),
            ["half_rank"] = Number(quadratic.HalfRank),
        },
    };

    internal static JsonObject Known(KnownCoefficient theory) => new()
    {
        ["lambda"] = Number(theory.Lambda),
        ["multiplicity"] = theory.Multiplicity,
        ["local"] = theory.Local,
        ["local_lower_bound"] = theory.LocalLowerBound,
    };

    internal static JsonValue? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
