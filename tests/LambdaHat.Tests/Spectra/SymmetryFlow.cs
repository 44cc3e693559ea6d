using LambdaHat.Networks;

namespace LambdaHat.Tests.Spectra;

/// <summary>Flows of exact symmetries written out on whole parameter vectors in float64, to hold counts of directions against: w at time t, from w at time 0.</summary>
internal sealed record SymmetryFlow(Func<double, double[]> At)
{
    /// <summary>The generator at w*: a central difference. Flows are linear or 1/(1 + t) in t, so that its error is some 1e-8.</summary>
    public double[] Generator()
    {
        const double h = 1e-4;
        return [.. At(h).Zip(At(-h)).Select(p => (p.First - p.Second) / (2 * h))];
    }

    /// <summary>Along a straight line.</summary>
    public static SymmetryFlow Line(double[] w, params (int Index, double Value)[] direction) => new(t =>
    {
        var moved = w.ToArray();
        foreach (var (index, value) in direction) moved[index] += t * value;
        return moved;
    });

    /// <summary>One parameter alone.</summary>
    public static IEnumerable<SymmetryFlow> Free(double[] w, IEnumerable<int> indices) => indices.Select(i => Line(w, (i, 1)));

    /// <summary>Unit i of the node between two dense layers takes up t times unit j: M = I + t·e_ij on the rows (and the bias) before, M⁻¹ on the columns after. For i = j a rescaling.</summary>
    public static SymmetryFlow Mix(Network network, double[] w, int before, int after, int i, int j) => new(t =>
    {
        var moved = w.ToArray();
        var (a, b) = ((Dense)network.Layers[before].Layer, (Dense)network.Layers[after].Layer);
        int start = network.ParameterRange(before).Start.Value, next = network.ParameterRange(after).Start.Value;
        for (var k = 0; k < a.Inputs; k++) moved[start + (i * a.Inputs) + k] += t * w[start + (j * a.Inputs) + k];
        if (a.Bias) moved[start + (a.Inputs * a.Outputs) + i] += t * w[start + (a.Inputs * a.Outputs) + j];
        // (I + t·e_ij)⁻¹ = I − s·e_ij, s = t, or t/(1 + t) on the diagonal: column j loses s times column i.
        var s = i == j ? t / (1 + t) : t;
        for (var k = 0; k < b.Outputs; k++) moved[next + (k * b.Inputs) + j] -= s * w[next + (k * b.Inputs) + i];
        return moved;
    });

    /// <summary>All mixtures of a linear node.</summary>
    public static IEnumerable<SymmetryFlow> Mixtures(Network network, double[] w, int before, int after)
    {
        var width = network.Layers[before].Layer.Outputs;
        return Enumerable.Range(0, width * width).Select(p => Mix(network, w, before, after, p / width, p % width));
    }

    /// <summary>The outputs for one input, in float64.</summary>
    public static double[] Outputs(Network network, double[] w, float[] x)
    {
        double[] value = [.. x.Select(v => (double)v)];
        for (var l = 0; l < network.Layers.Count; l++)
        {
            var next = new double[network.Layers[l].Layer.Outputs];
            network.Layers[l].Layer.ForwardExact(w.AsSpan()[network.ParameterRange(l)], value, next);
            value = next;
        }
        return value;
    }
}
