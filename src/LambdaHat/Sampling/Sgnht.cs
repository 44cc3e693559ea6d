using System.Numerics.Tensors;
using LambdaHat.Losses;
using LambdaHat.Numerics;
using LambdaHat.Preconditioning;

namespace LambdaHat.Sampling;

/// <summary>
/// The stochastic-gradient Nosé–Hoover thermostat (Ding, Fang, Babbush, Chen, Skeel &amp; Neven 2014) in the coordinates of a metric, D of them sampled:
/// <code>
///     dz = p·dt,   dp = −∇U_B·dt − ξ·p·dt + √(2A)·dW,   dξ = (‖p‖²/D − 1)·dt
/// </code>
/// The friction ξ rises until the velocities have temperature 1, whatever isotropic noise the minibatches add. Integrated by the symmetric splitting BADODAB (Leimkuhler &amp; Shang 2016), with the
/// kicks at either end of a step joined into one, on a fresh minibatch; one step of size h is
/// <code>
///     p −= h·∇U_B(z);   z += (h/2)·p;   ξ += (h/2)·(‖p‖²/D − 1);   p ← e^(−ξh)·p + √(A·(1 − e^(−2ξh))/ξ)·N(0, 1);   ξ, z once more
/// </code>
/// On a quadratic with exact gradients ‖p‖² in the middle of a step and z at its beginning have their exact variances, so that h does not shift the temperature. The draw is recorded before
/// the move. The step size is h itself (ε of Langevin samplers is h²). Walls of the bounding box reflect position and velocity, in a diagonal metric only.
/// </summary>
public sealed class Sgnht : WhitenedSampler
{
    private readonly double _diffusion;
    private readonly AlignedMemory _velocity;
    private bool _started;

    /// <summary>The sampler at w* with A = <paramref name="diffusion"/>, which is also the friction at the start; it owns the evaluator and the metric.</summary>
    /// <exception cref="InvalidInputException">A is not above 0, or there is a bounding box in a metric that is not diagonal.</exception>
    public Sgnht(Target target, Evaluator evaluator, Metric metric, double stepSize, ulong seed, int chain, double diffusion = 1)
        : base(target, evaluator, metric, stepSize, seed, chain)
    {
        if (!(diffusion > 0) || !double.IsFinite(diffusion)) throw new InvalidInputException($"the diffusion A of the thermostat must be a finite number above 0, got {diffusion}");
        if (double.IsFinite(target.Box) && !metric.IsDiagonal) throw new InvalidInputException("the thermostat reflects its velocities at a bounding box in a diagonal metric only, got another metric");
        (_diffusion, Friction) = (diffusion, diffusion);
        _velocity = new AlignedMemory(target.Objective.Dimension);
    }

    /// <summary>ξ.</summary>
    public double Friction { get; private set; }

    private ReadOnlySpan<float> Velocity => _velocity.Span;

    /// <inheritdoc/>
    public override Transition Step(long step)
    {
        if (!_started) Start(step);
        Evaluator.SelectMinibatch(Seed, Chain, step);
        var excess = Evaluate(out _);
        if (!double.IsFinite(excess)) return new(excess, double.NaN);
        Metric.Adapt(W, Gradient, Seed, Chain, step);
        ToWhitened(W, Gradient);
        var h = StepSize;
        foreach (var block in Target.Sampled)
            TensorPrimitives.FusedMultiplyAdd(block.In((ReadOnlySpan<float>)Gradient), (float)-h, block.In(Velocity), block.In(_velocity.Span));
        Drift(h / 2);
        Heat(h / 2);
        Thermalise(h, step);
        Heat(h / 2);
        Drift(h / 2);
        return new(excess, double.NaN);
    }

    /// <inheritdoc/>
    public override void MoveTo(ReadOnlySpan<float> w)
    {
        base.MoveTo(w);
        _started = false;
    }

    /// <inheritdoc/>
    public override void Transfer(StateTransfer state)
    {
        base.Transfer(state);
        (Friction, _started) = (state.Value(Friction), state.Value(_started));
        state.Values(_velocity.Span);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _velocity.Dispose();
        base.Dispose(disposing);
    }

    private void Start(long step)
    {
        var stream = new RandomStream(Seed, RandomPurpose.Velocity, Chain, step);
        foreach (var block in Target.Sampled) GaussianNoise.Fill(stream, block.In(_velocity.Span), block.Offset);
        (Friction, _started) = (_diffusion, true);
    }

    private void Drift(double time)
    {
        foreach (var block in Target.Sampled) TensorPrimitives.Multiply(block.In(Velocity), (float)time, block.In(Move));
        Metric.AddUnwhitened(Move, W);
        Target.Reflect(W, _velocity.Span);
    }

    private void Heat(double time)
    {
        var sum = 0.0;
        foreach (var block in Target.Sampled) sum += WideSum.Squares(block.In(Velocity));
        Friction += time * ((sum / Target.Sampled.Count) - 1);
    }

    // The exact step of dp = −ξ·p·dt + √(2A)·dW with ξ as it is, of either sign.
    private void Thermalise(double time, long step)
    {
        var x = 2 * Friction * time;
        var spread = (float)Math.Sqrt(2 * _diffusion * time * (Math.Abs(x) < 1e-6 ? 1 - (x / 2) : (1 - Math.Exp(-x)) / x));
        var decay = (float)Math.Exp(-x / 2);
        foreach (var block in Target.Sampled)
        {
            var noise = block.In(Move);
            GaussianNoise.Fill(Noise(step), noise, block.Offset);
            TensorPrimitives.Multiply(noise, spread, noise);
            TensorPrimitives.FusedMultiplyAdd(block.In(Velocity), decay, noise, block.In(_velocity.Span));
        }
    }
}
