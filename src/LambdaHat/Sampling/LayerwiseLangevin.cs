using System.Numerics.Tensors;
using LambdaHat.Losses;
using LambdaHat.Numerics;
using LambdaHat.Preconditioning;

namespace LambdaHat.Sampling;

/// <summary>Settings of <see cref="LayerwiseLangevin"/>.</summary>
public sealed record LayerwiseOptions
{
    /// <summary>Moves in a layer before the next one's turn.</summary>
    public int MovesPerLayer { get; init; } = 3;

    /// <summary>Every how many sweeps the metric is measured again.</summary>
    public int RefreshEvery { get; init; } = 1;

    /// <summary>Every how many sweeps the gradient's noise is measured again, after the first ones.</summary>
    public int NoiseEvery { get; init; } = 4;
}

/// <summary>
/// Langevin dynamics one layer at a time, each in the Kronecker-factored metric of its own conditional distribution, by <see cref="AveragedNoise"/>. One step is a sweep from the first layer to
/// the last with a few moves in each on fresh minibatches. The metric of a layer is made from what arrives at it and from what is above it at that moment, so that it follows the chain
/// through degenerate regions. In a linear network it does not depend on the layer that moves: every move is one of the conditional distribution in a metric fixed by the condition, as in
/// Gibbs sampling, and no correction is owed. Elsewhere it depends on the moving layer through the activation pattern above it alone.
/// </summary>
public sealed class LayerwiseLangevin : Sampler
{
    // Sweeps at the start in which the gradient's noise, zero at an exact fit, still grows.
    private const int EarlySweeps = 16;
    private const double NoiseMemory = 0.8;

    private readonly KroneckerFactors _factors;
    private readonly LayerwiseOptions _options;
    private readonly AlignedMemory _noise, _move, _scratch;
    private readonly MatrixProduct _product;
    private readonly double[] _gradientNoise;
    private double _lossNoise;
    private long _pairs;

    /// <summary>The sampler with step size ε = <paramref name="stepSize"/> in units of the metric; it owns <paramref name="factors"/>.</summary>
    public LayerwiseLangevin(Target target, Evaluator evaluator, KroneckerFactors factors, LayerwiseOptions options, double stepSize, ulong seed, int chain, WorkTeam? team = null)
        : base(target, evaluator, stepSize, seed, chain)
    {
        (_factors, _options) = (factors, options);
        _product = new MatrixProduct(team);
        _gradientNoise = new double[factors.Layers.Count];
        var largest = factors.Layers.Max(l => l.Block.Size);
        (_noise, _move, _scratch) = (new AlignedMemory(largest), new AlignedMemory(largest), new AlignedMemory(largest));
        foreach (var layer in factors.Layers) layer.Gamma = target.GammaAt(layer.Sampled.Blocks[0].Offset);
    }

    /// <summary>σ² of every layer: the variance that a minibatch adds to the whitened gradient, in units of the noise of a full step.</summary>
    public ReadOnlySpan<double> GradientNoise => _gradientNoise;

    /// <summary>A record is the mean over all moves of a sweep, each on a minibatch of its own.</summary>
    public override double MinibatchVariance => _pairs > 0 ? _lossNoise / _pairs / (_options.MovesPerLayer * _factors.Layers.Count) : double.NaN;

    /// <inheritdoc/>
    public override void StartRecording() => (_pairs, _lossNoise) = (0, 0);

    /// <inheritdoc/>
    public override Transition Step(long step)
    {
        var refresh = step % _options.RefreshEvery == 0;
        var measureNoise = step < EarlySweeps || step % _options.NoiseEvery == 0;
        if (refresh) _factors.Begin(W, Seed, Chain, step);
        var (sum, count) = (0.0, 0);
        for (var index = 0; index < _factors.Layers.Count; index++)
        {
            var layer = _factors.Layers[index];
            if (refresh)
            {
                _factors.MeasureInputs(index);
                layer.Decompose(Target.NBeta, 1, layer.Floor(Target.Objective.Center));
            }
            Evaluator.Want(layer.Sampled);
            var number = ((step * _factors.Layers.Count) + index) * (_options.MovesPerLayer + 1);
            for (var move = 0; move < _options.MovesPerLayer; move++, count++)
            {
                var first = move == 0;
                var excess = Move(index, number + move, first, noiseFrom: first && measureNoise ? number + _options.MovesPerLayer : null);
                if (!double.IsFinite(excess)) return new(excess, double.NaN);
                sum += excess;
            }
            if (refresh) _factors.PassOn(W, index);
        }
        return new(sum / count, double.NaN);
    }

    /// <inheritdoc/>
    public override void Transfer(StateTransfer state)
    {
        base.Transfer(state);
        (_pairs, _lossNoise) = (state.Value(_pairs), state.Value(_lossNoise));
        state.Values(_gradientNoise.AsSpan());
        foreach (var layer in _factors.Layers) layer.Transfer(state);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _factors.Dispose();
            _product.Dispose();
            foreach (var memory in (AlignedMemory[])[_noise, _move, _scratch]) memory.Dispose();
        }
        base.Dispose(disposing);
    }

    // With noiseFrom, the number of another minibatch, the gradient's noise is measured before the move.
    private double Move(int index, long number, bool first, long? noiseFrom)
    {
        var layer = _factors.Layers[index];
        var block = layer.Block;
        Span<float> noise = _noise.Span[..block.Size], move = _move.Span[..block.Size];
        var excess = WhitenedGradient(layer, number, move);
        if (!double.IsFinite(excess)) return excess;
        if (noiseFrom is { } other) MeasureNoise(index, excess, move, other);
        new AveragedNoise(AveragedNoise.Limit(StepSize, _gradientNoise[index]), _gradientNoise[index])
            .Apply(noise, move, block.Scale, (float)layer.Gamma, first, Noise(number), new RandomStream(Seed, RandomPurpose.Velocity, Chain, number), _scratch.Span);
        TensorPrimitives.Multiply(move, block.Scale, move);
        block.FromBasis(move, W, _product);
        Target.Reflect(W);
        return excess;
    }

    // The gradients of two minibatches at the same point differ by twice the noise of one.
    private void MeasureNoise(int index, double excess, ReadOnlySpan<float> gradient, long other)
    {
        var layer = _factors.Layers[index];
        var second = _scratch.Span[..layer.Block.Size];
        var apart = WhitenedGradient(layer, other, second) - excess;
        if (!double.IsFinite(apart)) return;
        _lossNoise += apart * apart / 2;
        _pairs++;
        double distance = TensorPrimitives.Distance<float>(second, gradient);
        var measured = distance * distance / 2 / Math.Max(2 * layer.Quadratic, 1);
        if (!double.IsFinite(measured)) return;
        _gradientNoise[index] = _gradientNoise[index] == 0 ? measured : (NoiseMemory * _gradientNoise[index]) + ((1 - NoiseMemory) * measured);
    }

    private double WhitenedGradient(LayerFactors layer, long number, Span<float> result)
    {
        Evaluator.SelectMinibatch(Seed, Chain, number);
        var excess = Evaluate(out _);
        Target.ToPotentialGradient(W, Gradient, layer.Sampled.Blocks[0].Offset, layer.Sampled.Blocks[^1].Offset + 1);
        layer.Block.ToBasis(Gradient, result, _product);
        TensorPrimitives.Multiply(result, layer.Block.Scale, result);
        return excess;
    }
}
