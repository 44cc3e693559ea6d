using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using LambdaHat.Training;

namespace LambdaHat.Experiments.Development;

/// <summary>Parameters of checkpoints in a row: the bytes of float32 numbers, little-endian, as base64.</summary>
internal static class StoredParameters
{
    /// <summary>The row of a training: its checkpoints' steps and parameters.</summary>
    public static JsonObject Row(CheckpointRecord record) => new()
    {
        ["step"] = EstimateRow.Numbers(record.Steps.Select(step => (double)step)),
        ["parameters"] = new JsonArray([.. Enumerable.Range(0, record.Steps.Count).Select(c => (JsonNode)Convert.ToBase64String(MemoryMarshal.AsBytes(record.Parameters(c).AsSpan())))]),
    };

    /// <summary>Those of checkpoint <paramref name="index"/> of a training row.</summary>
    public static float[] Read(ExperimentRow training, int index) => MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(((JsonArray)training.Json["parameters"]!)[index]!.GetValue<string>())).ToArray();
}
