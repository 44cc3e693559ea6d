using System.Numerics.Tensors;
using LambdaHat.Numerics;

namespace LambdaHat.Networks;

/// <summary>
/// A random deep linear network f(x) = W_L ⋯ W_1·x whose learning coefficient is known: entries N(0, 1/fan-in), then some matrices cut to a
/// lower rank by dropping their smallest singular values (Furman &amp; Lau 2024, Section 4.2).
/// </summary>
public sealed class DeepLinearTeacher
{
    private DeepLinearTeacher(IReadOnlyList<int> widths, IReadOnlyList<int> ranks, Network network, float[] parameters)
    {
        Widths = widths;
        Ranks = ranks;
        Network = network;
        Parameters = parameters;
    }

    /// <summary>H_1 (input) … H_{L+1} (output).</summary>
    public IReadOnlyList<int> Widths { get; }

    /// <summary>The rank of every matrix, W_1 first.</summary>
    public IReadOnlyList<int> Ranks { get; }

    /// <summary>Dense layers without bias or activation.</summary>
    public Network Network { get; }

    /// <summary>The flat parameter vector, the true parameter of the teacher's own data.</summary>
    public float[] Parameters { get; }

    /// <summary>The rank of the product: for matrices in general position the smallest of the ranks.</summary>
    public int ProductRank => Ranks.Min();

    /// <summary>
    /// Draws a teacher. Without <paramref name="ranks"/> every matrix is, with probability ½, reduced to a rank drawn uniformly from 0 to its
    /// smaller dimension.
    /// </summary>
    /// <param name="widths">H_1 (input) … H_{L+1} (output).</param>
    /// <param name="ranks">The rank of every matrix, W_1 first.</param>
    /// <param name="seed">The seed of every random number.</param>
    /// <param name="threads">Threads; the result does not depend on it.</param>
    /// <param name="watch">Hears what share of the matrices is drawn, one word at a time.</param>
    /// <exception cref="InvalidInputException">A width or a rank is out of range, or their numbers do not fit.</exception>
    /// <exception cref="OperationCanceledException">The watch ended it.</exception>
    public static DeepLinearTeacher Draw(IReadOnlyList<int> widths, IReadOnlyList<int>? ranks, ulong seed, int threads = 1, StageWatch? watch = null)
    {
        Check(widths, ranks);
        var network = new Network([.. widths.Zip(widths.Skip(1), (inputs, outputs) => new Dense(inputs, outputs, bias: false))]);
        var parameters = new float[network.Dimension];
        GaussianNoise.Fill(new RandomStream(seed, RandomPurpose.Initialisation, 0, 0), parameters);
        var drawn = new int[widths.Count - 1];
        watch?.Report("teacher", 0);
        var (made, telling) = (0, new Lock());
        Parallel.For(0, drawn.Length, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = watch?.Cancellation ?? CancellationToken.None }, l =>
        {
            var (rows, columns) = (widths[l + 1], widths[l]);
            var weight = network.Slice(parameters.AsSpan(), l);
            foreach (ref var entry in weight) entry /= MathF.Sqrt(columns);
            Span<float> uniform = stackalloc float[2];
            new RandomStream(seed, RandomPurpose.Initialisation, 1 + l, 0).FillUniform(uniform);
            var full = Math.Min(rows, columns);
            drawn[l] = ranks?[l] ?? (uniform[0] < 0.5f ? (int)(uniform[1] * (full + 1)) : full);
            if (drawn[l] < full) CutToRank(weight, rows, columns, drawn[l]);
            lock (telling) watch?.Report("teacher", (double)++made / drawn.Length);
        });
        return new DeepLinearTeacher(widths, drawn, network, parameters);
    }

    /// <summary>W_L ⋯ W_1 in float64, rounded: outputs × inputs, row-major.</summary>
    public float[] Product(WorkTeam? team = null) => LinearChain.Of(Network, Parameters)!.Product(team);

    // W ← W·V·Vᵀ, V the leading right singular vectors, or U·Uᵀ·W, from the eigenvectors of the smaller Gram matrix.
    private static void CutToRank(Span<float> weight, int rows, int columns, int rank)
    {
        if (rank == 0)
        {
            weight.Clear();
            return;
        }
        double[] w = new double[rows * columns], cut = new double[rows * columns];
        TensorPrimitives.ConvertTruncating<float, double>(weight, w);
        var (within, left) = (Math.Min(rows, columns), columns > rows);
        double[] vectors = new double[within * within], values = new double[within], half = new double[Math.Max(rows, columns) * rank];
        DoubleView whole = new(w, 0, columns), turned = whole with { Transposed = true }, result = new(cut, 0, columns);
        var product = new SharedDoubleProduct(null);
        product.Multiply(within, within, left ? columns : rows, left ? whole : turned, left ? turned : whole, new DoubleView(vectors, 0, within));
        new SymmetricEigen().Decompose(vectors, within, values);
        // Vᵀ: the last rows.
        var leading = new DoubleView(vectors, (within - rank) * within, within);
        if (left)
        {
            product.Multiply(rank, columns, rows, leading, whole, new DoubleView(half, 0, columns));
            product.Multiply(rows, columns, rank, leading with { Transposed = true }, new DoubleView(half, 0, columns), result);
        }
        else
        {
            product.Multiply(rows, rank, columns, whole, leading with { Transposed = true }, new DoubleView(half, 0, rank));
            product.Multiply(rows, columns, rank, new DoubleView(half, 0, rank), leading, result);
        }
        TensorPrimitives.ConvertTruncating<double, float>(cut, weight);
    }

    /// <summary>Whether there is such a teacher.</summary>
    /// <exception cref="InvalidInputException">A width or a rank is out of range, or their numbers do not fit.</exception>
    internal static void Check(IReadOnlyList<int> widths, IReadOnlyList<int>? ranks)
    {
        List<string> problems = [];
        if (widths.Count < 2) problems.Add($"a deep linear network needs at least 2 widths (input and output), got {widths.Count}");
        problems.AddRange(widths.Select((w, i) => (w, i)).Where(x => x.w < 1).Select(x => $"width {x.i + 1} must be a whole number ≥ 1, got {x.w}"));
        if (ranks is not null && ranks.Count != widths.Count - 1)
            problems.Add($"{widths.Count} widths make {widths.Count - 1} matrices, but {ranks.Count} ranks were given");
        else if (ranks is not null && problems.Count == 0)
            problems.AddRange(ranks.Select((r, i) => (r, i)).Where(x => x.r < 0 || x.r > Math.Min(widths[x.i], widths[x.i + 1]))
                .Select(x => $"rank {x.i + 1} must be from 0 to {Math.Min(widths[x.i], widths[x.i + 1])}, got {x.r}"));
        if (problems.Count > 0) throw new InvalidInputException(string.Join("; ", problems));
    }
}
