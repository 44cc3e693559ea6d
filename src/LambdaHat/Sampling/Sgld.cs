using LambdaHat.Numerics;

namespace LambdaHat.Sampling;

/// <summary>
/// Localised stochastic-gradient Langevin dynamics (Welling &amp; Teh 2011; Lau et al. 2023) with a constant diagonal preconditioner P:
/// <code>
///     g = nβ·∇L_B(w) + γ(w − w*)
///     w ← w − (ε/2)·P·g + N(0, ε·P)
/// </code>
/// A stateless kernel: the caller owns w, the gradient and the result.
/// </summary>
public sealed class Sgld
{
    private readonly Target _target;
    private readonly LangevinUpdate[] _updates;
    private readonly double[] _preconditioner;

    /// <summary>Creates the kernel for <paramref name="target"/>, with one value of P for each sampled block.</summary>
    public Sgld(Target target, IReadOnlyList<double> preconditioner, double stepSize)
    {
        var blocks = target.Sampled.Blocks;
        if (preconditioner.Count != blocks.Count) throw new ArgumentException($"expected {blocks.Count} preconditioner values, got {preconditioner.Count}");
        _target = target;
        StepSize = stepSize;
        _preconditioner = [.. preconditioner];
        _updates = new LangevinUpdate[blocks.Count];
        for (var b = 0; b < _updates.Length; b++) _updates[b] = LangevinUpdate.Sgld(stepSize, preconditioner[b], target.NBeta, target.Gammas[b]);
    }

    /// <summary>ε.</summary>
    public double StepSize { get; }

    /// <summary>
    /// result ← one step from w with minibatch gradient ∇L_B(w). Only sampled blocks are written, so result must hold the rest already;
    /// it may be w itself.
    /// </summary>
    public void Step(ReadOnlySpan<float> w, ReadOnlySpan<float> center, ReadOnlySpan<float> gradient, Span<float> result, in RandomStream noise)
    {
        for (var b = 0; b < _updates.Length; b++)
        {
            var block = _target.Sampled.Blocks[b];
            _updates[b].Apply(w, center, gradient, result, block.Offset, block.Offset + block.Size, noise);
        }
    }

    /// <summary>
    /// The logarithm of the Metropolis ratio of the move w → v (Roberts &amp; Rosenthal 1998), with both losses and gradients on the SAME minibatch:
    /// <code>
    ///     U(w) = nβ·L_B(w) + (γ/2)‖w − w*‖²
    ///     log q(v|w) = −‖v − w + (ε/2)·P·∇U(w)‖²_{P⁻¹} / (2ε)
    ///     log α = U(w) − U(v) + log q(w|v) − log q(v|w)
    /// </code>
    /// The acceptance is min(1, α). Sums are float64.
    /// </summary>
    public double LogMetropolisRatio(ReadOnlySpan<float> center,
        ReadOnlySpan<float> w, double loss, ReadOnlySpan<float> gradient,
        ReadOnlySpan<float> v, double newLoss, ReadOnlySpan<float> newGradient)
    {
        var ratio = _target.NBeta * (loss - newLoss);
        for (var b = 0; b < _preconditioner.Length; b++)
        {
            var p = _preconditioner[b];
            var half = StepSize / 2 * p;
            var gamma = _target.Gammas[b];
            var block = _target.Sampled.Blocks[b];
            double potential = 0, forward = 0, backward = 0;
            for (var i = block.Offset; i < block.Offset + block.Size; i++)
            {
                double here = w[i] - center[i], there = v[i] - center[i], move = (double)v[i] - w[i];
                potential += (here * here) - (there * there);
                var f = move + (half * ((_target.NBeta * gradient[i]) + (gamma * here)));
                var g = -move + (half * ((_target.NBeta * newGradient[i]) + (gamma * there)));
                forward += f * f;
                backward += g * g;
            }
            ratio += (gamma / 2 * potential) + ((forward - backward) / (2 * StepSize * p));
        }
        return ratio;
    }
}
