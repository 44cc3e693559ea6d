using System.Text.Json.Nodes;
using LambdaHat.Estimation;
using LambdaHat.Tracking;

namespace LambdaHat.Reporting;

/// <summary>A track as one JSON object for programs: snake-case keys, numbers that are not finite as null.</summary>
public static class TrackJson
{
    /// <summary>The object that <c>track --json</c> prints and <c>track.json</c> holds.</summary>
    public static JsonObject Of(TrackRecord track)
    {
        var result = track.Result;
        var json = new JsonObject
        {
            ["change_points"] = new JsonArray([.. result.Changes.Select(Change)]),
            ["segments"] = new JsonArray([.. result.Segments.Select(Segment)]),
            ["findings"] = new JsonArray([.. result.Findings.Select(f => (JsonNode)f)]),
            ["complete"] = result.IsComplete,
            ["checkpoints"] = result.Checkpoints.Count,
            ["logarithmic"] = result.IsLogarithmic,
            ["points"] = new JsonArray([.. result.Points.Select(Point)]),
            ["penalty"] = EstimateJson.Number(result.Penalty),
            ["false_alarms"] = track.Options.FalseAlarms,
            ["title"] = track.Title,
            ["command"] = track.Command,
            ["started"] = track.Started.ToString("O"),
            ["inputs"] = EstimateJson.Hashes(track.Inputs),
        };
        foreach (var (key, value) in Identity(track)) json[key] = value?.DeepClone();
        return json;
    }

    /// <summary>What two tracks must have in common for one to be the other taken up again: the network, the data, the options but for the threads. Checkpoints may be added at the end.</summary>
    internal static JsonObject Identity(TrackRecord track)
    {
        var options = EstimateJson.Options(track.Options.Estimation);
        options.Remove("threads");
        return new JsonObject
        {
            ["version"] = track.Version,
            ["network"] = track.Network,
            ["loss"] = track.Loss,
            ["training_loss"] = track.TrainingLoss,
            ["data"] = track.Data,
            ["n"] = track.SampleCount,
            ["dimension"] = track.Dimension,
            ["first_train_loss"] = EstimateJson.Number(track.FirstTrainLoss),
            ["options"] = options,
        };
    }

    private static JsonObject Change(TrackChange change) => new()
    {
        ["after"] = change.After,
        ["before"] = change.Before,
        ["earliest"] = change.Earliest,
        ["latest"] = change.Latest,
        ["jump"] = EstimateJson.Number(change.Jump),
        ["jump_error"] = EstimateJson.Number(change.JumpError),
    };

    private static JsonObject Segment(TrackSegment segment) => new()
    {
        ["first_step"] = segment.FirstStep,
        ["last_step"] = segment.LastStep,
        ["points"] = segment.Points,
        ["sloped"] = segment.Sloped,
        ["from"] = EstimateJson.Number(segment.From),
        ["from_error"] = EstimateJson.Number(segment.FromError),
        ["to"] = EstimateJson.Number(segment.To),
        ["to_error"] = EstimateJson.Number(segment.ToError),
    };

    private static JsonObject Point(TrackPoint point) => new()
    {
        ["name"] = point.Name,
        ["step"] = point.Step,
        ["center_crc32"] = point.Checksum,
        ["norm"] = EstimateJson.Number(point.Norm),
        ["lambda_hat"] = EstimateJson.Number(point.LambdaHat),
        ["standard_error"] = EstimateJson.Number(point.StandardError),
        ["verdict"] = point.Verdict.Name(),
        ["reasons"] = new JsonArray([.. point.Reasons.Select(r => (JsonNode)r)]),
        ["lambda_quad"] = EstimateJson.Number(point.Quadratic),
        ["lambda_quad_error"] = EstimateJson.Number(point.QuadraticError),
        ["train_loss"] = EstimateJson.Number(point.Losses.Train),
        ["train_accuracy"] = EstimateJson.Number(point.Losses.TrainAccuracy),
        ["test_loss"] = EstimateJson.Number(point.Losses.Test),
        ["test_accuracy"] = EstimateJson.Number(point.Losses.TestAccuracy),
        ["r_hat"] = EstimateJson.Number(point.RHat),
        ["ess"] = EstimateJson.Number(point.EffectiveSampleSize),
        ["sampler"] = point.Sampler,
        ["step_size"] = EstimateJson.Number(point.StepSize),
        ["steps"] = point.Steps,
        ["seed"] = point.Seed,
        ["seconds"] = EstimateJson.Number(point.Seconds),
    };
}
