using System.Numerics.Tensors;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;
using LambdaHat.Preconditioning;

namespace LambdaHat.Sampling;

/// <summary>Settings of <see cref="LayerwiseLangevin"/>.</summary>
public sealed record LayerwiseOptions
{
    /// <summary>Moves in a layer before the next one's turn.</summary>
    public int MovesPerLayer { get; init; } = 3;

    /// <summary>Every how many sweeps the gradient's noise is measured again, after the first ones.</summary>
    public int NoiseEvery { get; init; } = 4;
}

/// <summary>
/// Langevin dynamics of a linear network one layer at a time, each in the Kronecker-factored metric of its own conditional distribution, by <see cref="AveragedNoise"/>. One step is a sweep from the first layer to
/// the last with a few moves in each on fresh minibatches. The metric of a layer is made from what arrives at it and from what is above it at that moment, so that it follows the chain
/// through degenerate regions. It does not depend on the layer that moves: every move is one of the conditional distribution in a metric fixed by the condition, as in
/// Gibbs sampling, and no correction is owed. Weights, products and turns are float64 (<see cref="LinearProducts"/> says why); <see cref="Sampler.Position"/> is rounded.
/// </summary>
public sealed class LayerwiseLangevin : Sampler
{
    // Sweeps at the start in which the gradient's noise, zero at an exact fit, still grows.
    private const int EarlySweeps = 16;
    private const double NoiseMemory = 0.8;

    private readonly LinearFactors _factors;
    private readonly LinearMinibatches _minibatches;
    private readonly LayerwiseOptions _options;
    private readonly AlignedMemory _noise, _move, _scratch;
    private readonly double[] _weights, _gradient, _gradientNoise;
    private double _lossNoise;
    private long _pairs;

    /// <summary>
    /// The sampler on minibatches of <paramref name="batchSize"/> with step size ε = <paramref name="stepSize"/> in units of the metric; it owns <paramref name="factors"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The target's objective is no linear network's.</exception>
    public LayerwiseLangevin(Target target, LinearFactors factors, int batchSize, LayerwiseOptions options, double stepSize, ulong seed, int chain, WorkTeam? team = null)
        : base(target, null, stepSize, seed, chain)
    {
        var objective = target.Objective as NetworkObjective ?? throw new ArgumentException("expected the objective of a linear network");
        (_factors, _options) = (factors, options);
        _minibatches = new LinearMinibatches(objective, factors.Products, batchSize, team);
        _gradientNoise = new double[factors.Layers.Count];
        var largest = factors.Layers.Max(l => l.Block.Size);
        (_noise, _move, _scratch) = (new AlignedMemory(largest), new AlignedMemory(largest), new AlignedMemory(largest));
        (_weights, _gradient) = (new double[objective.Dimension], new double[largest]);
        TensorPrimitives.ConvertTruncating<float, double>(W, _weights);
        foreach (var layer in factors.Layers) layer.Localise(block => target.GammaAt(block.Offset));
    }

    /// <summary>σ² of every layer: the variance that a minibatch adds to the whitened gradient, in units of the noise of a full step.</summary>
    public ReadOnlySpan<double> GradientNoise => _gradientNoise;

    /// <summary>That of the layer with the longest steps: gradient noise holds each to <see cref="AveragedNoise.Limit"/>.</summary>
    public override double UsedStepSize => AveragedNoise.Limit(StepSize, TensorPrimitives.Min<double>(_gradientNoise));

    /// <summary>A record is the mean over all moves of a sweep, each on a minibatch of its own.</summary>
    public override double MinibatchVariance =>
        _minibatches.BatchSize >= Target.Objective.SampleCount ? 0 : _pairs > 0 ? _lossNoise / _pairs / (_options.MovesPerLayer * _factors.Layers.Count) : double.NaN;

    /// <inheritdoc/>
    public override double Rounding => _factors.Layers.Sum(l => LastBits.Rise(l.Trace, _weights.AsSpan(l.Sampled.Blocks[0].Offset, l.Sampled.Blocks[0].Size)));

    /// <inheritdoc/>
    public override void StartRecording() => (_pairs, _lossNoise) = (0, 0);

    /// <inheritdoc/>
    public override void MoveTo(ReadOnlySpan<float> w)
    {
        base.MoveTo(w);
        TensorPrimitives.ConvertTruncating<float, double>(W, _weights);
    }

