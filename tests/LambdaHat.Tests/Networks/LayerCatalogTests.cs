using System.Text.Json.Nodes;
using LambdaHat.Networks;

namespace LambdaHat.Tests.Networks;

public class LayerCatalogTests
{
    public static TheoryData<string> Layers => [.. ReferenceLayer.Names];

    [Theory, MemberData(nameof(Layers))]
    public void A_layer_is_built_again_from_its_own_options(string name)
    {
        var layer = ReferenceLayer.Create(name, new Random(5)).Layer;
        var options = new JsonObject { ["type"] = layer.Kind };
        layer.WriteOptions(options);
        var again = LayerCatalog.Build(options, layer.Inputs, "config.json");

        Assert.IsType(layer.GetType(), again);
        Assert.Equal((layer.Inputs, layer.Outputs), (again.Inputs, again.Outputs));
        var optionsAgain = new JsonObject { ["type"] = again.Kind };
        again.WriteOptions(optionsAgain);
        Assert.Equal(options.ToJsonString(), optionsAgain.ToJsonString());
        Assert.Equal(
            layer.Parameters.Select(parameter => $"{parameter.Name} {string.Join('×', parameter.Dimensions)}"),
            again.Parameters.Select(parameter => $"{parameter.Name} {string.Join('×', parameter.Dimensions)}"));
    }

    [Fact]
    public void All_types_are_known() =>
        Assert.Equal(["dense", "embedding", "gelu", "identity", "relu", "sigmoid", "tanh"], LayerCatalog.Types);

    [Theory]
    [InlineData("""{"type":"gelu","approximate":"erf"}""", "config.json, layer 1: \"approximate\" must be \"none\" or \"tanh\", got \"erf\"")]
    [InlineData("""{"type":"relu","approximate":"none"}""", "config.json, layer 1: unknown key \"approximate\"; expected one of type, name")]
    [InlineData("""{"type":"embedding","dimension":4}""", "config.json, layer 1: \"vocabulary\" must be a whole number from 1 to 2147483647, got nothing")]
    public void Wrong_options_are_named(string json, string message)
    {
        var error = Assert.Throws<InvalidInputException>(() => LayerCatalog.Build(JsonNode.Parse(json)!.AsObject(), 3, "config.json, layer 1"));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_activation_needs_a_layer_before_it()
    {
        var error = Assert.Throws<InvalidInputException>(() => LayerCatalog.Build(new JsonObject { ["type"] = "tanh" }, 0, "config.json, layer 0"));
        Assert.Contains("config.json, layer 0", error.Message, StringComparison.Ordinal);
        Assert.Contains("expected a dense or embedding layer first", error.Message, StringComparison.Ordinal);
    }
}
