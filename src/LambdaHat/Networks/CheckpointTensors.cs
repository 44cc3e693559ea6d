using LambdaHat.Data;

namespace LambdaHat.Networks;

/// <summary>Fits the tensors of a file to the blocks of a network, reporting everything that does not fit in one message.</summary>
internal static class CheckpointTensors
{
    private static readonly string[] s_types = ["F32", "F64", "F16", "BF16"];

    /// <summary>The flat parameter vector of <paramref name="network"/> read from <paramref name="file"/>; nothing is allocated before every shape fits.</summary>
    public static float[] Read(SafetensorsFile file, Network network, string place)
    {
        var problems = new List<string>();
        var unused = file.Names.ToHashSet(StringComparer.Ordinal);
        foreach (var block in network.Blocks) unused.Remove(block.Name);
        foreach (var block in network.Blocks)
        {
            if (file.Find(block.Name) is not var (shape, type))
                problems.Add($"tensor \"{block.Name}\" {TensorShape.Text(block.Shape)} is missing{NearestName.Hint(block.Name, unused)}");
            else if (!shape.AsSpan().SequenceEqual(block.Shape))
                problems.Add($"tensor \"{block.Name}\" has shape {TensorShape.Text(shape)}; expected {TensorShape.Text(block.Shape)}");
            else if (!s_types.Contains(type))
                problems.Add($"tensor \"{block.Name}\" has type {type}; expected one of {string.Join(", ", s_types)}");
        }
        foreach (var name in file.Names.Where(unused.Contains))
            problems.Add($"tensor {NearestName.Quote(name)} {TensorShape.Text(file.Find(name)!.Value.Shape)} belongs to no layer{NearestName.Hint(name, network.Blocks.Select(b => b.Name))}");
        if (problems.Count > 0) throw new InvalidInputException(Listing.Problems(place, problems));

        var w = new float[network.Dimension];
        foreach (var block in network.Blocks)
        {
            file.Read(block.Name, w.AsMemory(block.Offset, block.Size));
            if (NotFinite(block, w) is { } problem) problems.Add(problem);
        }
        return problems.Count == 0 ? w : throw new InvalidInputException(Listing.Problems(place, problems));
    }

    /// <summary>What is wrong with the first number of <paramref name="block"/> that is not finite, or null.</summary>
    public static string? NotFinite(ParameterBlock block, ReadOnlySpan<float> w)
    {
        var values = block.In(w);
        for (var i = 0; i < values.Length; i++)
        {
            if (float.IsFinite(values[i])) continue;
            var index = new int[block.Shape.Length];
            for (int d = index.Length - 1, rest = i; d >= 0; rest /= block.Shape[d--]) index[d] = rest % block.Shape[d];
            return $"tensor \"{block.Name}\" is {values[i]} at [{string.Join(", ", index)}]; expected finite numbers";
        }
        return null;
    }
}
