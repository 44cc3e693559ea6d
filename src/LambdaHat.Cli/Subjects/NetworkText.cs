using LambdaHat.Networks;

namespace LambdaHat.Cli.Subjects;

/// <summary>A network in one line: its input width, then every layer.</summary>
internal static class NetworkText
{
    public static string Describe(Network network) =>
        $"{network.Inputs} → {string.Join(" → ", network.Layers.Select(l => l.Layer is Dense dense ? $"{dense.Outputs}{(dense.Bias ? "" : " (no bias)")}" : l.Layer.Kind))}, {network.Dimension} parameters";
}
