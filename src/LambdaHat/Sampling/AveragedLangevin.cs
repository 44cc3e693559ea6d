using System.Numerics;
using LambdaHat.Losses;
using LambdaHat.Numerics;
using LambdaHat.Preconditioning;

namespace LambdaHat.Sampling;

/// <summary>
/// Langevin dynamics of all parameters at once in a metric P = L·Lᵀ with noise averaged over two neighbouring steps (Leimkuhler &amp; Matthews 2013), on a fresh minibatch a step, nothing rejected:
/// <code>
///     w ← w + L·[−(ε/2)·g + √ε·(ξ + ξ′)/2],   g = Lᵀ∇U_B(w),   Var ξ_i = 1 − σ_i²·a/(2 − a),   a = ε/2
/// </code>
/// σ_i² is the variance that minibatches add to g_i, measured along the chain as (g_i − g′_i)²/2 from two minibatches at the same point. What they heat, the noise put in gives up, coordinate by
/// coordinate: on a quadratic of whitened curvature 1 the stationary law is exact at any ε &lt; 4 (<see cref="AveragedNoise"/>). The step is held to <see cref="StepLimit"/>. The draw is recorded before the move.
/// </summary>
public sealed class AveragedLangevin : WhitenedSampler
{
    private const int EarlySteps = 64, EarlyEvery = 4, Every = 10;
    // What a measurement of the noise leaves of the earlier ones while the metric still changes.
    private const double Memory = 0.9;

    private readonly AlignedMemory _noise, _variance, _second;
    private long _measured;
    private double _lossNoise;
    private long _pairs;
    private bool _started;

    /// <summary>The sampler at w*; it owns the evaluator and the metric.</summary>
    public AveragedLangevin(Target target, Evaluator evaluator, Metric metric, double stepSize, ulong seed, int chain)
        : base(target, evaluator, metric, stepSize, seed, chain)
    {
        var d = target.Objective.Dimension;
        (_noise, _variance, _second) = (new AlignedMemory(d), new AlignedMemory(d), new AlignedMemory(d));
        Minibatches = evaluator.BatchSize < target.Objective.SampleCount;
    }

    /// <summary>Whether gradients are of a part of the samples.</summary>
    public bool Minibatches { get; }

    /// <summary>σ² averaged over the sampled coordinates.</summary>
    public double GradientNoise { get; private set; }

    /// <summary>The largest ε whose steps can give up the noise of the noisiest coordinates on average: σ²·a/(2 − a) ≤ ½.</summary>
    public double StepLimit { get; private set; } = double.PositiveInfinity;

    /// <inheritdoc/>
    public override double UsedStepSize => Math.Min(StepSize, StepLimit);

    /// <summary>The variance that minibatches add to the excess recorded; 0 without minibatches, or before it was measured.</summary>
    public override double MinibatchVariance => _pairs > 0 ? _lossNoise / _pairs : 0;

    /// <inheritdoc/>
    public override Transition Step(long step)
    {
        Evaluator.SelectMinibatch(Seed, Chain, 2 * step);
        var excess = Evaluate(out _);
        if (!double.IsFinite(excess)) return new(excess, double.NaN);
        // Noise in other coordinates is forgotten, not at once: a metric changes little by little.
        if (Metric.Adapt(W, Gradient, Seed, Chain, step)) _measured = Math.Min(_measured, 10);
        ToWhitened(W, Gradient);
        if (Minibatches && step % (step < EarlySteps || _measured < 100 ? EarlyEvery : Every) == 0) MeasureNoise(step, excess);
        MakeMove(step);
        Metric.AddUnwhitened(Move, W);
        Target.Reflect(W);
        return new(excess, double.NaN);
    }

    /// <inheritdoc/>
    public override void MoveTo(ReadOnlySpan<float> w)
    {
        base.MoveTo(w);
        _started = false;
    }

    /// <summary>Forgets the noise of the recorded excess, as for a new part of the chain.</summary>
    public override void StartRecording() => (_pairs, _lossNoise) = (0, 0);

    /// <inheritdoc/>
    public override void Transfer(StateTransfer state)
    {
        base.Transfer(state);
        _measured = state.Value(_measured);
        (_pairs, _lossNoise, _started) = (state.Value(_pairs), state.Value(_lossNoise), state.Value(_started));
        (GradientNoise, StepLimit) = (state.Value(GradientNoise), state.Value(StepLimit));
        state.Values(_noise.Span);
        state.Values(_variance.Span);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            foreach (var memory in (ReadOnlySpan<AlignedMemory>)[_noise, _variance, _second]) memory.Dispose();
        base.Dispose(disposing);
    }

