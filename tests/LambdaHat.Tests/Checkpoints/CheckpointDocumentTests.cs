using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LambdaHat.Data;
using LambdaHat.Networks;
using LambdaHat.Tests.Data;

namespace LambdaHat.Tests.Checkpoints;

/// <summary>What the documents show is what the code reads.</summary>
public class CheckpointDocumentTests
{
    private static readonly string s_docs = Path.Combine(RepositoryFolder.Root, "docs");

    private static JsonNode Schema => JsonNode.Parse(File.ReadAllText(Path.Combine(s_docs, "config.schema.json")))!;

    private static string Blocks(string language) => Regex.Match(File.ReadAllText(Path.Combine(s_docs, "checkpoint-format.md")), $"```{language}\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;

    [Fact]
    public void The_example_of_config_json_is_read()
    {
        var (network, config) = CheckpointConfig.Parse(Encoding.UTF8.GetBytes(Blocks("json")), "example");
        Assert.Equal("fc1.weight, fc1.bias, fc2.weight, fc2.bias", string.Join(", ", network.Blocks.Select(b => b.Name)));
        Assert.Equal(Split.Given, config.Split);
        Assert.Equal(0.1307, config.Preprocessing!.Mean[0]);
    }

    [Fact]
    public void The_two_Python_lines_write_a_config_that_is_read()
    {
        var json = Regex.Match(Blocks("python"), @"json\.dump\((.*), open").Groups[1].Value;
        var (network, _) = CheckpointConfig.Parse(Encoding.UTF8.GetBytes(json), "example");
        Assert.Equal("0.weight, 0.bias, 2.weight, 2.bias", string.Join(", ", network.Blocks.Select(b => b.Name)));
    }

    [Fact]
    public void The_schema_names_the_layer_types_keys_and_losses_that_are_read()
    {
        var definitions = Schema["$defs"]!.AsObject();
        var layers = definitions.Where(d => d.Value!["properties"]?["type"] is not null).Select(d => d.Value!["properties"]!.AsObject()).ToList();
        var types = layers.SelectMany(p => p["type"]!["const"] is { } one ? [one.GetValue<string>()] : p["type"]!["enum"]!.AsArray().Select(t => t!.GetValue<string>())).ToList();
        Assert.Equal(LayerCatalog.Types, types.Order(StringComparer.Ordinal));
        Assert.Equal(ModelConfig.LossNames, Schema["properties"]!["loss"]!["enum"]!.AsArray().Select(l => l!.GetValue<string>()));
        Assert.Equal(CheckpointConfig.MaxLayers, Schema["properties"]!["layers"]!["maxItems"]!.GetValue<int>());

        // A layer with a key that no layer knows is refused with the list of those it knows.
        foreach (var properties in layers)
        {
            var type = properties["type"]!["const"] ?? properties["type"]!["enum"]![0];
            var error = Assert.Throws<InvalidInputException>(() => LayerCatalog.Build(new JsonObject { ["type"] = type!.DeepClone(), ["?"] = 1 }, 4, "layer"));
            Assert.Contains($"expected one of {string.Join(", ", properties.Select(p => p.Key))};", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_scheme_is_in_the_table_of_data_arguments()
    {
        var text = File.ReadAllText(Path.Combine(s_docs, "data.md"));
        var documented = Regex.Matches(text, @"^\| `([a-z-]+)[:`]", RegexOptions.Multiline).Select(m => m.Groups[1].Value);
        var message = Assert.Throws<InvalidInputException>(() => DataSpec.Parse("?")).Message;
        Assert.Contains($"expected one of {string.Join(", ", documented)};", message, StringComparison.Ordinal);
    }
}
