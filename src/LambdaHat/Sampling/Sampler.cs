using LambdaHat.Losses;
using LambdaHat.Numerics;

namespace LambdaHat.Sampling;

/// <summary>What one transition leaves for the record.</summary>
/// <param name="Excess">nβ·(L(w) − L(w*)), both on the same samples; not finite when the chain has diverged.</param>
/// <param name="Acceptance">min(1, α) of the Metropolis test, or NaN where none was made.</param>
public readonly record struct Transition(double Excess, double Acceptance);

/// <summary>
/// One chain's transition with the little state it needs: a kernel bound to its target, its minibatches and its random streams. It makes one
/// transition at a time and allocates nothing; <see cref="Chain"/> is the loop.
/// </summary>
public abstract class Sampler : IDisposable
{
    private readonly Evaluator? _evaluator;
    private AlignedMemory _position, _gradient;

    /// <summary>
    /// A sampler at w*, of chain number <paramref name="chain"/>, owning <paramref name="evaluator"/>; null for one that needs neither losses nor gradients from samples.
    /// </summary>
    protected Sampler(Target target, Evaluator? evaluator, double stepSize, ulong seed, int chain)
    {
        (Target, _evaluator, StepSize, Seed, Chain) = (target, evaluator, stepSize, seed, chain);
        var d = target.Objective.Dimension;
        (_position, _gradient) = (new AlignedMemory(d), new AlignedMemory(evaluator is null ? 0 : d));
        target.Objective.Center.CopyTo(_position.Span);
    }

    /// <summary>The distribution drawn from.</summary>
    public Target Target { get; }

    /// <summary>ε, or h where the kernel's own comment says so.</summary>
    public double StepSize { get; set; }

    /// <summary>The step size that steps are made with: <see cref="StepSize"/>, unless the sampler holds them to less.</summary>
    public virtual double UsedStepSize => StepSize;

    /// <summary>w, the current parameters.</summary>
    public ReadOnlySpan<float> Position => _position.Span;

    /// <summary>Evaluations of one sample's gradient so far.</summary>
    public long SampleGradients { get; protected set; }

    /// <summary>The variance that minibatches add to the excess recorded since <see cref="StartRecording"/>, where the sampler measures it; 0 where nothing adds any, NaN where it is not known.</summary>
    public virtual double MinibatchVariance => _evaluator is null || _evaluator.BatchSize >= Target.Objective.SampleCount ? 0 : double.NaN;

    /// <summary>Forgets what was measured of the draws before, as for a new part of the chain.</summary>
    public virtual void StartRecording() { }

    /// <summary>How many times longer than usual its metric lets a chain take.</summary>
    public virtual double Slowness => 1;

    /// <summary>By how much nβ·L rises on average, to second order, when every weight that is kept in float64 moves up or down by its last bit; NaN where weights are float32.</summary>
    public virtual double Rounding => double.NaN;

    /// <summary>About how much the noise of minibatch gradients adds to nβ·E[ΔL] where the chain stands; NaN where the sampler allows for it, takes no minibatches, or halving its step size shows it.</summary>
    public virtual double GradientNoiseEffect() => double.NaN;

    /// <summary>The samples that losses and gradients are taken over.</summary>
    protected Evaluator Evaluator => _evaluator ?? throw new InvalidOperationException("this sampler was given no evaluator");

    /// <summary>The seed of the random streams.</summary>
    protected ulong Seed { get; }

    /// <summary>The number of the chain.</summary>
    protected int Chain { get; }

    /// <summary>w, to be moved.</summary>
    protected Span<float> W => _position.Span;

    /// <summary>A vector for ∇L or ∇U at w.</summary>
    protected Span<float> Gradient => _gradient.Span;

    /// <summary>Makes transition number <paramref name="step"/>; the same number gives the same random numbers.</summary>
    public abstract Transition Step(long step);

    /// <summary>Starts again from <paramref name="w"/>. What has been learned of the metric stays.</summary>
    public virtual void MoveTo(ReadOnlySpan<float> w) => w.CopyTo(W);

    /// <summary>
    /// Writes or reads all that the next step needs beside its number, so that a chain goes on with the same bits. Random numbers have addresses and need nothing.
    /// </summary>
    public virtual void Transfer(StateTransfer state)
    {
        StepSize = state.Value(StepSize);
        SampleGradients = state.Value(SampleGradients);
        state.Values(W);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the buffers and the evaluator.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing) return;
        _position.Dispose();
        _gradient.Dispose();
        _evaluator?.Dispose();
    }

    /// <summary>Exchanges w with <paramref name="other"/>.</summary>
    protected void SwapPosition(ref AlignedMemory other) => (_position, other) = (other, _position);

    /// <summary>Exchanges <see cref="Gradient"/> with <paramref name="other"/>.</summary>
    protected void SwapGradient(ref AlignedMemory other) => (_gradient, other) = (other, _gradient);

    /// <summary>nβ·(L(w) − L(w*)) and ∇L(w), on the samples selected.</summary>
    protected double Evaluate(out double loss)
    {
        loss = Evaluator.LossAndGradient(W, Gradient);
        SampleGradients += Evaluator.BatchSize;
        return Target.NBeta * (loss - Evaluator.CenterLoss);
    }

    /// <summary>The stream of this chain's Langevin noise at <paramref name="step"/>.</summary>
    protected RandomStream Noise(long step) => new(Seed, RandomPurpose.Noise, Chain, step);
}
