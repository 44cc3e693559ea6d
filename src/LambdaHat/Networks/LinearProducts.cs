using LambdaHat.Numerics;

namespace LambdaHat.Networks;

/// <summary>
/// What stands below and above every layer of a linear network at parameters w, in float64: P_l = W_{l−1} ⋯ W_1 (P of the first layer is 1) and B_l = W_L ⋯ W_{l+1} (of the last 1). Flat weights of a deep product may be many
/// times larger than what they leave of it: at γ = 1 the products of seven matrices reach 10⁶ times the accuracy 1/√(nβ) that the loss asks of them, beyond what float32 tells apart.
/// </summary>
public sealed class LinearProducts
{
    private readonly SharedDoubleProduct _product;
    private readonly double[][] _below, _above;

    /// <summary>The products of <paramref name="network"/>, which has dense layers without bias, and identities, only.</summary>
    public LinearProducts(Network network, WorkTeam? team = null)
    {
        if (!LinearChain.Recognises(network)) throw new ArgumentException("expected dense layers without bias and identities");
        _product = new SharedDoubleProduct(team);
        (Inputs, Outputs) = (network.Inputs, network.Outputs);
        Layers = [.. Enumerable.Range(0, network.Layers.Count).Where(l => network.Layers[l].Layer is Dense)
            .Select(l => new LinearLayer(l, network.ParameterRange(l).Start.Value, network.Layers[l].Layer.Outputs, network.Layers[l].Layer.Inputs))];
        _below = [.. Layers.Select((l, i) => i == 0 ? [] : new double[l.Inputs * Inputs])];
        _above = [.. Layers.Select(l => new double[Outputs * l.Outputs])];
        for (var i = 0; i < Outputs; i++) _above[^1][(i * Outputs) + i] = 1;
    }

    /// <summary>The network's inputs.</summary>
    public int Inputs { get; }

    /// <summary>The network's outputs.</summary>
    public int Outputs { get; }

    /// <summary>The dense layers, first to last.</summary>
    public IReadOnlyList<LinearLayer> Layers { get; }

    /// <summary>P_l (inputs of the layer × inputs of the network), as of the last <see cref="Ascend"/>; empty for the first layer.</summary>
    public double[] Below(int layer) => _below[layer];

    /// <summary>B_l (outputs of the network × outputs of the layer), as of the last <see cref="Descend"/>.</summary>
    public double[] Above(int layer) => _above[layer];

    /// <summary>Finds B of all layers at w.</summary>
    public void Descend(double[] w)
    {
        for (var l = Layers.Count - 2; l >= 0; l--)
        {
            var next = Layers[l + 1];
            _product.Multiply(Outputs, next.Inputs, next.Outputs, new(_above[l + 1], 0, next.Outputs), new(w, next.Offset, next.Inputs), new DoubleView(_above[l], 0, next.Inputs));
        }
    }

    /// <summary>Finds P of the layer above <paramref name="layer"/> from that of <paramref name="layer"/> and its matrix in w.</summary>
    public void Ascend(double[] w, int layer)
    {
        if (layer + 1 == Layers.Count) return;
        var (here, target) = (Layers[layer], _below[layer + 1]);
        if (layer == 0) w.AsSpan(here.Offset, here.Outputs * here.Inputs).CopyTo(target);
        else _product.Multiply(here.Outputs, Inputs, here.Inputs, new(w, here.Offset, here.Inputs), new(_below[layer], 0, Inputs), new DoubleView(target, 0, Inputs));
    }
}

/// <summary>A dense layer of a linear network: its number among the network's layers, and where its matrix begins in the flat vector.</summary>
public readonly record struct LinearLayer(int Layer, int Offset, int Outputs, int Inputs);
