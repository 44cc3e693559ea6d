using LambdaHat.Networks;

namespace LambdaHat.Spectra;

/// <summary>What stands between two layers with parameters.</summary>
internal enum NodeKind
{
    /// <summary>Nothing, or identities.</summary>
    Linear,

    /// <summary>ReLU, with or without identities: units scale.</summary>
    Relu,

    /// <summary>Any other function.</summary>
    Other,
}

/// <summary>Layers with parameters that follow each other without a function between them, and the node after them.</summary>
/// <param name="Layers">Their places in the network, first to last.</param>
/// <param name="After">The node that follows: never linear, but for the last segment.</param>
/// <param name="ReluLayer">The place of the first ReLU after them, or −1.</param>
internal sealed record Segment(IReadOnlyList<int> Layers, NodeKind After, int ReluLayer)
{
    /// <summary>Cuts a network at its functions.</summary>
    public static IReadOnlyList<Segment> Of(Network network)
    {
        List<Segment> segments = [];
        List<int> current = [];
        var (after, relu) = (NodeKind.Linear, -1);
        void Close()
        {
            if (current.Count > 0) segments.Add(new([.. current], after, relu));
            current.Clear();
            (after, relu) = (NodeKind.Linear, -1);
        }
        for (var l = 0; l < network.Layers.Count; l++)
        {
            switch (network.Layers[l].Layer)
            {
                case Dense or Embedding:
                    if (after != NodeKind.Linear) Close();
                    current.Add(l);
                    break;
                case Identity:
                    break;
                case Relu when after is NodeKind.Linear or NodeKind.Relu:
                    if (after == NodeKind.Linear) relu = l;
                    after = NodeKind.Relu;
                    break;
                default:
                    after = NodeKind.Other;
                    break;
            }
        }
        Close();
        return segments;
    }
}
