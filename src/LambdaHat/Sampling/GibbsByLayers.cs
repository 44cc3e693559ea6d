using System.Numerics.Tensors;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Sampling;

/// <summary>
/// The exact sampler of linear networks: draws from exp(−nβ·L_n(w) − Σ_l (γ_l/2)‖W_l − W*_l‖²) one layer after the other. With
/// L_n = L_min + c·‖B·W_l·A − M*V‖² (<see cref="LinearNetworkObjective"/>), B = W_L ⋯ W_{l+1} and A = W_{l−1} ⋯ W_1·V, layer l given the others is
/// Gaussian, and in the eigenbases of BᵀB (s_i²) and AAᵀ (t_j²) its entries are independent:
/// <code>
///     precision_ij = 2nβc·s_i²·t_j² + γ_l
///     mean_ij = [2nβc·(Bᵀ·M*V·Aᵀ)_ij + γ_l·(W*_l)_ij] / precision_ij
/// </code>
/// No step size and no rejection; draws of successive sweeps are correlated. The state is float64. The squares s², t² are accurate to about 1e-15 of their
/// largest. Where γ_l is not far above 2nβc·1e-15·max s²·max t², as when deep networks wander far along flat directions, the chain goes over to s and t themselves, which costs two to three times
/// as much and holds while √(2nβc/γ)·max s·max t stays below about 1e14.
/// One thread, and no allocation after construction; chains have an instance each.
/// </summary>
public sealed class GibbsByLayers
{
    private readonly LinearNetworkObjective _objective;
    private readonly double _nBeta;
    private readonly ulong _seed;
    private readonly int _chain;
    private readonly LayerConditional[] _layers;
    private readonly double[] _scratch;
    private readonly LayerWorkspace _workspace;

    /// <summary>Starts a chain at w*.</summary>
    /// <param name="objective">The loss and w*; shared by all chains.</param>
    /// <param name="nBeta">nβ, at least 0; 0 leaves the prior.</param>
    /// <param name="gammas">γ, one for every matrix or one for each of them, first to last; at least 0.</param>
    /// <param name="seed">The seed of the noise.</param>
    /// <param name="chain">The number of the chain.</param>
    /// <param name="sampled">Which of the matrices are sampled, the others stay at w*; null for all.</param>
    /// <exception cref="InvalidInputException">nβ or a γ is out of range, a number of values does not fit, or a conditional has γ = 0 and directions without curvature.</exception>
    public GibbsByLayers(LinearNetworkObjective objective, double nBeta, IReadOnlyList<double> gammas, ulong seed, int chain, IReadOnlyList<bool>? sampled = null)
    {
        var blocks = objective.Blocks;
        if (!(nBeta >= 0) || !double.IsFinite(nBeta)) throw new InvalidInputException($"nβ must be a finite number ≥ 0, got {nBeta}");
        if (gammas.Count != 1 && gammas.Count != blocks.Count) throw new InvalidInputException($"expected one γ or {blocks.Count} (one for every matrix), got {gammas.Count}");
        if (gammas.Any(g => !(g >= 0) || !double.IsFinite(g))) throw new InvalidInputException($"γ must be a finite number ≥ 0, got {string.Join(", ", gammas)}");
        if (sampled is not null && sampled.Count != blocks.Count) throw new InvalidInputException($"expected {blocks.Count} choices (one for every matrix), got {sampled.Count}");
        (_objective, _nBeta, _seed, _chain) = (objective, nBeta, seed, chain);
        _layers = new LayerConditional[blocks.Count];
        var widest = Widest(blocks);
        _workspace = new LayerWorkspace(blocks.Max(b => b.Size), widest, objective.Rank);
        foreach (var (l, (above, below)) in Shapes(blocks, objective.Rank).Index())
        {
            _layers[l] = new LayerConditional(blocks[l], objective, 2 * nBeta * objective.Scale, gammas[gammas.Count == 1 ? 0 : l], sampled?[l] ?? true, Basis(above), Basis(below), _workspace.Images[l % 2]);
        }
        _scratch = new double[widest * Math.Max(widest, objective.Rank)];
        Restart(objective.Center);

        RangeBasis? Basis((int Vectors, int Size)? shape) => shape is var (vectors, size) ? new(vectors, size, _workspace.Range) : null;
    }

    /// <summary>Whether the chain takes singular values instead of their squares; it goes over by itself where it must.</summary>
    internal bool Refined { get; set; }

