using System.Numerics.Tensors;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Sampling;

/// <summary>
/// One matrix W (h × g) of a <see cref="GibbsByLayers"/> with what stands above and below it: rows P of the eigenbasis of BᵀB (squares s²), Bᵀ·M*·V (h × r), rows Q of
/// the eigenbasis of AAᵀ (squares t²), A (g × r).
/// </summary>
internal sealed class LayerConditional
{
    private readonly double _curvature, _gamma;
    private readonly RangeBasis? _above, _below;
    private readonly LinearNetworkObjective _objective;
    private readonly double[]? _aboveRows;
    private readonly double[] _aboveSquares, _aboveTarget, _belowRows, _belowSquares, _belowImage;
    private readonly int _rank;
    private double[] _aboveSide, _belowSide;

    /// <summary>
    /// <paramref name="curvature"/> is 2nβc. Without <paramref name="above"/> the layer is the last one (B = 1), without <paramref name="below"/> the first one (A = V). Above the first layer A is written to <paramref name="image"/>, which the layer after the next may share: no one else needs it any more.
    /// </summary>
    public LayerConditional(ParameterBlock block, LinearNetworkObjective objective, double curvature, double gamma, bool sampled, RangeBasis? above, RangeBasis? below, double[] image)
    {
        _objective = objective;
        (Block, _curvature, _gamma, Sampled, _above, _below, _rank) = (block, curvature, gamma, sampled, above, below, objective.Rank);
        (Rows, Columns) = (block.Shape[0], block.Shape[1]);
        Weight = new double[block.Size];
        _aboveRows = above?.Rows;
        _aboveSquares = above?.Squares ?? [.. Enumerable.Repeat(1.0, Rows)];
        _aboveTarget = above is null ? objective.Target : new double[Rows * _rank];
        _belowRows = below?.Rows ?? objective.InputBasis;
        _belowSquares = below?.Squares ?? objective.InputSpectrum;
        _belowImage = below is null ? objective.InputFactor() : image;
        // Of B = 1 and A = V: U_Bᵀ·M*V = M*V and Z = 1.
        _aboveSide = above is null ? objective.Target : [];
        _belowSide = [];
        if (gamma == 0 && sampled && !Complete) throw Improper();
    }

    public ParameterBlock Block { get; }

    public bool Sampled { get; }

    /// <summary>W, row-major.</summary>
    public double[] Weight { get; }

    private int Rows { get; }

    private int Columns { get; }

    /// <summary>
    /// Whether rounding in s² and t², about 1e-15 of the largest, stays far below γ: 2nβc·max s²·max t²·1e-13 ≤ γ.
    /// </summary>
    public bool SquaresSuffice => _belowSquares.Length == 0 || _curvature * _aboveSquares[^1] * _belowSquares[^1] * 1e-13 <= _gamma;

    /// <summary>The trace of the curvature, 2nβc·Σ s²·Σ t², as of the last draw.</summary>
    public double Trace { get; set; }

    /// <summary>What a last bit more or less in every weight adds to nβ·L on average.</summary>
    public double Rounding => LastBits.Rise(Trace, Weight);

    // Whether P and Q are bases of the whole spaces: nothing lies outside.
    private bool Complete => _aboveSquares.Length == Rows && _belowSquares.Length == Columns;

    /// <summary>The bytes of one with bases of these shapes, the image that layers share left out.</summary>
    public static long BytesOf(ParameterBlock block, int rank, (int Vectors, int Size)? above, (int Vectors, int Size)? below)
    {
        long numbers = block.Size;
        if (above is var (a, rows)) numbers += ((long)rows * rank) + (Math.Min(a, rows) * ((long)rows + rank));
        numbers += below is var (b, columns) ? Math.Min(b, columns) * ((long)columns + rank) : (long)block.Shape[1] * rank;
        return numbers * sizeof(double);
    }

