using LambdaHat.Numerics;

namespace LambdaHat.Curvature;

/// <summary>An estimate of tr G.</summary>
/// <param name="Value">The estimate.</param>
/// <param name="StandardError">Its standard error, over the probes of what the sketch leaves; 0 where it leaves nothing.</param>
/// <param name="Products">The products with G.</param>
public readonly record struct TraceValue(double Value, double StandardError, int Products);

/// <summary>
/// tr G = tr QᵀGQ + tr (I − QQᵀ)G(I − QQᵀ), the first exactly with Q a basis of G·S for random signs S, the second by Hutchinson's mean of xᵀGx over random signs x with their part in Q taken
/// out (Meyer, Musco, Musco and Woodruff 2021, Algorithm 1): relative errors of order 1/m for m products where Hutchinson's alone are 1/√m.
/// </summary>
public static class HutchPlusPlus
{
    private const int BlockSize = 32;

    /// <summary>The trace of <paramref name="operation"/> with <paramref name="products"/> products, a third of them for each of S, Q and x.</summary>
    /// <exception cref="InvalidInputException">There are fewer than six products.</exception>
    /// <exception cref="ArithmeticException">A product is not finite.</exception>
    public static TraceValue Estimate(SymmetricOperator operation, int products = 192, ulong seed = 0, WorkTeam? team = null)
    {
        if (products < 6) throw new InvalidInputException($"products of a trace: expected 6 or more, got {products}");
        int d = operation.Dimension, third = Math.Min(products / 3, d), made = 0;
        using var basis = new BasisRows(d, team);
        var block = Math.Min(BlockSize, third);
        using var orthogonaliser = new BlockOrthogonaliser(basis, block, seed, team);
        var vectors = new float[block * d];
        var results = new double[block * d];
        for (var start = 0; start < third; start += block)
        {
            var count = Math.Min(block, third - start);
            for (var j = 0; j < count; j++) Signs(seed, start + j, vectors.AsSpan(j * d, d));
            Multiply(count);
            var candidates = orthogonaliser.Block(count);
            for (var j = 0; j < count; j++)
                for (var i = 0; i < d; i++)
                    candidates.Row(j)[i] = (float)results[(j * d) + i];
            orthogonaliser.Orthonormalise(count, 0, null, new double[count * count]);
            basis.Append(orthogonaliser.Block(count));
        }
        var sketched = 0.0;
        for (var start = 0; start < third; start += block)
        {
            var count = Math.Min(block, third - start);
            for (var j = 0; j < count; j++) basis.Row(start + j).CopyTo(vectors.AsSpan(j * d, d));
            Multiply(count);
            for (var j = 0; j < count; j++) sketched += Form(vectors.AsSpan(j * d, d), results.AsSpan(j * d, d));
        }
        if (third == d) return new(sketched, 0, made);
        double sum = 0, squares = 0;
        for (var start = 0; start < third; start += block)
        {
            var count = Math.Min(block, third - start);
            var probes = orthogonaliser.Block(count);
            for (var j = 0; j < count; j++) Signs(seed, third + start + j, probes.Row(j));
            var coefficients = new double[third * count];
            basis.Project(probes, coefficients);
            basis.Subtract(coefficients, probes);
            for (var j = 0; j < count; j++) probes.Row(j).CopyTo(vectors.AsSpan(j * d, d));
            Multiply(count);
            for (var j = 0; j < count; j++)
            {
                var form = Form(vectors.AsSpan(j * d, d), results.AsSpan(j * d, d));
                sum += form;
                squares += form * form;
            }
        }
        var mean = sum / third;
        var variance = Math.Max(0, squares - (sum * mean)) / Math.Max(1, third - 1);
        return new(sketched + mean, Math.Sqrt(variance / third), made);

        void Multiply(int count)
        {
            operation.MultiplyBlock(vectors.AsSpan(0, count * d), results.AsSpan(0, count * d), count);
            made += count;
        }
    }

    private static void Signs(ulong seed, int index, Span<float> vector)
    {
        var probe = StochasticLanczosQuadrature.Probe(vector.Length, seed, index);
        for (var i = 0; i < vector.Length; i++) vector[i] = (float)probe[i];
    }

    private static double Form(ReadOnlySpan<float> x, ReadOnlySpan<double> y)
    {
        var sum = 0.0;
        for (var i = 0; i < x.Length; i++) sum += x[i] * y[i];
        return double.IsFinite(sum) ? sum : throw new ArithmeticException("a product with the curvature is not finite");
    }
}
