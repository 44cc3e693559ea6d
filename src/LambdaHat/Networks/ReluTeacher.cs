using LambdaHat.Numerics;

namespace LambdaHat.Networks;

/// <summary>
/// A random ReLU network to be the truth of its own data: dense layers with ReLU between them, weights N(0, 2/fan-in), biases 0.1·N(0, 1). At such
/// a point each hidden unit has one rescaling symmetry, so λ is at most (d − hidden units)/2.
/// </summary>
public sealed record ReluTeacher(Network Network, float[] Parameters)
{
    /// <summary>Draws the teacher of the given widths, input first; the paper's network of 850 parameters is 10, 20, 20, 10.</summary>
    /// <exception cref="InvalidInputException">Fewer than 2 widths, or a width below 1.</exception>
    public static ReluTeacher Draw(IReadOnlyList<int> widths, ulong seed)
    {
        if (widths.Count < 2 || widths.Any(w => w < 1))
            throw new InvalidInputException($"a ReLU network needs at least 2 widths (input first), each a whole number ≥ 1, got {string.Join(",", widths)}");
        List<Layer> layers = [];
        for (var l = 1; l < widths.Count; l++)
        {
            if (l > 1) layers.Add(new Relu(widths[l - 1]));
            layers.Add(new Dense(widths[l - 1], widths[l]));
        }
        var network = new Network([.. layers]);
        var parameters = new float[network.Dimension];
        GaussianNoise.Fill(new RandomStream(seed, RandomPurpose.Initialisation, 0, 0), parameters);
        foreach (var block in network.Blocks)
        {
            var scale = block.Shape.Length == 1 ? 0.1f : MathF.Sqrt(2f / block.Shape[1]);
            foreach (ref var entry in block.In(parameters.AsSpan())) entry *= scale;
        }
        return new(network, parameters);
    }
}
