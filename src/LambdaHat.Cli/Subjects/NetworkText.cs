using LambdaHat.Networks;

namespace LambdaHat.Cli.Subjects;

/// <summary>A network in one line: its input width, then every layer.</summary>
internal static class NetworkText
{
    public static string Describe(Network network) =>
        $"{network.Inputs} → {string.Join(" → ", network.Layers.Select(l => Describe(l.Layer)))}, {network.Dimension} parameters";

    private static string Describe(Layer layer) => layer switch
    {
        Dense { Bias: true } => $"{layer.Outputs}",
        Dense => $"{layer.Outputs} (no bias)",
        { Parameters.Count: > 0 } => $"{layer.Kind} {layer.Outputs}",
        _ => layer.Kind,
    };
}
