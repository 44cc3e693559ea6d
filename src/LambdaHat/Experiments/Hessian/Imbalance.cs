using LambdaHat.Losses;
using LambdaHat.Networks;

namespace LambdaHat.Experiments.Hessian;

/// <summary>
/// How far w* is from orthogonal to the symmetries of its layers, from 0 (balanced) to 1. The field of a symmetry between two layers, W₁ ↦ (1 + X)W₁, W₂ ↦ W₂(1 − X), has at w* the inner product tr[X(W₁W₁ᵀ − W₂ᵀW₂)] with w*.
/// Projecting w* on curved directions takes all of that away, and moves the network off its function.
/// </summary>
internal static class Imbalance
{
    /// <summary>‖W₁W₁ᵀ − W₂ᵀW₂‖/(‖W₁W₁ᵀ‖ + ‖W₂ᵀW₂‖) over the layers that meet: whole matrices between linear ones, the diagonal (and biases with the incoming weights) where a ReLU stands between. NaN where no two layers meet.</summary>
    public static double Of(NetworkObjective objective)
    {
        var (network, w) = (objective.Network, objective.Center.ToArray());
        var (difference, total) = (0.0, 0.0);
        var before = -1;
        var linear = true;
        for (var l = 0; l < network.Layers.Count; l++)
        {
            if (network.Layers[l].Layer is Relu) linear = false;
            if (network.Layers[l].Layer is not Dense dense) continue;
            if (before >= 0)
            {
                var incoming = Gram((Dense)network.Layers[before].Layer, network.Slice(w, before), outputs: true);
                var outgoing = Gram(dense, network.Slice(w, l), outputs: false);
                int[] kept = [.. Enumerable.Range(0, incoming.Length).Where(i => linear || i % (dense.Inputs + 1) == 0)];
                difference += Math.Sqrt(kept.Sum(i => Math.Pow(incoming[i] - outgoing[i], 2)));
                total += Math.Sqrt(kept.Sum(i => incoming[i] * incoming[i])) + Math.Sqrt(kept.Sum(i => outgoing[i] * outgoing[i]));
            }
            (before, linear) = (l, true);
        }
        return total > 0 ? difference / total : double.NaN;
    }

    // W·Wᵀ with the biases as one more column, or Wᵀ·W; W is outputs × inputs.
    private static double[] Gram(Dense layer, ReadOnlySpan<float> w, bool outputs)
    {
        var (rows, columns) = (layer.Outputs, layer.Inputs);
        var size = outputs ? rows : columns;
        var gram = new double[size * size];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
            {
                var sum = outputs && layer.Bias ? (double)w[(rows * columns) + i] * w[(rows * columns) + j] : 0;
                if (outputs) for (var k = 0; k < columns; k++) sum += (double)w[(i * columns) + k] * w[(j * columns) + k];
                else for (var k = 0; k < rows; k++) sum += (double)w[(k * columns) + i] * w[(k * columns) + j];
                gram[(i * size) + j] = sum;
            }
        }
        return gram;
    }
}
