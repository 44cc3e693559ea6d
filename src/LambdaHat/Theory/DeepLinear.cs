using System.Numerics;

namespace LambdaHat.Theory;

/// <summary>
/// Deep linear networks x ↦ W_L…W_1·x without biases, W_l of shape H_{l+1} × H_l, squared loss, inputs of positive definite
/// covariance, noise or none. The truth is a linear map of rank r.
/// </summary>
public static class DeepLinear
{
    /// <summary>
    /// The GLOBAL learning coefficient and multiplicity: the minimum of λ over all parameters whose product is the true map; at
    /// a given point the local coefficient can be larger. With Δ_i = H_i − r, and Σ the index set, ℓ = |Σ| − 1 ≥ 1, with
    /// max_Σ Δ &lt; min_∉Σ Δ, S = Σ_Σ Δ ≥ ℓ·max_Σ Δ, S &lt; ℓ·min_∉Σ Δ (void when nothing is outside), Q = Σ_Σ Δ², M = ⌈S/ℓ⌉ and
    /// a = S − (M − 1)ℓ:
    /// <para>λ = r(H_1 + H_{L+1} − r)/2 + [S² + a(ℓ − a)]/(4ℓ) − Q/4,  m = a(ℓ − a) + 1.</para>
    /// Sorting the Δ dominates the cost. Aoyagi, "Consideration on the learning efficiency of multiple-layered neural networks
    /// with linear units", Neural Networks 172 (2024), main theorem.
    /// </summary>
    /// <param name="widths">H_1 (input) … H_{L+1} (output): at least two, each at least 1.</param>
    /// <param name="rank">r, the rank of the true map: 0 … the least width.</param>
    /// <exception cref="InvalidInputException">A width or the rank is out of range.</exception>
    public static ExactCoefficient Coefficient(ReadOnlySpan<int> widths, int rank)
    {
        CheckWidths(widths);
        var sorted = widths.ToArray();
        Array.Sort(sorted);
        if (rank < 0 || rank > sorted[0])
            throw new InvalidInputException($"rank: expected an integer from 0 to {sorted[0]} (the least of the widths), got {rank}");

        // With the Δ sorted and f(k) = S_k − (k − 1)Δ_k over the first k of them, the conditions on a prefix of k are f(k) ≥ 0 and
        // f(k + 1) < 0 (the first condition follows). f never increases and f(2) = Δ_1 ≥ 0, so exactly one prefix meets them: the
        // longest with f(k) ≥ 0. Ties fall on one side together, and no set other than a prefix separates max from min.
        var count = 0;
        long sum = 0;
        UInt128 squares = 0;
        foreach (var width in sorted)
        {
            long delta = width - rank;
            if (count >= 2 && sum < (count - 1) * delta) break;
            count++;
            sum += delta;
            squares += (UInt128)(delta * delta);
        }
        long l = count - 1;
        var remainder = sum - ((CeilingQuotient(sum, l) - 1) * l);
        var spread = remainder * (l - remainder);
        var regular = (BigInteger)rank * ((long)widths[0] + widths[^1] - rank);
        var four = 4 * (BigInteger)l;
        var lambda = new Rational((2 * l * regular) + ((BigInteger)sum * sum) + spread - (l * (BigInteger)squares), four);
        return new(lambda, spread + 1);
    }

    /// <summary>
    /// The rank of the loss's Hessian at a parameter whose product is the true map, from ranks alone:
    /// d₁ = Σ_l b_l(a_l − a_{l+1}) with a_{L+1} = 0. Half of it is a lower bound of the local learning coefficient there.
    /// It is the rank of (dW_1 … dW_L) ↦ Σ_l W_L…W_{l+1}·dW_l·W_{l−1}…W_1.
    /// </summary>
    /// <param name="prefixRanks">a_l = rank(W_{l−1}…W_1) for l = 1 … L; a_1 = H_1, the input width. Never increasing.</param>
    /// <param name="suffixRanks">b_l = rank(W_L…W_{l+1}) for l = 1 … L; b_L = H_{L+1}, the output width. Never decreasing.</param>
    /// <exception cref="InvalidInputException">The two differ in length, are empty, negative or not monotone.</exception>
    public static long HessianRank(ReadOnlySpan<int> prefixRanks, ReadOnlySpan<int> suffixRanks)
    {
        if (prefixRanks.IsEmpty || prefixRanks.Length != suffixRanks.Length)
            throw new InvalidInputException($"expected one prefix rank and one suffix rank for each of at least 1 layers, got {prefixRanks.Length} prefix ranks and {suffixRanks.Length} suffix ranks");
        long rank = 0;
        for (var l = 0; l < prefixRanks.Length; l++)
        {
            var (a, b) = (prefixRanks[l], suffixRanks[l]);
            var next = l + 1 < prefixRanks.Length ? prefixRanks[l + 1] : 0;
            var previous = l > 0 ? suffixRanks[l - 1] : 0;
            if (a < 0 || a < next)
                throw new InvalidInputException($"prefix ranks: expected integers ≥ 0 that never increase, got {a} then {next} at layer {l + 1}");
            if (b < 0 || b < previous)
                throw new InvalidInputException($"suffix ranks: expected integers ≥ 0 that never decrease, got {previous} then {b} at layer {l + 1}");
            rank += (long)b * (a - next);
        }
        return rank;
    }

    /// <summary>
    /// <see cref="HessianRank"/> where the matrices were drawn independently from densities on the matrices of the given ranks:
    /// every partial product then has, almost surely, the least of its factors' ranks.
    /// </summary>
    /// <param name="widths">H_1 (input) … H_{L+1} (output): at least two, each at least 1.</param>
    /// <param name="ranks">rank(W_1) … rank(W_L), each from 0 to the lesser of its two widths.</param>
    /// <exception cref="InvalidInputException">A width or a rank is out of range.</exception>
    public static long GenericHessianRank(ReadOnlySpan<int> widths, ReadOnlySpan<int> ranks)
    {
        CheckWidths(widths);
        var layers = widths.Length - 1;
        if (ranks.Length != layers)
            throw new InvalidInputException($"ranks: expected {layers}, one for each matrix between the {widths.Length} widths, got {ranks.Length}");
        for (var l = 0; l < layers; l++)
        {
            var most = Math.Min(widths[l], widths[l + 1]);
            if (ranks[l] < 0 || ranks[l] > most)
                throw new InvalidInputException($"ranks, matrix {l + 1}: expected an integer from 0 to {most} (the lesser of its widths {widths[l]} and {widths[l + 1]}), got {ranks[l]}");
        }
        var prefix = new int[layers];
        var suffix = new int[layers];
        prefix[0] = widths[0];
        suffix[^1] = widths[^1];
        for (var l = 1; l < layers; l++) prefix[l] = Math.Min(prefix[l - 1], ranks[l - 1]);
        for (var l = layers - 2; l >= 0; l--) suffix[l] = Math.Min(suffix[l + 1], ranks[l + 1]);
        return HessianRank(prefix, suffix);
    }

    private static long CeilingQuotient(long numerator, long denominator) => (numerator + denominator - 1) / denominator;

    private static void CheckWidths(ReadOnlySpan<int> widths)
    {
        if (widths.Length < 2)
            throw new InvalidInputException($"widths: expected at least 2 (input, hidden layers if any, output), got {widths.Length}");
        for (var i = 0; i < widths.Length; i++)
        {
            if (widths[i] < 1)
                throw new InvalidInputException($"widths, entry {i + 1} of {widths.Length}: expected an integer ≥ 1, got {widths[i]}");
        }
    }
}
