using System.Text.Json.Nodes;

namespace LambdaHat.Data;

/// <summary>What two JSON objects disagree in.</summary>
public static class Differences
{
    /// <summary>"KEY is X there and Y here" for every key of <paramref name="here"/> that <paramref name="there"/> has otherwise; objects within, alone or in lists, are gone through.</summary>
    public static IEnumerable<string> Between(JsonObject? there, JsonObject here)
    {
        foreach (var (key, value) in here)
        {
            var old = there?[key];
            if (JsonNode.DeepEquals(old, value)) continue;
            if (value is JsonArray list && old is JsonArray other && list.Count == other.Count && list.All(item => item is JsonObject))
            {
                for (var i = 0; i < list.Count; i++)
                    foreach (var difference in Between(other[i] as JsonObject, list[i]!.AsObject())) yield return $"{key}[{i}]: {difference}";
            }
            else if (value is JsonObject part)
            {
                foreach (var difference in Between(old as JsonObject, part)) yield return difference;
            }
            else yield return $"{key} is {Shown(old)} there and {Shown(value)} here";
        }
    }

    /// <summary>"KEY is X there and nothing here" for every key of <paramref name="there"/> that <paramref name="here"/> lacks, objects within gone through.</summary>
    public static IEnumerable<string> Missing(JsonObject there, JsonObject here)
    {
        foreach (var (key, value) in there)
        {
            if (!here.TryGetPropertyValue(key, out var other)) yield return $"{key} is {Shown(value)} there and nothing here";
            else if (value is JsonObject part && other is JsonObject inner)
                foreach (var difference in Missing(part, inner)) yield return difference;
        }
    }

    private static string Shown(JsonNode? node) => NearestName.Cut(node?.ToJsonString() ?? "null");
}
