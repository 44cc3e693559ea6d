using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;
using LambdaHat.Sampling;

namespace LambdaHat.Estimation;

/// <summary>What the chains of an estimate will hold, in bytes, before they are made: vectors of all parameters, activations of a minibatch, Kronecker factors with their bases, and what stands above and below the layers of a linear network.</summary>
internal static class MemoryNeed
{
    private const int ChunkSamples = 4096, FactorSamples = 2048;

    /// <summary>The bytes of one chain of <paramref name="objective"/> with the options as resolved.</summary>
    public static long OfChain(Objective objective, EstimationOptions options, bool layerwise)
    {
        long d = objective.Dimension;
        var vectors = (options.Sampler, options.Metric) switch
        {
            ("gibbs", _) => 1,
            ("slice", _) => 2,
            ("langevin", _) => layerwise ? 3 : 6,
            ("mala", _) => 7,
            ("hmc", _) => 8,
            ("sgnht", _) => 4,
            (_, "none") when double.IsInfinity(options.Box) => options.AcceptanceEvery > 0 ? 4 : 2,
            _ => options.AcceptanceEvery > 0 ? 5 : 3,
        } + (options.Metric switch { "learned" => 2, "none" when options.Sampler is "mala" or "hmc" or "sgnht" => 1, _ => 0 }) + (options.IsPlain ? 0 : 1);
        var bytes = vectors * d * sizeof(float);
        if (objective is not NetworkObjective network) return bytes;
        var exact = SamplerKind.Of(options.Sampler).IsExact && LinearNetworkObjective.Supports(network.Network, network.Loss);
        if (options.Sampler == "gibbs") return bytes + GibbsByLayers.BytesOf(network.Blocks, network.Linear?.Rank ?? network.Network.Inputs);
        if (layerwise) return bytes + OfLayerwise(network, Math.Min(options.BatchSize, network.SampleCount));
        if (!exact)
        {
            var batch = Math.Min(options.BatchSize, network.SampleCount);
            bytes += NetworkPass.BytesOf(network.Network, Math.Min(batch, ChunkSamples)) + (batch > ChunkSamples ? d * sizeof(float) : 0) + (batch * sizeof(int));
        }
        if (options.Metric == "kronecker" || options.Sampler == "langevin") bytes += NetworkPass.BytesOf(network.Network, Math.Min(FactorSamples, network.SampleCount)) + network.Network.Layers.Sum(l => OfFactors(l.Layer)) + OfDecomposition(network.Network);
        return bytes;
    }

    /// <summary>Refuses a run that cannot fit into the memory that this process may have.</summary>
    /// <exception cref="InvalidInputException">It needs more.</exception>
    public static void Check(Objective objective, EstimationOptions options, bool layerwise, long available)
    {
        var (one, chains) = (OfChain(objective, options, layerwise), options.ChainsAt(objective));
        if (one * (double)chains <= available) return;
        throw new InvalidInputException($"{chains} chains need about {AvailableMemory.Gigabytes(one * (double)chains)} of memory, {AvailableMemory.Gigabytes(one)} each, and there are {AvailableMemory.Gigabytes(available)}; {(options.Sampler == "gibbs" ? "fewer chains need less" : "fewer chains, a smaller batch or another metric than kronecker need less")}");
    }

    // What is below (twice) and above every layer, a minibatch on its way through one layer, in float32 where data come in and go out; three matrices of the largest layer in float64 and in float32.
    private static long OfLayerwise(NetworkObjective objective, long batch)
    {
        var network = objective.Network;
        long inputs = network.Inputs, outputs = network.Outputs, widestInput = network.Layers.Max(l => (long)l.Layer.Inputs), widestOutput = network.Layers.Max(l => (long)l.Layer.Outputs);
        var products = network.Layers.Sum(l => (2 * inputs * l.Layer.Inputs) + (outputs * l.Layer.Outputs)) * sizeof(double);
        var pass = Math.Min(batch, ChunkSamples) * ((sizeof(double) * (inputs + widestInput + widestOutput + outputs)) + (sizeof(float) * (inputs + (3 * outputs))));
        return products + pass + (batch * sizeof(int)) + network.Layers.Sum(l => OfFactors(l.Layer)) + OfDecomposition(network) + OfMeasurement(network) + (network.Layers.Max(l => (long)l.Layer.Outputs * l.Layer.Inputs) * 3 * (sizeof(double) + sizeof(float)));
    }

    // Bases of what is below and above every layer, and what they are found with.
    private static long OfMeasurement(Network network)
    {
        (int Vectors, int Size)[] shapes = [.. network.Layers.Select(l => l.Layer).OfType<Dense>().SelectMany(l => ((int, int)[])[(network.Outputs, l.Outputs), (network.Inputs, l.Inputs)])];
        return shapes.Sum(s => (sizeof(double) * Math.Min(s.Vectors, s.Size) * (long)s.Size) + (sizeof(float) * Math.Max(s.Size - s.Vectors, 0) * (long)s.Size)) + RangeWorkspace.BytesOf(shapes);
    }

    // The eigendecomposition's four matrices of the widest factor's side.
    private static long OfDecomposition(Network network)
    {
        var widest = network.Layers.Select(l => l.Layer).OfType<Dense>().Select(l => (long)Math.Max(l.Outputs, l.Inputs + 1)).DefaultIfEmpty(0).Max();
        return 4 * sizeof(double) * widest * widest;
    }

    // Factor and eigenvectors in float64, bases in float32, three matrices of the layer's shape.
    private static long OfFactors(Layer layer)
    {
        if (layer is not Dense) return 0;
        long rows = layer.Outputs, columns = layer.Inputs + 1;
        return (sizeof(double) * ((2 * rows * rows) + (3 * columns * columns) + Math.Max(rows * rows, columns * columns))) + (sizeof(float) * ((rows * rows) + (columns * columns) + (3 * rows * columns)));
    }
}