    private void MeasureNoise(long step, double excess)
    {
        Evaluator.SelectMinibatch(Seed, Chain, (2 * step) + 1);
        Gradient.CopyTo(_second.Span);
        var other = Evaluate(out _);
        if (double.IsFinite(other))
        {
            _lossNoise += (excess - other) * (excess - other) / 2;
            _pairs++;
            ToWhitened(W, Gradient);
            var keep = _measured == 0 ? 0 : Math.Max(1 - (1.0 / (_measured + 1)), _measured < 10 ? 0 : Memory);
            _measured++;
            double sum = 0, squares = 0;
            foreach (var block in Target.Sampled)
            {
                var (s, q) = Average(block.In(_variance.Span), block.In((ReadOnlySpan<float>)_second.Span), block.In((ReadOnlySpan<float>)Gradient), (float)keep);
                (sum, squares) = (sum + s, squares + q);
            }
            GradientNoise = sum / Target.Sampled.Count;
            // The noise's own mean over itself: what a coordinate that matters for the noise has.
            var noisy = sum > 0 ? squares / sum : 0;
            StepLimit = noisy > 0 ? AveragedNoise.Limit(double.MaxValue, noisy) : double.PositiveInfinity;
        }
        _second.Span.CopyTo(Gradient);
    }

    // Move ← −a·g + √ε·(ξ + ξ′)/2; ξ ← ξ′.
    private void MakeMove(long step)
    {
        var epsilon = UsedStepSize;
        var a = epsilon / 2;
        // The first step of a series is half as long.
        var first = !_started;
        var drift = (float)-(first ? a / 2 : a);
        var (half, owed) = ((float)(Math.Sqrt(epsilon) / 2), (float)(a / (2 - a)));
        foreach (var block in Target.Sampled)
        {
            Span<float> xi = block.In(_noise.Span), move = block.In(Move);
            if (first)
            {
                GaussianNoise.Fill(new RandomStream(Seed, RandomPurpose.Velocity, Chain, step), xi, block.Offset);
                System.Numerics.Tensors.TensorPrimitives.Multiply(xi, (float)Math.Sqrt(Math.Max(1 - (a / 2), 0)), xi);
            }
            GaussianNoise.Fill(Noise(step), move, block.Offset);
            ReadOnlySpan<float> g = block.In(Gradient), variance = block.In(_variance.Span);
            var i = 0;
            for (; i <= g.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                var left = Vector.Max(Vector<float>.One - (new Vector<float>(variance[i..]) * owed), Vector<float>.Zero);
                var fresh = new Vector<float>(move[i..]) * Vector.SquareRoot(left);
                var shift = Vector.FusedMultiplyAdd(new Vector<float>(drift), new Vector<float>(g[i..]), (new Vector<float>(xi[i..]) + fresh) * half);
                shift.CopyTo(move[i..]);
                fresh.CopyTo(xi[i..]);
            }
            for (; i < g.Length; i++)
            {
                var fresh = move[i] * MathF.Sqrt(MathF.Max(1 - (variance[i] * owed), 0));
                move[i] = MathF.FusedMultiplyAdd(drift, g[i], (xi[i] + fresh) * half);
                xi[i] = fresh;
            }
        }
        _started = true;
    }

    // v ← keep·v + (1 − keep)·(g − g′)²/2; returns Σv and Σv².
    private static (double Sum, double Squares) Average(Span<float> v, ReadOnlySpan<float> one, ReadOnlySpan<float> other, float keep)
    {
        var add = (1 - keep) / 2;
        double sum = 0, squares = 0;
        var i = 0;
        for (; i <= v.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var apart = new Vector<float>(one[i..]) - new Vector<float>(other[i..]);
            var here = (new Vector<float>(v[i..]) * keep) + (apart * apart * add);
            here.CopyTo(v[i..]);
            sum += Vector.Sum(here);
            squares += Vector.Dot(here, here);
        }
        for (; i < v.Length; i++)
        {
            v[i] = (keep * v[i]) + (add * (one[i] - other[i]) * (one[i] - other[i]));
            sum += v[i];
            squares += v[i] * v[i];
        }
        return (sum, squares);
    }
}
