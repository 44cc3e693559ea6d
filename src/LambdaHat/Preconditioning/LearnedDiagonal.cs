using System.Numerics;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Preconditioning;

/// <summary>
/// The diagonal metric of RMSprop (Tieleman &amp; Hinton 2012; as a Langevin metric Li, Chen, Carlson &amp; Carin 2016) from the loss gradient g = ∇L alone, without localisation:
/// <code>
///     v ← α·v + (1 − α)·g²,   m² = (mean of v)/(1 − αᵗ),   v̂ = v + αᵗ·m²,   P_i = (1 + δ)·m / (√v̂_i + δ·m)
/// </code>
/// after t gradients. What the moment has not seen yet counts as typical, which corrects its bias on the average and lets P set out from 1: a first gradient alone, small somewhere by chance,
/// would make steps there that a chain does not survive, or that a Metropolis sampler never leaves. P is 1 for a parameter whose gradient has the root mean square m of all, below 1 where it is
/// larger, and at most (1 + δ)/δ where there is none: it does not change when the loss is multiplied by a number. It learns before each of the first transitions, then stays. While no gradient
/// has been seen that is not zero, P = 1.
/// </summary>
public sealed class LearnedDiagonal : DiagonalMetric
{
    /// <summary>α, the memory of the second moment: 0.99, RMSprop's default in PyTorch.</summary>
    public const double Memory = 0.99;

    /// <summary>δ, the damping relative to m: P reaches at most 101 times what a typical parameter has.</summary>
    public const double Damping = 0.01;

    private readonly long _warmUp;
    private readonly AlignedMemory _second;
    private double _forgotten = 1;

    /// <summary>The metric of <paramref name="sampled"/> that learns until transition number <paramref name="warmUp"/>.</summary>
    /// <exception cref="InvalidInputException">The warm-up is negative.</exception>
    public LearnedDiagonal(ParameterSelection sampled, long warmUp) : base(sampled)
    {
        if (warmUp < 0) throw new InvalidInputException($"the warm-up of the metric must be ≥ 0 steps, got {warmUp}");
        _warmUp = warmUp;
        _second = new AlignedMemory(sampled.Dimension);
    }

    /// <inheritdoc/>
    public override bool Adapt(ReadOnlySpan<float> w, ReadOnlySpan<float> lossGradient, ulong seed, int chain, long step)
    {
        if (step >= _warmUp) return false;
        _forgotten *= Memory;
        var total = 0.0;
        foreach (var block in Sampled) total += Accumulate(block.In(lossGradient), block.In(_second.Span));
        var typical = total / Sampled.Count / (1 - _forgotten);
        // Squares that float32 cannot hold are no gradient.
        if (!(typical > 1e-30) || !double.IsFinite(typical)) return false;
        var (scale, unseen) = ((float)(1 / typical), (float)_forgotten);
        foreach (var block in Sampled) Refresh(block.In((ReadOnlySpan<float>)_second.Span), block.In(Roots), scale, unseen);
        return true;
    }

    /// <inheritdoc/>
    public override void Transfer(StateTransfer state)
    {
        _forgotten = state.Value(_forgotten);
        state.Values(_second.Span);
        state.Values(Roots);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _second.Dispose();
        base.Dispose(disposing);
    }

    // v ← α·v + (1 − α)·g²; returns Σv.
    private static double Accumulate(ReadOnlySpan<float> g, Span<float> v)
    {
        var (keep, add) = ((float)Memory, (float)(1 - Memory));
        var (low, high) = (Vector<double>.Zero, Vector<double>.Zero);
        var i = 0;
        for (; i <= v.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var x = new Vector<float>(g[i..]);
            var moment = (new Vector<float>(v[i..]) * keep) + (x * x * add);
            moment.CopyTo(v[i..]);
            Vector.Widen(moment, out var first, out var second);
            low += first;
            high += second;
        }
        var sum = Vector.Sum(low + high);
        for (; i < v.Length; i++) sum += v[i] = (keep * v[i]) + (add * g[i] * g[i]);
        return sum;
    }

    // √P = √[(1 + δ)/(√v̂/m + δ)], v̂/m² = v/m² + αᵗ.
    private static void Refresh(ReadOnlySpan<float> v, Span<float> root, float scale, float unseen)
    {
        const float damping = (float)Damping;
        var i = 0;
        for (; i <= v.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var relative = Vector.SquareRoot((new Vector<float>(v[i..]) * scale) + new Vector<float>(unseen));
            Vector.SquareRoot(new Vector<float>(1 + damping) / (relative + new Vector<float>(damping))).CopyTo(root[i..]);
        }
        for (; i < v.Length; i++) root[i] = MathF.Sqrt((1 + damping) / (MathF.Sqrt((v[i] * scale) + unseen) + damping));
    }
}
