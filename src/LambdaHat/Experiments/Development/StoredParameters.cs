using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace LambdaHat.Experiments.Development;

/// <summary>Parameters of checkpoints in a row: the bytes of float32 numbers, little-endian, as base64.</summary>
internal static class StoredParameters
{
    /// <summary>As text.</summary>
    public static string Write(ReadOnlySpan<float> w) => Convert.ToBase64String(MemoryMarshal.AsBytes(w));

    /// <summary>Those of checkpoint <paramref name="index"/> of a training row.</summary>
    public static float[] Read(ExperimentRow training, int index) => MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(((JsonArray)training.Json["parameters"]!)[index]!.GetValue<string>())).ToArray();
}