    /// <summary>
    /// Takes B from the layer above, whose own B and matrix are up to date. <paramref name="refined"/> takes s instead of s², and with it U_Bᵀ·M*V of B = U_B·diag(s)·P,
    /// so that a small s keeps a pull of its own size: B⁺ = U·diag(s)·P·W = U·R·diag(s⁺)·P⁺ has U⁺ = U·R.
    /// </summary>
    public void UpdateAbove(LayerConditional next, LayerWorkspace work, bool refined)
    {
        var (count, product) = (next._aboveSquares.Length, work.Product);
        ReadOnlySpan<double> vectors = next.Weight;
        if (next._aboveRows is { } rows)
        {
            product.Multiply(count, Rows, next.Rows, rows, false, next.Weight, false, work.Vectors);
            vectors = Scaled(work.Vectors, Rows, next._aboveSquares);
        }
        vectors = vectors[..(count * Rows)];
        if (refined)
        {
            _above!.UpdateRefined(vectors);
            if (_aboveSide.Length == 0) _aboveSide = new double[_above.Count * _rank];
            product.Multiply(_above.Count, _rank, count, _above.Left, false, next._aboveSide, false, _aboveSide);
            return;
        }
        _above!.Update(vectors);
        product.Multiply(Rows, _rank, next.Rows, next.Weight, true, next._aboveTarget, false, _aboveTarget);
    }

    /// <summary>Takes A from the layer below, whose own A and matrix are up to date; <paramref name="refined"/> as above, with Z of A = Qᵀ·diag(t)·Z.</summary>
    public void UpdateBelow(LayerConditional previous, LayerWorkspace work, bool refined)
    {
        var count = previous._belowSquares.Length;
        work.Product.Multiply(count, Columns, previous.Columns, previous._belowRows, false, previous.Weight, true, work.Vectors);
        var vectors = Scaled(work.Vectors, Columns, previous._belowSquares);
        if (refined)
        {
            _below!.UpdateRefined(vectors);
            if (_belowSide.Length == 0) _belowSide = new double[_below.Count * _rank];
            if (previous._below is null) _below.Left.CopyTo(_belowSide);
            else work.Product.Multiply(_below.Count, _rank, count, _below.Left, false, previous._belowSide, false, _belowSide);
        }
        else _below!.Update(vectors);
        previous.Image(_belowImage, work.Product);
    }

    /// <summary>W·A (h × r), written to the beginning of <paramref name="result"/>.</summary>
    public ReadOnlySpan<double> Image(Span<double> result, DoubleProduct product)
    {
        product.Multiply(Rows, _rank, Columns, Weight, false, _belowImage, false, result);
        return result[..(Rows * _rank)];
    }

    /// <summary>
    /// W ← a draw from its conditional. Where P and Q are whole bases, Z = P·W·Qᵀ is drawn entry by entry and turned back. Where something lies outside, W starts
    /// as a draw from the prior N(W*, 1/γ), right there already, and what it has inside is conditioned on the data:
    /// <code>Δ = [2nβc·(T̂ − s²t²·X̂) + √(2nβc)·s·t·ξ] / (2nβc·s²t² + γ),   W ← X + Pᵀ·Δ·Q,</code>
    /// X the prior draw, X̂ = P·X·Qᵀ, T̂ = P·(Bᵀ·M*V·Aᵀ)·Qᵀ, ξ more noise: mean and precision come out as in the other case.
    /// </summary>
    public void Draw(in RandomStream noise, LayerWorkspace work, bool refined)
    {
        if (_gamma == 0 && !(_aboveSquares[0] * _belowSquares[0] > 1e-14 * _aboveSquares[^1] * _belowSquares[^1])) throw Improper();
        Trace = _curvature * TensorPrimitives.Sum<double>(_aboveSquares) * TensorPrimitives.Sum<double>(_belowSquares);
        var (p, q, product) = (_aboveSquares.Length, _belowSquares.Length, work.Product);
        var center = Block.In(_objective.Center);
        var pull = refined ? RefinedPull(work) : Pull(work);
        Span<double> changed = work.First.AsSpan(0, p * q), between = work.Second.AsSpan(0, p * Columns);
        if (Complete)
        {
            GaussianNoise.Fill(noise with { Step = 2 * noise.Step }, work.Noise.AsSpan(0, p * q), Block.Offset);
            // W itself, which is about to be drawn, is the room for W*.
            TensorPrimitives.ConvertTruncating<float, double>(center, Weight);
            Project(Weight, between, changed, product);
            DrawEntries(changed, pull, work.Noise);
        }
        else
        {
            GaussianNoise.Fill(noise with { Step = 2 * noise.Step }, work.Noise.AsSpan(0, Block.Size), Block.Offset);
            var spread = 1 / Math.Sqrt(_gamma);
            for (var i = 0; i < Weight.Length; i++) Weight[i] = center[i] + (spread * work.Noise[i]);
            GaussianNoise.Fill(noise with { Step = (2 * noise.Step) + 1 }, work.Noise.AsSpan(0, p * q), Block.Offset);
            Project(Weight, between, changed, product);
            ConditionEntries(changed, pull, work.Noise);
        }
        product.Multiply(p, Columns, q, changed, false, _belowRows, false, between);
        if (_aboveRows is not null) product.Multiply(Rows, Columns, p, _aboveRows, true, between, false, Weight, accumulate: !Complete);
        else if (Complete) between.CopyTo(Weight);
        else TensorPrimitives.Add(Weight, between, Weight);
    }

