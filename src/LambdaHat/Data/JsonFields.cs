using System.Text.Json;
using System.Text.Json.Nodes;

namespace LambdaHat.Data;

/// <summary>The keys of one JSON object; what is wrong with them is collected, so that one message can name everything.</summary>
internal sealed class JsonFields(JsonObject source, string place, List<string> problems)
{
    // More than any message shows; a hostile file could have a million.
    private const int MaxProblems = 100;

    /// <summary>Where the object stands, for messages.</summary>
    public string Place => place;

    /// <summary>Whether the key is there and not null.</summary>
    public bool Has(string key) => source[key] is not null;

    /// <summary>Notes a problem.</summary>
    public void Report(string problem) => problems.Add($"{place}: {problem}");

    /// <summary>Notes every key other than <paramref name="names"/>.</summary>
    public void AllowOnly(params string[] names)
    {
        foreach (var (key, _) in source)
        {
            if (problems.Count >= MaxProblems) return;
            if (!names.Contains(key)) Report($"unknown key {NearestName.Quote(key)}{NearestName.Hint(key, names)}");
        }
    }

    /// <summary>A string, or null when absent.</summary>
    public string? Text(string key) => Read(key, JsonValueKind.String, "a string") is { } node ? node.GetValue<string>() : null;

    /// <summary>An object, or null when absent.</summary>
    public JsonObject? Object(string key) => Read(key, JsonValueKind.Object, "an object")?.AsObject();

    /// <summary>An array, or null when absent.</summary>
    public JsonArray? Array(string key) => Read(key, JsonValueKind.Array, "an array")?.AsArray();

    /// <summary>A finite number, or null when absent.</summary>
    public double? Number(string key)
    {
        if (!Has(key)) return null;
        if (Number(source[key]) is { } number) return number;
        return (double?)Wrong(key, "a finite number");
    }

    /// <summary>A whole number from <paramref name="least"/> to <paramref name="most"/>, or null when absent.</summary>
    public ulong? Whole(string key, ulong least, ulong most)
    {
        if (!Has(key)) return null;
        if (source[key] is JsonValue value && value.TryGetValue<ulong>(out var whole) && whole >= least && whole <= most) return whole;
        return (ulong?)Wrong(key, $"a whole number from {least} to {most}");
    }

    /// <summary>One finite number or an array of them, or null when absent.</summary>
    public double[]? Numbers(string key)
    {
        if (!Has(key)) return null;
        if (source[key] is not JsonArray array) return Number(source[key]) is { } one ? [one] : (double[]?)Wrong(key, "a finite number or an array of them");
        var numbers = new double[array.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (Number(array[i]) is not { } number) return (double[]?)Wrong($"{key}[{i}]", array[i], "a finite number");
            numbers[i] = number;
        }
        return numbers;
    }

    private static double? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<double>(out var number) && double.IsFinite(number) ? number : null;

    private JsonNode? Read(string key, JsonValueKind kind, string expected)
    {
        if (!Has(key)) return null;
        return source[key]!.GetValueKind() == kind ? source[key] : (JsonNode?)Wrong(key, expected);
    }

    private object? Wrong(string key, string expected) => Wrong(key, source[key], expected);

    private object? Wrong(string key, JsonNode? value, string expected)
    {
        Report($"\"{key}\" must be {expected}, got {NearestName.Cut(value?.ToJsonString() ?? "null")}");
        return null;
    }
}