    /// <inheritdoc/>
    public override Transition Step(long step)
    {
        var measureNoise = step < EarlySweeps || step % _options.NoiseEvery == 0;
        _factors.Begin(_weights, Seed, Chain);
        var (sum, count) = (0.0, 0);
        for (var index = 0; index < _factors.Layers.Count; index++)
        {
            var layer = _factors.Layers[index];
            Measure(index);
            if (!layer.SquaresSuffice) Refine(index);
            var number = ((step * _factors.Layers.Count) + index) * (_options.MovesPerLayer + 1);
            for (var move = 0; move < _options.MovesPerLayer; move++, count++)
            {
                var first = move == 0;
                var excess = Move(index, number + move, first, noiseFrom: first && measureNoise ? number + _options.MovesPerLayer : null);
                if (!double.IsFinite(excess)) return new(excess, double.NaN);
                sum += excess;
            }
            var block = layer.Sampled.Blocks[0];
            TensorPrimitives.ConvertTruncating<double, float>(_weights.AsSpan(block.Offset, block.Size), block.In(W));
            _factors.PassOn(_weights, index);
        }
        return new(sum / count, double.NaN);
    }

    /// <inheritdoc/>
    public override void Transfer(StateTransfer state)
    {
        base.Transfer(state);
        (_pairs, _lossNoise) = (state.Value(_pairs), state.Value(_lossNoise));
        state.Values(_gradientNoise.AsSpan());
        state.Values(_weights.AsSpan());
        foreach (var layer in _factors.Layers) layer.Transfer(state);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _factors.Dispose();
            _minibatches.Dispose();
            foreach (var memory in (AlignedMemory[])[_noise, _move, _scratch]) memory.Dispose();
        }
        base.Dispose(disposing);
    }

    private void Measure(int index)
    {
        var layer = _factors.Layers[index];
        _factors.MeasureInputs(index);
        layer.Decompose(Target.NBeta, 1, layer.FlatVariance(Target.Objective.Center));
    }

    // From here on by singular values, as they will be needed again.
    private void Refine(int index)
    {
        foreach (var layer in _factors.Layers) layer.Refined = true;
        _factors.Begin(_weights, Seed, Chain);
        for (var l = 0; l < index; l++) _factors.PassOn(_weights, l);
        Measure(index);
    }

    // With noiseFrom, the number of another minibatch, the gradient's noise is measured before the move.
    private double Move(int index, long number, bool first, long? noiseFrom)
    {
        var layer = _factors.Layers[index];
        var block = layer.Block;
        Span<float> noise = _noise.Span[..block.Size], move = _move.Span[..block.Size];
        var excess = WhitenedGradient(index, number, move);
        if (!double.IsFinite(excess)) return excess;
        if (noiseFrom is { } other) MeasureNoise(index, excess, move, other);
        new AveragedNoise(AveragedNoise.Limit(StepSize, _gradientNoise[index]), _gradientNoise[index])
            .Apply(noise, move, block.Scale, (float)layer.Gamma, first, Noise(number), new RandomStream(Seed, RandomPurpose.Velocity, Chain, number), _scratch.Span);
        _factors.AddUnwhitened(index, move, _weights);
        Target.Reflect(layer.Sampled.Blocks[0], _weights);
        return excess;
    }

    // The gradients of two minibatches at the same point differ by twice the noise of one.
    private void MeasureNoise(int index, double excess, ReadOnlySpan<float> gradient, long other)
    {
        var layer = _factors.Layers[index];
        var second = _scratch.Span[..layer.Block.Size];
        var apart = WhitenedGradient(index, other, second) - excess;
        if (!double.IsFinite(apart)) return;
        _lossNoise += apart * apart / 2;
        _pairs++;
        double distance = TensorPrimitives.Distance<float>(second, gradient);
        var measured = distance * distance / 2 / Math.Max(2 * layer.Quadratic, 1);
        if (!double.IsFinite(measured)) return;
        _gradientNoise[index] = _gradientNoise[index] == 0 ? measured : (NoiseMemory * _gradientNoise[index]) + ((1 - NoiseMemory) * measured);
    }

    private double WhitenedGradient(int index, long number, Span<float> result)
    {
        var layer = _factors.Layers[index];
        var block = layer.Sampled.Blocks[0];
        _minibatches.Select(Seed, Chain, number);
        var loss = _minibatches.LossAndGradient(_weights, _factors.Place(index), _gradient);
        SampleGradients += _minibatches.BatchSize;
        ReadOnlySpan<double> weights = _weights.AsSpan(block.Offset, block.Size);
        ReadOnlySpan<float> center = block.In(Target.Objective.Center);
        for (var i = 0; i < weights.Length; i++) _gradient[i] = (Target.NBeta * _gradient[i]) + (layer.Gamma * (weights[i] - center[i]));
        _factors.Whiten(index, _gradient, result);
        return Target.NBeta * (loss - _minibatches.CenterLoss);
    }
}
