using System.Numerics;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Sampling;

/// <summary>
/// The distribution that a sampler draws from, proportional to exp(−U(w)) over the sampled blocks b, everything else at w*:
/// <code>
///     U(w) = nβ·L_n(w) + Σ_b (γ_b/2)‖w_b − w*_b‖²     where |w_i − w*_i| ≤ r for every i, 0 elsewhere
/// </code>
/// The Gaussian localisation of Lau et al. 2023 has one γ for all blocks; a bounding box r is the uniform prior around w*.
/// </summary>
public sealed class Target
{
    private readonly double[] _gammas;

    /// <summary>The target with one strength of localisation for every sampled block.</summary>
    public Target(Objective objective, ParameterSelection sampled, double nBeta, double gamma)
        : this(objective, sampled, nBeta, [.. sampled.Blocks.Select(_ => gamma)]) { }

    /// <summary>The target with a strength of localisation of its own for every sampled block.</summary>
    public Target(Objective objective, ParameterSelection sampled, double nBeta, IReadOnlyList<double> gammas)
    {
        if (gammas.Count != sampled.Blocks.Count) throw new ArgumentException($"expected {sampled.Blocks.Count} values of γ, got {gammas.Count}");
        (Objective, Sampled, NBeta) = (objective, sampled, nBeta);
        _gammas = [.. gammas];
    }

    /// <summary>The loss.</summary>
    public Objective Objective { get; }

    /// <summary>What moves.</summary>
    public ParameterSelection Sampled { get; }

    /// <summary>nβ; 0 leaves the prior alone.</summary>
    public double NBeta { get; }

    /// <summary>γ_b, one for every sampled block.</summary>
    public ReadOnlySpan<double> Gammas => _gammas;

    /// <summary>r, half the width of the bounding box around w*; infinite for none.</summary>
    public double Box { get; init; } = double.PositiveInfinity;

    /// <summary>γ of the sampled block that holds position <paramref name="index"/>.</summary>
    public double GammaAt(int index)
    {
        for (var b = 0; b < _gammas.Length; b++)
            if (index >= Sampled.Blocks[b].Offset && index < Sampled.Blocks[b].Offset + Sampled.Blocks[b].Size) return _gammas[b];
        return 0;
    }

    /// <summary>Σ_b (γ_b/2)‖w_b − w*_b‖².</summary>
    public double PriorPotential(ReadOnlySpan<float> w)
    {
        var total = 0.0;
        for (var b = 0; b < _gammas.Length; b++)
        {
            var block = Sampled.Blocks[b];
            total += _gammas[b] / 2 * WideSum.Squares(block.In(w), -1, block.In(Objective.Center));
        }
        return total;
    }

    /// <summary>gradient ← ∇U(w) on the sampled blocks, from ∇L(w) in the same place.</summary>
    public void ToPotentialGradient(ReadOnlySpan<float> w, Span<float> gradient) => ToPotentialGradient(w, gradient, 0, w.Length);

    /// <summary>gradient ← ∇U(w) on the sampled blocks that begin in [start, end), from ∇L(w) in the same place.</summary>
    public void ToPotentialGradient(ReadOnlySpan<float> w, Span<float> gradient, int start, int end)
    {
        var scale = (float)NBeta;
        for (var b = 0; b < _gammas.Length; b++)
        {
            var block = Sampled.Blocks[b];
            if (block.Offset < start || block.Offset >= end) continue;
            var gamma = (float)_gammas[b];
            var g = block.In(gradient);
            ReadOnlySpan<float> here = block.In(w), center = block.In(Objective.Center);
            var i = 0;
            for (; i <= g.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                var away = new Vector<float>(here[i..]) - new Vector<float>(center[i..]);
                ((new Vector<float>(g[i..]) * scale) + (away * gamma)).CopyTo(g[i..]);
            }
            for (; i < g.Length; i++) g[i] = (scale * g[i]) + (gamma * (here[i] - center[i]));
        }
    }

    /// <summary>‖w − w*‖ over the sampled blocks.</summary>
    public double Distance(ReadOnlySpan<float> w)
    {
        var sum = 0.0;
        foreach (var block in Sampled) sum += WideSum.Squares(block.In(w), -1, block.In(Objective.Center));
        return Math.Sqrt(sum);
    }

    /// <summary>Whether w lies in the bounding box.</summary>
    public bool Contains(ReadOnlySpan<float> w)
    {
        if (double.IsPositiveInfinity(Box)) return true;
        foreach (var block in Sampled)
            for (var i = block.Offset; i < block.Offset + block.Size; i++)
                if (!(Math.Abs((double)w[i] - Objective.Center[i]) <= Box)) return false;
        return true;
    }

    /// <summary>
    /// Reflects what has left the bounding box back into it: the boundary condition of a diffusion that keeps the uniform prior stationary, exactly for steps with
    /// independent coordinates, otherwise but within a step's length of the edges where walls meet. Where a <paramref name="velocity"/> is given, its elements change sign with every reflection.
    /// </summary>
    public void Reflect(Span<float> w, Span<float> velocity = default)
    {
        if (double.IsPositiveInfinity(Box)) return;
        foreach (var block in Sampled)
        {
            for (var i = block.Offset; i < block.Offset + block.Size; i++)
            {
                if (Reflected((double)w[i], i, out var turned) is not { } inside) continue;
                w[i] = (float)inside;
                if (turned && !velocity.IsEmpty) velocity[i] = -velocity[i];
            }
        }
    }

    /// <summary>The same for one block of float64 parameters.</summary>
    public void Reflect(ParameterBlock block, Span<double> w)
    {
        if (double.IsPositiveInfinity(Box)) return;
        for (var i = block.Offset; i < block.Offset + block.Size; i++) w[i] = Reflected(w[i], i, out _) ?? w[i];
    }

    // Where parameter i at w comes to lie, and whether it now goes the other way; null where it is inside already, or lost.
    private double? Reflected(double w, int i, out bool turned)
    {
        turned = false;
        var away = w - Objective.Center[i];
        if (!(Math.Abs(away) > Box) || !double.IsFinite(away)) return null;
        var turn = Math.IEEERemainder(away - Box, 4 * Box);
        turned = turn > 0;
        return Objective.Center[i] + (Box - Math.Abs(turn));
    }
}
