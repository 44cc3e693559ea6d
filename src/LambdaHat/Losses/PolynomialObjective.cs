using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Losses;

/// <summary>One term c·Π w_i^{e_i} of a polynomial.</summary>
public sealed record PolynomialTerm(double Coefficient, params int[] Exponents);

/// <summary>
/// A toy landscape: L(w) = Σ_k c_k Π_i w_i^{e_ki}, the same for every sample, so that a minibatch sees the whole of it. n sets the default
/// temperature only.
/// </summary>
public sealed class PolynomialObjective : Objective
{
    private readonly PolynomialTerm[] _terms;
    private readonly float[] _center;

    /// <summary>Creates the landscape of <paramref name="terms"/>, each with one exponent ≥ 0 per parameter, centred at <paramref name="center"/>.</summary>
    public PolynomialObjective(IReadOnlyList<PolynomialTerm> terms, float[] center, long sampleCount)
    {
        if (terms.Any(t => t.Exponents.Length != center.Length || t.Exponents.Any(e => e < 0)))
            throw new ArgumentException($"every term needs {center.Length} exponents ≥ 0");
        _terms = [.. terms];
        _center = center;
        SampleCount = sampleCount;
        Blocks = [new ParameterBlock("w", [center.Length], 0, center.Length)];
        CenterLoss = Value(center);
    }

    /// <inheritdoc/>
    public override int Dimension => _center.Length;

    /// <inheritdoc/>
    public override long SampleCount { get; }

    /// <inheritdoc/>
    public override ReadOnlySpan<float> Center => _center;

    /// <inheritdoc/>
    public override double CenterLoss { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterBlock> Blocks { get; }

    /// <summary>L(w) in float64.</summary>
    public double Value(ReadOnlySpan<float> w)
    {
        var sum = 0.0;
        foreach (var term in _terms) sum += term.Coefficient * Product(term.Exponents, w, -1);
        return sum;
    }

    /// <inheritdoc/>
    public override Evaluator CreateEvaluator(int batchSize, ParameterSelection sampled, WorkTeam? team = null) => new PolynomialEvaluator(this);

    // Π w_i^{e_i}, or its derivative by w_k.
    private static double Product(int[] exponents, ReadOnlySpan<float> w, int k)
    {
        var product = 1.0;
        for (var i = 0; i < exponents.Length; i++)
        {
            var power = exponents[i];
            if (i == k) product *= power--;
            for (; power > 0; power--) product *= w[i];
        }
        return product;
    }

    private sealed class PolynomialEvaluator(PolynomialObjective objective) : Evaluator
    {
        public override int BatchSize => 1;

        public override double CenterLoss => objective.CenterLoss;

        public override void SelectMinibatch(ulong seed, int chain, long step) { }

        public override double Loss(ReadOnlySpan<float> w) => objective.Value(w);

        public override double LossAndGradient(ReadOnlySpan<float> w, Span<float> gradient)
        {
            for (var k = 0; k < w.Length; k++)
            {
                var sum = 0.0;
                foreach (var term in objective._terms)
                    if (term.Exponents[k] > 0) sum += term.Coefficient * Product(term.Exponents, w, k);
                gradient[k] = (float)sum;
            }
            return objective.Value(w);
        }
    }
}
