namespace LambdaHat.Theory;

/// <summary>The two-layer linear network x ↦ B·A·x at ONE point (A, B), A: H × M, B: N × H, where the product is the true map.</summary>
public static class TwoLayer
{
    /// <summary>
    /// The LOCAL learning coefficient and multiplicity at (A, B) with a = rank A, b = rank B, r = rank(BA):
    /// <para>λ(A, B) = (aN + bM − ab)/2 + λ_RRR(M − a, N − b, H − a − b + r, 0),</para>
    /// m that of the second term. The first term is half the rank of the Hessian; the second is reduced-rank regression with rank 0
    /// at the origin, in the directions where the Hessian vanishes and the loss need not. λ over all points with the same product
    /// is least at a = b = r, where it is the global value.
    /// </summary>
    /// <param name="inputs">M, at least 1.</param>
    /// <param name="hidden">H, at least 1.</param>
    /// <param name="outputs">N, at least 1.</param>
    /// <param name="firstRank">a = rank A, from 0 to min(M, H).</param>
    /// <param name="secondRank">b = rank B, from 0 to min(N, H).</param>
    /// <param name="productRank">r = rank(BA), from max(0, a + b − H) to min(a, b).</param>
    /// <exception cref="InvalidInputException">A value is out of range.</exception>
    public static ExactCoefficient LocalCoefficient(int inputs, int hidden, int outputs, int firstRank, int secondRank, int productRank)
    {
        ReducedRankRegression.CheckSizes(inputs, outputs, hidden);
        CheckRank("first rank (of A)", firstRank, Math.Min(inputs, hidden), $"min(inputs {inputs}, hidden {hidden})");
        CheckRank("second rank (of B)", secondRank, Math.Min(outputs, hidden), $"min(outputs {outputs}, hidden {hidden})");
        var least = (int)Math.Max(0, (long)firstRank + secondRank - hidden);
        var most = Math.Min(firstRank, secondRank);
        if (productRank < least || productRank > most)
            throw new InvalidInputException($"product rank: expected an integer from {least} to {most} (ranks {firstRank} and {secondRank} through {hidden} hidden units), got {productRank}");

        var hessianRank = DeepLinear.HessianRank([inputs, firstRank], [secondRank, outputs]);
        var free = (int)((long)hidden - firstRank - secondRank + productRank);
        var residual = ReducedRankRegression.Cases(inputs - firstRank, outputs - secondRank, free, 0);
        return ExactCoefficient.Sum(ExactCoefficient.Regular(hessianRank), residual);
    }

    private static void CheckRank(string name, int rank, int most, string bound)
    {
        if (rank < 0 || rank > most)
            throw new InvalidInputException($"{name}: expected an integer from 0 to {most} ({bound}), got {rank}");
    }
}
