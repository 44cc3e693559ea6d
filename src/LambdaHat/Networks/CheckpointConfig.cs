using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LambdaHat.Data;

namespace LambdaHat.Networks;

/// <summary>
/// Reads and writes <c>config.json</c>. Everything that is wrong with a file is reported in one message (layers up to the first bad one: the sizes after it
/// are unknown).
/// </summary>
public static class CheckpointConfig
{
    /// <summary>The version of the format that is written, the only one that is read.</summary>
    public const int Version = 1;

    /// <summary>The longest file that is read.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>The most layers that a file may describe.</summary>
    public const int MaxLayers = 10_000;

    private static readonly JsonDocumentOptions s_options = new() { AllowDuplicateProperties = false, MaxDepth = 64 };
    private static readonly JsonWriterOptions s_format = new() { Indented = true, NewLine = "\n" };

    /// <summary>Reads the bytes of a file; <paramref name="place"/> names it in messages.</summary>
    /// <exception cref="InvalidInputException">The text is not JSON, a key or value is wrong, or the layers do not fit.</exception>
    public static (Network Network, ModelConfig Config) Parse(ReadOnlyMemory<byte> utf8, string place)
    {
        if (utf8.Length > MaxBytes) throw new InvalidInputException($"{place}: {utf8.Length} bytes; expected at most {MaxBytes}");
        if (utf8.Span.StartsWith(Encoding.UTF8.Preamble)) utf8 = utf8[3..];
        try
        {
            var root = JsonNode.Parse(utf8.Span, documentOptions: s_options) as JsonObject
                ?? throw new InvalidInputException($"{place}: expected a JSON object");
            return Read(root, place);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or ArgumentException or FormatException)
        {
            throw new InvalidInputException($"{place}: not valid JSON: {failure.Message}", failure);
        }
    }

    /// <summary>Writes the file.</summary>
    public static void Write(Stream stream, Network network, ModelConfig config)
    {
        var root = new JsonObject { ["format"] = "lambdahat", ["version"] = Version, ["inputs"] = network.Inputs, ["layers"] = Layers(network) };
        if (config.Loss is not null) root["loss"] = config.Loss;
        if (config.Data is not null || config.Preprocessing is not null || config.Split is not null)
        {
            var data = new JsonObject();
            if (config.Data is not null) data["spec"] = config.Data.ToString();
            if (config.Preprocessing is not null) data["preprocessing"] = config.Preprocessing.ToJson();
            if (config.Split is not null) data["split"] = config.Split.ToJson();
            root["data"] = data;
        }
        if (config.Training is not null) root["training"] = config.Training.DeepClone();
        using var writer = new Utf8JsonWriter(stream, s_format);
        root.WriteTo(writer);
        writer.Flush();
        stream.WriteByte((byte)'\n');
    }

    private static JsonArray Layers(Network network)
    {
        var layers = new JsonArray();
        for (var l = 0; l < network.Layers.Count; l++)
        {
            var (name, layer) = network.Layers[l];
            var options = new JsonObject { ["type"] = layer.Kind };
            if (name != $"{l}") options["name"] = name;
            layer.WriteOptions(options);
            layers.Add((JsonNode)options);
        }
        return layers;
    }

    private static (Network Network, ModelConfig Config) Read(JsonObject root, string place)
    {
        var problems = new List<string>();
        var fields = new JsonFields(root, "the file", problems);
        fields.AllowOnly("format", "version", "inputs", "layers", "loss", "data", "training");
        if (fields.Text("format") is not "lambdahat") fields.Report("\"format\" must be \"lambdahat\"");
        if (fields.Whole("version", 0, int.MaxValue) is not Version) fields.Report($"\"version\" must be {Version}");
        var config = Config(fields, problems);
        var network = ReadNetwork(fields, problems);
        return problems.Count == 0 && network is not null ? (network, config) : throw new InvalidInputException(Listing.Problems(place, problems));
    }

    private static ModelConfig Config(JsonFields fields, List<string> problems)
    {
        var config = new ModelConfig { Training = fields.Object("training")?.DeepClone().AsObject() };
        config = Tried(() => config with { Loss = fields.Text("loss") }, config, fields.Place, problems);
        if (fields.Object("data") is not { } data) return config;
        var parts = new JsonFields(data, "data", problems);
        parts.AllowOnly("spec", "preprocessing", "split");
        if (parts.Text("spec") is { } spec) config = Tried(() => config with { Data = DataSpec.Parse(spec) }, config, parts.Place, problems);
        return config with
        {
            Preprocessing = parts.Object("preprocessing") is { } preprocessing ? Preprocessing.FromJson(new JsonFields(preprocessing, "data.preprocessing", problems)) : null,
            Split = parts.Object("split") is { } split ? Split.FromJson(new JsonFields(split, "data.split", problems)) : null,
        };
    }

    private static Network? ReadNetwork(JsonFields fields, List<string> problems)
    {
        var inputs = fields.Whole("inputs", 1, int.MaxValue);
        if (inputs is null && !fields.Has("inputs")) fields.Report("\"inputs\" is missing; expected the number of inputs of the network");
        var specs = fields.Array("layers");
        if (specs is null && !fields.Has("layers")) fields.Report("\"layers\" is missing; expected an array of layers");
        if (inputs is null || specs is null) return null;
        if (specs.Count is 0 or > MaxLayers)
        {
            fields.Report($"\"layers\" has {specs.Count} entries; expected 1 to {MaxLayers}");
            return null;
        }
        var layers = new List<NamedLayer>();
        var arriving = (int)inputs.Value;
        for (var l = 0; l < specs.Count; l++)
        {
            var place = $"layers[{l}]";
            var layer = Tried(() => ReadLayer(specs[l], l, arriving, place), null, null, problems);
            if (layer is null) return null;
            layers.Add(layer);
            arriving = layer.Layer.Outputs;
        }
        return Tried(() => new Network(layers), null, fields.Place, problems);
    }

    private static NamedLayer ReadLayer(JsonNode? node, int position, int arriving, string place)
    {
        if (node is not JsonObject spec) throw new InvalidInputException($"{place}: expected an object with a type");
        var name = new LayerOptions(spec, place).Text("name", $"{position}");
        if (name.Length == 0) throw new InvalidInputException($"{place}: \"name\" must not be empty");
        var layer = LayerCatalog.Build(spec, arriving, place);
        if (layer.Inputs != arriving)
            throw new InvalidInputException($"{place}: takes {layer.Inputs} inputs, but {arriving} arrive from {(position == 0 ? "\"inputs\"" : $"layers[{position - 1}]")}");
        return new NamedLayer(name, layer);
    }

    private static T Tried<T>(Func<T> action, T otherwise, string? place, List<string> problems)
    {
        try
        {
            return action();
        }
        catch (InvalidInputException failure)
        {
            problems.Add(place is null ? failure.Message : $"{place}: {failure.Message}");
            return otherwise;
        }
    }
}