    // Row i times the square root of squares[i].
    private static ReadOnlySpan<double> Scaled(Span<double> vectors, int size, double[] squares)
    {
        for (var i = 0; i < squares.Length; i++)
        {
            var row = vectors.Slice(i * size, size);
            TensorPrimitives.Multiply(row, Math.Sqrt(squares[i]), row);
        }
        return vectors[..(squares.Length * size)];
    }

    // T̂ = (P·Bᵀ·M*V)·(Q·A)ᵀ, p × q.
    private ReadOnlySpan<double> Pull(LayerWorkspace work)
    {
        var (p, q, product) = (_aboveSquares.Length, _belowSquares.Length, work.Product);
        ReadOnlySpan<double> left = _aboveTarget;
        if (_aboveRows is not null)
        {
            product.Multiply(p, _rank, Rows, _aboveRows, false, _aboveTarget, false, work.Left);
            left = work.Left;
        }
        product.Multiply(q, _rank, Columns, _belowRows, false, _belowImage, false, work.Right);
        product.Multiply(p, q, _rank, left, false, work.Right, true, work.Third);
        return work.Third.AsSpan(0, p * q);
    }

    // The same as diag(s)·(U_Bᵀ·M*V·Zᵀ)·diag(t).
    private ReadOnlySpan<double> RefinedPull(LayerWorkspace work)
    {
        var (p, q) = (_aboveSquares.Length, _belowSquares.Length);
        var pull = work.Third.AsSpan(0, p * q);
        if (_below is null) _aboveSide.AsSpan(0, p * q).CopyTo(pull);
        else work.Product.Multiply(p, q, _rank, _aboveSide, false, _belowSide, true, pull);
        for (int i = 0, k = 0; i < p; i++)
            for (var j = 0; j < q; j++, k++) pull[k] *= Math.Sqrt(_aboveSquares[i] * _belowSquares[j]);
        return pull;
    }

    // result (p × q) ← P·x·Qᵀ.
    private void Project(ReadOnlySpan<double> x, Span<double> between, Span<double> result, DoubleProduct product)
    {
        var (p, q) = (_aboveSquares.Length, _belowSquares.Length);
        if (_aboveRows is not null)
        {
            product.Multiply(p, Columns, Rows, _aboveRows, false, x, false, between);
            x = between;
        }
        product.Multiply(p, q, Columns, x, false, _belowRows, true, result);
    }

    private void DrawEntries(Span<double> z, ReadOnlySpan<double> pull, ReadOnlySpan<float> noise)
    {
        for (int i = 0, k = 0; i < _aboveSquares.Length; i++)
        {
            for (var j = 0; j < _belowSquares.Length; j++, k++)
            {
                var precision = (_curvature * _aboveSquares[i] * _belowSquares[j]) + _gamma;
                z[k] = (((_curvature * pull[k]) + (_gamma * z[k])) / precision) + (noise[k] / Math.Sqrt(precision));
            }
        }
    }

    private void ConditionEntries(Span<double> x, ReadOnlySpan<double> pull, ReadOnlySpan<float> noise)
    {
        for (int i = 0, k = 0; i < _aboveSquares.Length; i++)
        {
            for (var j = 0; j < _belowSquares.Length; j++, k++)
            {
                var curvature = _curvature * _aboveSquares[i] * _belowSquares[j];
                x[k] = ((_curvature * pull[k]) - (curvature * x[k]) + (Math.Sqrt(curvature) * noise[k])) / (curvature + _gamma);
            }
        }
    }

    private InvalidInputException Improper() => new(
        $"γ = 0 for {Block.Name}, but the loss does not change in some of its directions, so that their conditional is no distribution; expected γ > 0");
}