    /// <summary>The bytes that a chain over these matrices and inputs of this <paramref name="rank"/> comes to hold where it takes singular values.</summary>
    internal static long BytesOf(IReadOnlyList<ParameterBlock> blocks, int rank)
    {
        var shapes = Shapes(blocks, rank);
        long widest = Widest(blocks);
        return shapes.Select((s, l) => LayerConditional.BytesOf(blocks[l], rank, s.Above, s.Below)).Sum() + LayerWorkspace.BytesOf(blocks.Max(b => b.Size), widest, rank)
            + RangeWorkspace.BytesOf([.. shapes.Select(s => s.Above).OfType<(int, int)>(), .. shapes.Select(s => s.Below).OfType<(int, int)>()]) + (widest * Math.Max(widest, rank) * sizeof(double));
    }

    /// <summary>
    /// Draws every sampled layer once, first to last, with the noise of (seed, chain, <paramref name="step"/>), and returns nβ·(L_n(w) − L_n(w*)) at the new w, from
    /// the product of the matrices in float64.
    /// </summary>
    /// <exception cref="InvalidInputException">A conditional has γ = 0 and a direction without curvature, so that it is no distribution.</exception>
    public double Sweep(long step)
    {
        var noise = new RandomStream(_seed, RandomPurpose.Noise, _chain, step);
        UpdateSuffixes();
        for (var l = 0; l < _layers.Length; l++)
        {
            if (l > 0) _layers[l].UpdateBelow(_layers[l - 1], _workspace, Refined);
            if (!_layers[l].Sampled) continue;
            if (!Refined && !_layers[l].SquaresSuffice) Refine(l);
            _layers[l].Draw(noise, _workspace, Refined);
        }
        var image = _layers[^1].Image(_scratch, _workspace.Product);
        return _nBeta * _objective.Scale * (_objective.SquaredDistance(image) - _objective.CenterDistance);
    }

    /// <summary>By how much nβ·L rises on average when every weight moves by its last bit, as of the last sweep.</summary>
    public double Rounding => _layers.Sum(layer => layer.Rounding);

    /// <summary>w ← the state, rounded to float32.</summary>
    public void CopyTo(Span<float> w)
    {
        if (w.Length != _objective.Dimension) throw new ArgumentException($"expected {_objective.Dimension} parameters, got {w.Length}");
        foreach (var layer in _layers) TensorPrimitives.ConvertTruncating<double, float>(layer.Weight, layer.Block.In(w));
    }

    /// <summary>Goes on from <paramref name="w"/>; layers that are not sampled stay at w*.</summary>
    public void Restart(ReadOnlySpan<float> w)
    {
        if (w.Length != _objective.Dimension) throw new ArgumentException($"expected {_objective.Dimension} parameters, got {w.Length}");
        foreach (var layer in _layers) TensorPrimitives.ConvertTruncating<float, double>(layer.Block.In(layer.Sampled ? w : _objective.Center), layer.Weight);
    }

    /// <summary>Writes or reads the state: the matrices in float64, and how the chain works.</summary>
    public void Transfer(StateTransfer state)
    {
        Refined = state.Value(Refined);
        foreach (var layer in _layers)
        {
            state.Values(layer.Weight.AsSpan());
            layer.Trace = state.Value(layer.Trace);
        }
    }

    private static int Widest(IReadOnlyList<ParameterBlock> blocks) => blocks.Max(b => Math.Max(b.Shape[0], b.Shape[1]));

    // What spans the rows above every layer and the columns below it, nothing above the last and below the first.
    private static ((int Vectors, int Size)? Above, (int Vectors, int Size)? Below)[] Shapes(IReadOnlyList<ParameterBlock> blocks, int rank)
    {
        int[] above = [.. Counts(blocks.Reverse().Select(b => b.Shape[0])).Reverse()];
        int[] below = [.. Counts(blocks.Select(b => b.Shape[1]).Prepend(rank)).Skip(1)];
        return [.. blocks.Select((b, l) => (l < blocks.Count - 1 ? (above[l + 1], b.Shape[0]) : default((int, int)?), l > 0 ? (below[l - 1], b.Shape[1]) : default((int, int)?)))];
    }

    // How many vectors span what passes each width: the least of the widths so far.
    private static IEnumerable<int> Counts(IEnumerable<int> widths)
    {
        var least = int.MaxValue;
        foreach (var width in widths) yield return least = Math.Min(least, width);
    }

    private void UpdateSuffixes(int from = 0)
    {
        for (var l = _layers.Length - 2; l >= from; l--) _layers[l].UpdateAbove(_layers[l + 1], _workspace, Refined);
    }

    // From here on, with what stands above and below layer l, which the chain has just come to.
    private void Refine(int l)
    {
        Refined = true;
        UpdateSuffixes(l);
        for (var k = 1; k <= l; k++) _layers[k].UpdateBelow(_layers[k - 1], _workspace, true);
    }
}
