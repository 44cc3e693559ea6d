using System.Text;
using System.Text.Json.Nodes;
using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;

namespace LambdaHat.Tests.Checkpoints;

public class CheckpointConfigTests
{
    private const string Start = """{"format":"lambdahat","version":1,"inputs":3,"layers":[{"type":"dense","name":"fc1","out":4},{"type":"relu"},{"type":"dense","in":4,"out":2,"bias":false}]""";

    private static (Network Network, ModelConfig Config) Parse(string json) => CheckpointConfig.Parse(Encoding.UTF8.GetBytes(json), "config.json");

    private static string Message(string json) => Assert.Throws<InvalidInputException>(() => Parse(json)).Message;

    [Fact]
    public void Layers_take_their_position_as_name_unless_named()
    {
        var (network, config) = Parse(Start + "}");
        Assert.Equal(["fc1.weight (4, 3)", "fc1.bias (4)", "2.weight (2, 4)"], network.Blocks.Select(b => $"{b.Name} ({string.Join(", ", b.Shape)})"));
        Assert.Equal((3, 2), (network.Inputs, network.Outputs));
        Assert.Equal(new ModelConfig(), config);
    }

    [Fact]
    public void Everything_is_read_and_written_again()
    {
        var (network, config) = Parse("﻿" + Start + ""","loss":"cross-entropy","training":{"epochs":[1,{"lr":0.1}]},"data":{"spec":"npz:d.npz,x=a","preprocessing":{"scale":0.5,"mean":[1,2,3],"std":2},"split":{"train_fraction":0.75,"seed":18446744073709551615}}}""");
        Assert.Equal("cross-entropy", config.Loss);
        Assert.Equal(DataSpec.Parse("npz:d.npz,x=a"), config.Data);
        Assert.Equal(new Preprocessing { Scale = 0.5, Mean = [1, 2, 3], StandardDeviation = [2] }, config.Preprocessing);
        Assert.Equal(new Split { TrainFraction = 0.75, Seed = ulong.MaxValue }, config.Split);
        Assert.Equal("""{"epochs":[1,{"lr":0.1}]}""", config.Training!.ToJsonString());

        var stream = new MemoryStream();
        CheckpointConfig.Write(stream, network, config);
        var (again, configAgain) = CheckpointConfig.Parse(stream.ToArray(), "config.json");
        Assert.Equal(network.Blocks.Select(b => b.Name), again.Blocks.Select(b => b.Name));
        Assert.Equal(network.Layers.Select(l => l.Name), again.Layers.Select(l => l.Name));
        Assert.Equal(config with { Training = null }, configAgain with { Training = null });
        Assert.True(JsonNode.DeepEquals(config.Training, configAgain.Training));
    }

    [Fact]
    public void The_names_of_losses_are_those_of_the_catalog() => Assert.Equal(LossCatalog.Names.Order(), ModelConfig.LossNames.Order());

    [Fact]
    public void Everything_wrong_is_reported_at_once()
    {
        var message = Message("""{"format":"other","version":2,"input":3,"layers":5,"loss":"mes","data":{"spec":"mnst:d","splitt":1,"preprocessing":{"std":-1},"split":{"train_fraction":2}},"training":[]}""");
        Assert.Equal("""
            config.json: 11 problems
              the file: unknown key "input"; did you mean "inputs"?
              the file: "format" must be "lambdahat"
              the file: "version" must be 1
              the file: "training" must be an object, got []
              the file: unknown loss "mes"; expected one of mse, mse-sum, cross-entropy, behavioural; did you mean "mse"?
              data: unknown key "splitt"; did you mean "split"?
              data: data "mnst:d": unknown scheme "mnst"; expected one of mnist, npz, safetensors, csv, modular-addition, matrix-factorisation, dln; did you mean "mnist"?
              data.preprocessing: std: expected finite numbers above 0, got -1
              data.split: train fraction: expected a number above 0 and at most 1, got 2
              the file: "inputs" is missing; expected the number of inputs of the network
              the file: "layers" must be an array, got 5
            """, message);
    }

    [Theory]
    [InlineData("""[{"type":"dens","out":2}]""", "layers[0]: unknown layer type \"dens\"; expected one of dense, embedding, gelu, identity, relu, sigmoid, tanh; did you mean \"dense\"?")]
    [InlineData("""[{"type":"dense","ouput":2}]""", "layers[0]: unknown key \"ouput\"; expected one of type, name, in, out, bias; did you mean \"out\"?")]
    [InlineData("""[{"type":"dense","out":0}]""", "layers[0]: \"out\" must be a whole number from 1 to 2147483647, got 0")]
    [InlineData("""[{"type":"dense","out":2.5}]""", "layers[0]: \"out\" must be a whole number from 1 to 2147483647, got 2.5")]
    [InlineData("""[{"type":"dense","in":4,"out":2}]""", "layers[0]: takes 4 inputs, but 3 arrive from \"inputs\"")]
    [InlineData("""[{"type":"dense","out":2},{"type":"dense","in":3,"out":1}]""", "layers[1]: takes 3 inputs, but 2 arrive from layers[0]")]
    [InlineData("""[{"type":"dense","out":2,"name":"a"},{"type":"dense","out":1,"name":"a"}]""", "two tensors are named \"a.weight\"")]
    [InlineData("""[{"type":"dense","out":2,"name":""}]""", "layers[0]: \"name\" must not be empty")]
    [InlineData("""[7]""", "layers[0]: expected an object with a type")]
    [InlineData("""[null]""", "layers[0]: expected an object with a type")]
    [InlineData("""[]""", "\"layers\" has 0 entries; expected 1 to 10000")]
    [InlineData("""[{"type":"dense","out":2147483647}]""", "more than 2147483591 parameters")]
    public void Wrong_layers_are_named(string layers, string reason) =>
        Assert.Contains(reason, Message($$"""{"format":"lambdahat","version":1,"inputs":3,"layers":{{layers}}}"""), StringComparison.Ordinal);

    [Theory]
    [InlineData("", "config.json: not valid JSON")]
    [InlineData("{", "config.json: not valid JSON")]
    [InlineData("[]", "config.json: expected a JSON object")]
    [InlineData("null", "config.json: expected a JSON object")]
    [InlineData("""{"format":"lambdahat","format":"lambdahat"}""", "config.json: not valid JSON")]
    [InlineData("{\"format\":\"\\ud800\"}", "config.json: not valid JSON")]
    public void Text_that_is_not_a_JSON_object_is_refused(string json, string reason) =>
        Assert.StartsWith(reason, Message(json), StringComparison.Ordinal);

    [Fact]
    public void A_file_of_very_many_keys_or_bytes_is_refused_in_a_short_message()
    {
        var keys = string.Join(',', Enumerable.Range(0, 60_000).Select(i => $"\"k{i}\":{{}}"));
        Assert.InRange(Message($"{{{keys}}}").Length, 1, 3000);
        Assert.Equal("config.json: 1048577 bytes; expected at most 1048576", Message(new string(' ', (1 << 20) + 1)));
    }
}
