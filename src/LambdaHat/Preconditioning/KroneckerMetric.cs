using System.Numerics.Tensors;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Preconditioning;

/// <summary>How a <see cref="KroneckerMetric"/> learns.</summary>
public sealed record KroneckerMetricOptions
{
    /// <summary>Transitions in which it learns; after that it is frozen. It is measured once in any case.</summary>
    public long WarmUp { get; init => field = value >= 0 ? value : throw new InvalidInputException($"the warm-up of the metric must be ≥ 0 steps, got {value}"); } = 1000;

    /// <summary>Every how many of them it is measured.</summary>
    public int Every { get; init => field = value >= 1 ? value : throw new InvalidInputException($"the metric must be measured every k ≥ 1 steps, got {value}"); } = 10;

    /// <summary>μ, what a measurement leaves of the earlier ones: F ← μ·F + (1 − μ)·new.</summary>
    public double Memory
    {
        get;
        init => field = value is >= 0 and < 1 ? value : throw new InvalidInputException($"the memory of the metric must lie in [0, 1), got {value}");
    } = 0.9;

    /// <summary>The samples of a minibatch that gradients are taken over; infinite where they are of all samples.</summary>
    public double Batch { get; init; } = double.PositiveInfinity;
}

/// <summary>
/// The Kronecker-factored metric of all layers at once: block by block P = 1/(nβ·c·s_j·a_i + γ) in the eigenbases of the factors (<see cref="KroneckerBlock"/>), with c the number
/// of layers for joint moves, since H ≼ c·blockdiag(H) for a positive semidefinite H of c blocks. Sampled parameters of no layer have P = 1. The factors are averaged along the chain while it
/// learns, so that subspaces which have no curvature at w* alone get that of their surroundings.
/// </summary>
public sealed class KroneckerMetric : Metric
{
    private readonly KroneckerFactors _factors;
    private readonly ParameterSelection _sampled;
    private readonly double _nBeta;
    private readonly float[] _center;
    private readonly KroneckerMetricOptions _options;
    private readonly ParameterBlock[] _uncovered;
    private readonly AlignedMemory _first, _second;
    private readonly MatrixProduct _product;
    private bool _measured;

    /// <summary>
    /// The metric for exp(−nβ·L_n − Σ_b (γ_b/2)‖w_b − w*_b‖²) with one γ for every sampled block, P = 1 until it is first measured. It owns <paramref name="factors"/>; products are shared
    /// among <paramref name="team"/>.
    /// </summary>
    public KroneckerMetric(KroneckerFactors factors, ParameterSelection sampled, ReadOnlySpan<float> center, double nBeta, ReadOnlySpan<double> gammas,
        KroneckerMetricOptions options, WorkTeam? team = null)
    {
        if (gammas.Length != sampled.Blocks.Count) throw new ArgumentException($"expected {sampled.Blocks.Count} values of γ, got {gammas.Length}");
        (_factors, _sampled, _nBeta, _options, _center) = (factors, sampled, nBeta, options, [.. center]);
        var covered = new HashSet<ParameterBlock>(factors.Layers.SelectMany(l => l.Sampled.Blocks));
        _uncovered = [.. sampled.Blocks.Where(b => !covered.Contains(b))];
        var byBlock = sampled.Blocks.Zip(gammas.ToArray()).ToDictionary(pair => pair.First, pair => pair.Second);
        foreach (var layer in factors.Layers)
        {
            (layer.Memory, layer.Batch) = (options.Memory, options.Batch);
            layer.Localise(block => byBlock[block]);
        }
        var largest = factors.Layers.Count == 0 ? 0 : factors.Layers.Max(l => l.Block.Size);
        (_first, _second) = (new AlignedMemory(largest), new AlignedMemory(largest));
        _product = new MatrixProduct(team);
    }

    /// <inheritdoc/>
    public override int Dimension => _sampled.Dimension;

    /// <inheritdoc/>
    public override double Slowness => _factors.Layers.Sum(l => l.Quadratic) is > 0 and var quadratic ? _factors.Layers.Sum(l => l.Slowed) / (2 * quadratic) : 1;

    /// <summary>Measures the factors at w over samples of their own, where it is the time for it.</summary>
    public override bool Adapt(ReadOnlySpan<float> w, ReadOnlySpan<float> lossGradient, ulong seed, int chain, long step)
    {
        if (_measured && (step >= _options.WarmUp || step % _options.Every != 0)) return false;
        _factors.Begin(w, seed, chain, step);
        for (var index = 0; index < _factors.Layers.Count; index++)
        {
            _factors.MeasureInputs(index);
            var layer = _factors.Layers[index];
            layer.Decompose(_nBeta, _factors.Layers.Count, layer.FlatVariance(_center));
        }
        return _measured = true;
    }

    /// <inheritdoc/>
    public override void Whiten(ReadOnlySpan<float> gradient, Span<float> result)
    {
        for (var index = 0; index < _factors.Layers.Count; index++)
        {
            var block = _factors.Layers[index].Block;
            var z = _first.Span[..block.Size];
            block.ToBasis(gradient, z, _product);
            TensorPrimitives.Multiply(z, block.Scale, z);
            block.Scatter(z, result);
        }
        foreach (var block in _uncovered) block.In(gradient).CopyTo(block.In(result));
    }

    /// <inheritdoc/>
    public override void AddUnwhitened(ReadOnlySpan<float> z, Span<float> w)
    {
        for (var index = 0; index < _factors.Layers.Count; index++)
        {
            var block = _factors.Layers[index].Block;
            var scaled = _second.Span[..block.Size];
            block.Gather(z, scaled);
            TensorPrimitives.Multiply(scaled, block.Scale, scaled);
            block.FromBasis(scaled, w, _product);
        }
        foreach (var block in _uncovered) TensorPrimitives.Add(block.In(w), block.In(z), block.In(w));
    }

    /// <inheritdoc/>
    public override void Transfer(StateTransfer state)
    {
        _measured = state.Value(_measured);
        foreach (var layer in _factors.Layers) layer.Transfer(state);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _factors.Dispose();
            _product.Dispose();
            _first.Dispose();
            _second.Dispose();
        }
        base.Dispose(disposing);
    }
}
