using LambdaHat.Data;

namespace LambdaHat.Networks;

/// <summary>
/// A trained network in a folder: <c>config.json</c> (layers, loss, data) and <c>model.safetensors</c> with PyTorch's state_dict names and
/// layouts, one float32 tensor for each of <see cref="Network.Blocks"/>.
/// </summary>
public sealed record Checkpoint(Network Network, float[] Parameters, ModelConfig Config)
{
    /// <summary>The name of the file with the architecture.</summary>
    public const string ConfigFile = "config.json";

    /// <summary>The name of the file with the tensors.</summary>
    public const string TensorFile = "model.safetensors";

    /// <summary>Reads the checkpoint in <paramref name="folder"/>.</summary>
    /// <exception cref="InvalidInputException">
    /// A file is missing or damaged, the configuration is wrong, or tensors are missing, left over, of another shape or type, or not finite (all of them in one message).
    /// </exception>
    public static Checkpoint Load(string folder)
    {
        if (!Directory.Exists(folder)) throw new InvalidInputException($"cannot read \"{folder}\": there is no such folder; expected one with {ConfigFile} and {TensorFile}");
        var path = Path.Combine(folder, ConfigFile);
        var (network, config) = CheckpointConfig.Parse(InputFile.Read(path, ReadConfig, seeks: true), path);
        using var tensors = SafetensorsFile.Open(Path.Combine(folder, TensorFile));
        return new Checkpoint(network, CheckpointTensors.Read(tensors, network, Path.Combine(folder, TensorFile)), config);
    }

    /// <summary>
    /// Writes a checkpoint to <paramref name="folder"/>, created if need be. Each file is written beside its place, flushed to the disk and renamed: a file is either
    /// the old one or the new one, whole.
    /// </summary>
    /// <exception cref="InvalidInputException">The files cannot be written, or a parameter is not finite.</exception>
    public static void Save(string folder, Network network, ReadOnlyMemory<float> parameters, ModelConfig config)
    {
        if (parameters.Length != network.Dimension) throw new ArgumentException($"expected {network.Dimension} parameters, got {parameters.Length}");
        var problems = network.Blocks.Select(block => CheckpointTensors.NotFinite(block, parameters.Span)).OfType<string>().ToList();
        if (problems.Count > 0) throw new InvalidInputException(Listing.Problems($"cannot write \"{folder}\"", problems));
        AtomicFile.Write(Path.Combine(folder, TensorFile), stream =>
            SafetensorsWriter.Write(stream, [.. network.Blocks.Select(block => (block.Name, block.Shape, parameters.Slice(block.Offset, block.Size)))]));
        AtomicFile.Write(Path.Combine(folder, ConfigFile), stream => CheckpointConfig.Write(stream, network, config));
    }

    private static byte[] ReadConfig(Stream stream, string place)
    {
        if (stream.Length > CheckpointConfig.MaxBytes) throw new InvalidInputException($"{place}: {stream.Length} bytes; expected at most {CheckpointConfig.MaxBytes}");
        var bytes = new byte[stream.Length];
        new ByteInput(stream, place, bytes.Length).Fill(bytes, "the file");
        return bytes;
    }
}
