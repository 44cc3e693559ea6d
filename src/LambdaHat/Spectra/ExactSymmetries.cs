using LambdaHat.Data;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Spectra;

/// <summary>The directions at w* along which the network's function on the data is exactly constant, by where they come from.</summary>
/// <param name="Dead">Parameters that touch units which a ReLU stops on all samples.</param>
/// <param name="Inputs">Weights on inputs that do not vary, or depend linearly on others, and rows of an embedding that never occur.</param>
/// <param name="Products">Directions within products of matrices: linear layers in a row, an embedding and the dense layer after it.</param>
/// <param name="Rescalings">ReLU units whose incoming weights can grow as their outgoing ones shrink.</param>
/// <param name="Problem">Why no direction is counted, or null.</param>
public sealed record FlatDirections(long Dead, long Inputs, long Products, long Rescalings, string? Problem = null)
{
    /// <summary>d_flat, their dimension together.</summary>
    public long Count => Dead + Inputs + Products + Rescalings;
}

/// <summary>
/// d_flat: the dimension of the span at w* of vector fields along whose flows the outputs on the data stay as they are near w*. Found from ranks of single matrices and one pass over the data, in float64; each
/// kind is independent of the others, so that they add up (docs/derivations/symmetries.md). What is not recognised is not counted, which only weakens a bound.
/// </summary>
public static class ExactSymmetries
{
    /// <summary>Products of wider layers are not looked at: their ranks would take longer than the spectrum.</summary>
    public const int WidestProduct = 2048;

    /// <summary>Counts them.</summary>
    /// <param name="network">The network.</param>
    /// <param name="data">The data; targets are not used.</param>
    /// <param name="w">w*.</param>
    /// <param name="cancellation">Ends it with an exception.</param>
    public static FlatDirections Find(Network network, DataSet data, ReadOnlySpan<float> w, CancellationToken cancellation = default)
    {
        var segments = Segment.Of(network);
        if (segments.Count == 0) return new(0, 0, 0, 0, "the network has no layer whose symmetries are known");
        var activity = DataActivity.Of(network, data, w, segments[0].Layers[0], Design(network, segments[0]), cancellation);
        if (activity.OnKink) return new(0, 0, 0, 0, "a ReLU stands on its kink at a sample, where the loss is not smooth");
        long dead = 0, inputs = 0, products = 0, rescalings = 0;
        bool[]? arriving = null;
        for (var s = 0; s < segments.Count; s++)
        {
            var segment = segments[s];
            var active = segment.After == NodeKind.Relu ? activity.Active[segment.ReluLayer] : null;
            var reduced = new ReducedSegment(network, w, segment, arriving, active);
            dead += reduced.Removed;
            var (ofInputs, ofProducts) = reduced.Directions(s == 0 ? activity : null);
            inputs += ofInputs;
            products += ofProducts;
            // An embedding alone shares its units among tokens; units before the outputs have nothing after them that could shrink.
            if (active is not null && s + 1 < segments.Count && network.Layers[segment.Layers[^1]].Layer is Dense) rescalings += active.Count(a => a);
            arriving = active is not null && network.Layers[segment.Layers[^1]].Layer is Dense ? active : null;
        }
        return new(dead, inputs, products, rescalings);
    }

    // Constant inputs trade with the last bias of the segment; without one they count only with the bias of its first layer, if any.
    private static DesignKind Design(Network network, Segment segment)
    {
        var biased = segment.Layers.Select(l => network.Layers[l].Layer is Dense { Bias: true }).ToArray();
        if (network.Layers[segment.Layers[0]].Layer is Embedding) return biased.Length > 1 && biased[1] ? DesignKind.Differences : DesignKind.Raw;
        return biased[^1] ? DesignKind.Differences : biased[0] ? DesignKind.Augmented : DesignKind.Raw;
    }
}
