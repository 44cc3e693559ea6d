using System.Text.Json.Nodes;

namespace LambdaHat.Networks;

/// <summary>
/// The layer types that a <c>config.json</c> can name. Each layer's file registers its own type when the assembly loads.
/// </summary>
public static class LayerCatalog
{
    private static readonly SortedDictionary<string, LayerType> s_types = new(StringComparer.Ordinal);

    /// <summary>Builds a layer from its options, given how many features arrive.</summary>
    public delegate Layer Builder(LayerOptions options, int inputs);

    /// <summary>The registered types, sorted.</summary>
    public static IReadOnlyCollection<string> Types => s_types.Keys;

    /// <summary>Makes a type known; called by a module initializer in the layer's own file.</summary>
    public static void Register(string type, Builder build, params string[] optionNames) => s_types.Add(type, new LayerType(build, optionNames));

    /// <summary>Builds the layer that <paramref name="spec"/> describes.</summary>
    /// <exception cref="InvalidInputException">The type or an option is unknown, missing or out of range.</exception>
    public static Layer Build(JsonObject spec, int inputs, string place)
    {
        var options = new LayerOptions(spec, place);
        var type = options.Text("type");
        if (!s_types.TryGetValue(type, out var known))
            throw new InvalidInputException($"{place}: unknown layer type {NearestName.Quote(type)}; expected one of {string.Join(", ", Types)}{NearestName.Hint(type, Types)}");
        options.AllowOnly(["type", "name", .. known.OptionNames]);
        return known.Build(options, inputs);
    }

    private sealed record LayerType(Builder Build, string[] OptionNames);
}
