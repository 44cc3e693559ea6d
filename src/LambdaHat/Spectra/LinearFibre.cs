namespace LambdaHat.Spectra;

/// <summary>
/// The directions along which the product W_L⋯W_1 of a chain of matrices stays as it is near a point. Where the rank of the product map's derivative, Σ_l b_l(a_l − a_{l+1}), is the largest that the widths allow,
/// it is locally constant and the whole kernel counts (the fibre is a manifold); elsewhere only the span of the generators of the groups GL(H_l) between the matrices does. See docs/derivations/symmetries.md.
/// </summary>
internal static class LinearFibre
{
    /// <summary>Their number for matrices W_1 … W_L, L ≥ 2, each of shape H_l × H_{l−1}.</summary>
    public static long Directions(IReadOnlyList<DenseArray> chain)
    {
        int[] widths = [chain[0].Columns, .. chain.Select(w => w.Rows)];
        var ranks = Ranks(chain, widths);
        var rank = DerivativeRank(widths, (i, j) => ranks[i, j]);
        var generic = DerivativeRank(widths, (i, j) => widths[i..(j + 1)].Min());
        return rank == generic ? chain.Sum(w => (long)w.Rows * w.Columns) - rank : GroupSpan(widths, ranks);
    }

    // Σ_l b_l (a_l − a_{l+1}): a_l = rank(W_{l−1}⋯W_1), b_l = rank(W_L⋯W_{l+1}), a_{L+1} = 0.
    private static long DerivativeRank(int[] widths, Func<int, int, int> rank)
    {
        var last = widths.Length - 1;
        var sum = 0L;
        for (var l = 1; l <= last; l++) sum += (long)rank(l, last) * (rank(0, l - 1) - (l < last ? rank(0, l) : 0));
        return sum;
    }

    // ranks[i, j] = rank(W_j⋯W_{i+1}), with H_i for i = j.
    private static int[,] Ranks(IReadOnlyList<DenseArray> chain, int[] widths)
    {
        var ranks = new int[widths.Length, widths.Length];
        for (var i = 0; i < widths.Length; i++)
        {
            ranks[i, i] = widths[i];
            var product = i < chain.Count ? chain[i] : null;
            for (var j = i + 1; j < widths.Length; j++)
            {
                if (j > i + 1) product = chain[j - 1].Times(product!);
                ranks[i, j] = product!.Rank();
            }
        }
        return ranks;
    }

    // Σ H_l² less the dimension of the stabiliser: the chain is a direct sum of intervals [i, j], and maps of it to itself that vanish at both ends come from pairs [i, j] → [k, l] with k ≤ i ≤ l ≤ j, 1 ≤ i, l < L.
    private static long GroupSpan(int[] widths, int[,] ranks)
    {
        var last = widths.Length - 1;
        int Rank(int i, int j) => i < 0 || j > last ? 0 : ranks[i, j];
        long Multiplicity(int i, int j) => Rank(i, j) - Rank(i - 1, j) - Rank(i, j + 1) + Rank(i - 1, j + 1);
        var span = widths[1..^1].Sum(h => (long)h * h);
        for (var i = 1; i < last; i++)
        {
            for (var l = i; l < last; l++)
            {
                long sources = 0, targets = 0;
                for (var j = l; j <= last; j++) sources += Multiplicity(i, j);
                for (var k = 0; k <= i; k++) targets += Multiplicity(k, l);
                span -= sources * targets;
            }
        }
        return span;
    }
}
