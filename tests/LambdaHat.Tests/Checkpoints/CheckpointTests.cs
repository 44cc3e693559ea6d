using LambdaHat.Data;
using LambdaHat.Networks;
using LambdaHat.Tests.Data;

namespace LambdaHat.Tests.Checkpoints;

public sealed class CheckpointTests : IDisposable
{
    private static readonly Network s_network = new([new NamedLayer("fc1", new Dense(3, 2)), new NamedLayer("act", new Relu(2)), new NamedLayer("out", new Dense(2, 1, bias: false))]);
    private static readonly float[] s_parameters = [1, 2, 3, 4, 5, 6, -7, -8, 9, 10];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Model => Path.Combine(_folder.Path, "runs", "model");

    private void SaveTensors(params (string, int[], ReadOnlyMemory<float>)[] tensors) =>
        AtomicFile.Write(Path.Combine(Model, Checkpoint.TensorFile), stream => SafetensorsWriter.Write(stream, tensors));

    [Fact]
    public void A_network_is_saved_and_loaded_bit_for_bit()
    {
        var config = new ModelConfig { Loss = "mse", Data = DataSpec.Parse("csv:a.csv"), Preprocessing = Preprocessing.Pixels, Split = Split.Parse("0.5") };
        Checkpoint.Save(Model, s_network, s_parameters, config);
        var (network, parameters, configAgain) = Checkpoint.Load(Model);
        Assert.Equal(s_parameters, parameters);
        Assert.Equal(config, configAgain);
        Assert.Equal(["fc1.weight", "fc1.bias", "out.weight"], network.Blocks.Select(b => b.Name));
        Assert.Equal(["act", "fc1", "out"], network.Layers.Select(l => l.Name).Order());
        Assert.Equal(["config.json", "model.safetensors"], Directory.GetFiles(Model).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Saving_again_replaces_both_files()
    {
        Checkpoint.Save(Model, s_network, s_parameters, new ModelConfig());
        Checkpoint.Save(Model, new Network(new Dense(1, 1)), new float[] { 3, 4 }, new ModelConfig { Loss = "mse" });
        var (network, parameters, config) = Checkpoint.Load(Model);
        Assert.Equal((2, "mse"), (network.Dimension, config.Loss));
        Assert.Equal([3f, 4f], parameters);
    }

    [Fact]
    public void A_failed_write_leaves_the_old_file_and_no_other()
    {
        var path = _folder.Write("file", [1, 2]);
        Assert.Throws<TimeoutException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write([9]);
            throw new TimeoutException();
        }));
        Assert.Equal([1, 2], File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_named()
    {
        var file = _folder.Write("file", [1]);
        var message = Assert.Throws<InvalidInputException>(() => Checkpoint.Save(Path.Combine(file, "model"), s_network, s_parameters, new ModelConfig())).Message;
        Assert.StartsWith($"cannot write \"{Path.Combine(file, "model", "model.safetensors")}\": ", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tensors_that_do_not_fit_are_all_named_in_one_message()
    {
        Checkpoint.Save(Model, s_network, s_parameters, new ModelConfig());
        SaveTensors(("fc1.weight", [3, 2], new float[6]), ("fc1.bais", [2], new float[2]), ("out.weight", [1, 2], new float[2]), ("other", [1], new float[1]));
        Assert.Equal($"""
            {Path.Combine(Model, "model.safetensors")}: 4 problems
              tensor "fc1.weight" has shape (3, 2); expected (2, 3)
              tensor "fc1.bias" (2) is missing; did you mean "fc1.bais"?
              tensor "fc1.bais" (2) belongs to no layer; did you mean "fc1.bias"?
              tensor "other" (1) belongs to no layer; did you mean "out.weight"?
            """, Assert.Throws<InvalidInputException>(() => Checkpoint.Load(Model)).Message);
    }

    [Fact]
    public void Numbers_that_are_not_finite_are_named_with_their_place_when_loaded_and_when_saved()
    {
        Checkpoint.Save(Model, s_network, s_parameters, new ModelConfig());
        SaveTensors(("fc1.weight", [2, 3], new float[] { 1, 2, 3, 4, float.NaN, 6 }), ("fc1.bias", [2], new float[] { 1, float.NegativeInfinity }), ("out.weight", [1, 2], new float[2]));
        var message = Assert.Throws<InvalidInputException>(() => Checkpoint.Load(Model)).Message;
        Assert.Contains("tensor \"fc1.weight\" is NaN at [1, 1]; expected finite numbers", message, StringComparison.Ordinal);
        Assert.Contains("tensor \"fc1.bias\" is -Infinity at [1]; expected finite numbers", message, StringComparison.Ordinal);
        Assert.Contains("at [0, 1]", Assert.Throws<InvalidInputException>(() =>
            Checkpoint.Save(Model, s_network, new[] { 1, float.NaN, 3, 4, 5, 6, 7, 8, 9, 10 }, new ModelConfig())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("F64", "000000000000f03f00000000000000c0", true)]
    [InlineData("F16", "003c00c0", true)]
    [InlineData("BF16", "803f00c0", true)]
    [InlineData("I32", "01000000feffffff", false)]
    public void Floating_point_tensors_of_every_width_are_weights_and_whole_numbers_are_not(string type, string data, bool allowed)
    {
        Checkpoint.Save(Model, new Network(new Dense(2, 1, bias: false)), new float[2], new ModelConfig());
        var bytes = Convert.FromHexString(data);
        File.WriteAllBytes(Path.Combine(Model, "model.safetensors"), FileBytes.Safetensors($$$"""{"0.weight":{"dtype":"{{{type}}}","shape":[1,2],"data_offsets":[0,{{{bytes.Length}}}]}}""", bytes));
        if (allowed) Assert.Equal([1f, -2f], Checkpoint.Load(Model).Parameters);
        else Assert.Contains("has type I32; expected one of F32, F64, F16, BF16", Assert.Throws<InvalidInputException>(() => Checkpoint.Load(Model)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_folders_and_files_are_named()
    {
        Assert.Equal($"cannot read \"{Model}\": there is no such folder; expected one with config.json and model.safetensors",
            Assert.Throws<InvalidInputException>(() => Checkpoint.Load(Model)).Message);
        Directory.CreateDirectory(Model);
        Assert.Equal($"cannot read \"{Path.Combine(Model, "config.json")}\": there is no such file",
            Assert.Throws<InvalidInputException>(() => Checkpoint.Load(Model)).Message);
    }
}
