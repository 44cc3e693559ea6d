using LambdaHat.Numerics;

namespace LambdaHat.Experiments.Linear;

/// <summary>
/// A group of the paper's random networks (Furman &amp; Lau 2024, Table 1 and its authors' records): the number of matrices and every width, the input's included, are uniform; upper bounds are exclusive. The
/// paper draws no network again for its number of parameters, which is the group's in order of magnitude only.
/// </summary>
public sealed record NetworkGroup(int FewestLayers, int LayersEnd, int LeastWidth, int WidthsEnd, int Samples, int Networks, double MostSeconds)
{
    /// <summary>The groups by name.</summary>
    public static IReadOnlyDictionary<string, NetworkGroup> All { get; } = new Dictionary<string, NetworkGroup>
    {
        ["1K"] = new(2, 5, 5, 50, 100_000, 100, 5),
        ["10K"] = new(2, 10, 5, 100, 100_000, 50, 20),
        ["100K"] = new(2, 10, 50, 500, 1_000_000, 10, 180),
        ["1M"] = new(5, 20, 100, 1000, 1_000_000, 2, 1800),
        ["10M"] = new(2, 20, 500, 2000, 1_000_000, 2, double.NaN),
        ["100M"] = new(2, 40, 500, 3000, 1_000_000, 1, double.NaN),
    };

    /// <summary>The widths of a network, input first.</summary>
    public int[] Draw(ulong seed)
    {
        var uniform = new float[1 + LayersEnd];
        new RandomStream(seed, RandomPurpose.Probe, 0, 0).FillUniform(uniform);
        var layers = FewestLayers + (int)(uniform[0] * (LayersEnd - FewestLayers));
        return [.. uniform.AsSpan(1, layers + 1).ToArray().Select(u => LeastWidth + (int)(u * (WidthsEnd - LeastWidth)))];
    }
}
