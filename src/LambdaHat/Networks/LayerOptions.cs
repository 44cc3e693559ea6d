using System.Text.Json;
using System.Text.Json.Nodes;

namespace LambdaHat.Networks;

/// <summary>The options of one layer in <c>config.json</c>, read with messages that name the place and the legal values.</summary>
public sealed class LayerOptions(JsonObject spec, string place)
{
    /// <summary>Where in the file these options stand, for messages.</summary>
    public string Place => place;

    /// <summary>A required string.</summary>
    public string Text(string key) => Find(key) is { } node && node.GetValueKind() == JsonValueKind.String
        ? node.GetValue<string>()
        : throw Wrong(key, "a string");

    /// <summary>A string with a default.</summary>
    public string Text(string key, string otherwise) => Find(key) is null ? otherwise : Text(key);

    /// <summary>A required whole number in [1, 2³¹).</summary>
    public int Size(string key) => Find(key) is JsonValue value && value.TryGetValue<int>(out var size) && size >= 1
        ? size
        : throw Wrong(key, $"a whole number from 1 to {int.MaxValue}");

    /// <summary>A whole number in [1, 2³¹) with a default.</summary>
    public int Size(string key, int otherwise) => Find(key) is null ? otherwise : Size(key);

    /// <summary>A boolean with a default.</summary>
    public bool Flag(string key, bool otherwise) => Find(key) switch
    {
        null => otherwise,
        JsonValue value when value.TryGetValue<bool>(out var flag) => flag,
        _ => throw Wrong(key, "true or false"),
    };

    /// <summary>Refuses keys other than <paramref name="names"/>, naming the unknown one.</summary>
    public void AllowOnly(IReadOnlyCollection<string> names)
    {
        foreach (var (key, _) in spec)
        {
            if (!names.Contains(key))
                throw new InvalidInputException($"{place}: unknown key {NearestName.Quote(key)}; expected one of {string.Join(", ", names)}{NearestName.Hint(key, names)}");
        }
    }

    private JsonNode? Find(string key) => spec.TryGetPropertyValue(key, out var node) ? node : null;

    private InvalidInputException Wrong(string key, string expected) =>
        new($"{place}: \"{key}\" must be {expected}, got {(Find(key)?.ToJsonString() is { } text ? NearestName.Cut(text) : "nothing")}");
}
