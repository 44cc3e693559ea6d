using LambdaHat.Losses;
using LambdaHat.Numerics;

namespace LambdaHat.Sampling;

/// <summary>
/// Slice sampling, one coordinate after the other (Neal 2003, Sections 4.1 and 4.3): with U(w) the potential, a level u = U(w) + e, e ~ Exp(1), is drawn; an interval of width ω thrown around w_i is stepped out while its
/// ends lie below the level, at most <see cref="MostWidths"/> widths in all; then points are drawn in it, and it is shrunk to those that lie above, until one lies below. The law is exact whatever ω is: steep walls and flat
/// valleys, where gradients mislead, cost a few losses more. It takes no gradients and about six losses a coordinate, so it is for few parameters. ω_i follows three times the mean move (a uniform draw in a slice of length ℓ
/// moves ℓ/3) during the warm-up and is constant after it.
/// </summary>
public sealed class SliceSampler : Sampler
{
    /// <summary>The most widths that an interval may take.</summary>
    public const int MostWidths = 64;

    private const int Words = 64;
    private const double Memory = 0.9;

    private readonly double[] _widths;
    private readonly int[] _coordinates;
    private readonly long _warmUp;
    private double _excess;
    private bool _evaluated;

    /// <summary>A sampler at w*, whose widths adapt over <paramref name="warmUp"/> sweeps; it owns <paramref name="evaluator"/>, which is to be made with batch size n.</summary>
    public SliceSampler(Target target, Evaluator evaluator, long warmUp, ulong seed, int chain)
        : base(target, evaluator, 1, seed, chain)
    {
        _warmUp = warmUp;
        _coordinates = [.. target.Sampled.Blocks.SelectMany(b => Enumerable.Range(b.Offset, b.Size))];
        _widths = [.. _coordinates.Select(i => target.GammaAt(i) is > 0 and var gamma ? 1 / Math.Sqrt(gamma) : double.IsFinite(target.Box) ? target.Box : 1)];
        evaluator.SelectMinibatch(seed, chain, 0);
    }

    /// <inheritdoc/>
    public override Transition Step(long step)
    {
        if (!_evaluated)
        {
            _excess = Excess();
            if (!double.IsFinite(_excess)) return new(_excess, double.NaN);
            _evaluated = true;
        }
        for (var k = 0; k < _coordinates.Length; k++) Move(k, step);
        return new(_excess, double.NaN);
    }

    /// <inheritdoc/>
    public override void MoveTo(ReadOnlySpan<float> w)
    {
        base.MoveTo(w);
        _evaluated = false;
    }

    /// <inheritdoc/>
    public override void Transfer(StateTransfer state)
    {
        base.Transfer(state);
        (_excess, _evaluated) = (state.Value(_excess), state.Value(_evaluated));
        state.Values(_widths.AsSpan());
    }

    private void Move(int k, long step)
    {
        var i = _coordinates[k];
        Span<uint> words = stackalloc uint[Words];
        new RandomStream(Seed, RandomPurpose.Decision, Chain, (step * _coordinates.Length) + k).Fill(words);
        var (start, before, width) = (W[i], _excess, _widths[k]);
        var level = before + Prior(i, start) - Math.Log(Uniform(words[0]));

        var low = start - (width * Uniform(words[1]));
        var high = low + width;
        var left = (int)(MostWidths * Uniform(words[2]));
        var right = MostWidths - 1 - left;
        for (; left > 0 && IsBelow(i, low, level); left--) low -= width;
        for (; right > 0 && IsBelow(i, high, level); right--) high += width;

        // An interval that has shrunk to a point is w itself, which lies below the level.
        var moved = false;
        for (var draw = 3; draw < Words && !moved; draw++)
        {
            var at = low + (Uniform(words[draw]) * (high - low));
            moved = IsBelow(i, at, level);
            if (moved) break;
            if (at < start) low = at;
            else high = at;
        }
        if (!moved)
        {
            W[i] = start;
            _excess = before;
        }
        if (step < _warmUp) _widths[k] = (Memory * width) + ((1 - Memory) * 3 * Math.Max(Math.Abs((double)W[i] - start), 1e-3 * width));
    }

    // Whether U at w with coordinate i at x lies below the level; w is moved there and its excess kept.
    private bool IsBelow(int i, double x, double level)
    {
        W[i] = (float)x;
        if (Math.Abs((double)W[i] - Target.Objective.Center[i]) > Target.Box) return false;
        _excess = Excess();
        return _excess + Prior(i, W[i]) <= level;
    }

    // nβ·(L(w) − L(w*)).
    private double Excess()
    {
        SampleGradients += Evaluator.BatchSize;
        return Target.NBeta * (Evaluator.Loss(W) - Evaluator.CenterLoss);
    }

    // The part of the prior's potential that changes with coordinate i.
    private double Prior(int i, float x) => Target.GammaAt(i) / 2 * ((double)x - Target.Objective.Center[i]) * ((double)x - Target.Objective.Center[i]);

    private static double Uniform(uint word) => (word + 0.5) / (1L << 32);
}
