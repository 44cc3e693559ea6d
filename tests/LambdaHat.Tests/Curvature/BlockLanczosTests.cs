using LambdaHat.Curvature;
using LambdaHat.Data;
using LambdaHat.Numerics;
using LambdaHat.Tests.Data;

namespace LambdaHat.Tests.Curvature;

/// <summary>
/// Block Lanczos on rotated diagonals, against the diagonals. A pair with residual r has an eigenvalue within r, and within r²/gap of its value when the nearest other eigenvalue is a gap
/// away (Parlett 1998, Section 11.7). Float64 sums over the float32 vectors leave 1e-13 of λ₁ besides.
/// </summary>
public class BlockLanczosTests
{
    private const double ValueTolerance = 1e-12;

    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (var kind in new[] { "power law", "clusters", "condition", "null space", "repeated", "graded", "indefinite" })
                foreach (var block in new[] { 1, 3, 8, 32 })
                    if (kind != "repeated" || block >= 5) cases.Add(kind, block);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_top_pairs_are_those_of_the_spectrum(string kind, int block)
    {
        const int wanted = 20;
        var spectrum = Spectrum(kind);
        var operation = MatrixOperator.Rotated(spectrum);
        using var found = BlockLanczos.Run(operation, new() { Wanted = wanted, BlockSize = block, MaxColumns = 300, Seed = 3 });
        Assert.Equal(wanted, found.Converged);
        double[] sorted = [.. spectrum.OrderDescending()];
        for (var i = 0; i < wanted; i++)
        {
            var residual = found.Residuals[i] * sorted[0];
            var gap = sorted.Where(value => value != sorted[i]).Min(value => Math.Abs(value - sorted[i]));
            Assert.Equal(sorted[i], found.Values[i], Math.Min(residual, residual * residual / gap) + (ValueTolerance * sorted[0]));
        }
        Check(operation, found);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    public void A_low_rank_ends_with_all_eigenpairs_and_says_that_the_rest_is_zero(int block)
    {
        double[] spectrum = [5, 5, 5, 2, 2, 1, 0.5, 0.25, 0.125, 0.0625, .. new double[190]];
        using var found = BlockLanczos.Run(MatrixOperator.Rotated(spectrum), new() { Wanted = 100, BlockSize = block, MaxColumns = 200 });
        Assert.True(found.IsComplete);
        // The range is 10 dimensions; what the restarts add is bounded by a random block a copy of the repeated eigenvalue and one at the end.
        Assert.InRange(found.Columns, 10, 10 + (5 * block));
        Assert.Equal(found.Values.Count, found.Converged);
        for (var i = 0; i < found.Values.Count; i++) Assert.Equal(spectrum[i], found.Values[i], 1e-11);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(50, 8)]
    [InlineData(61, 32)]
    public void A_basis_of_the_whole_space_gives_the_whole_spectrum(int dimension, int block)
    {
        var spectrum = MatrixOperator.PowerLaw(dimension, 1);
        using var found = BlockLanczos.Run(MatrixOperator.Rotated(spectrum), new() { Wanted = 1000, BlockSize = block, Tolerance = 1e-6 });
        Assert.True(found.IsComplete);
        Assert.Equal((dimension, dimension, dimension), (found.Columns, found.Values.Count, found.Converged));
        for (var i = 0; i < dimension; i++) Assert.Equal(spectrum[i], found.Values[i], ValueTolerance);
    }

    // A block smaller than a multiplicity: whatever is found is an eigenpair, the copies come with rounding or a restart, and all of them at the latest with the whole space.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_repeated_eigenvalue_may_hide_from_smaller_blocks_but_not_for_ever(int block)
    {
        var spectrum = Spectrum("repeated")[..200];
        var operation = MatrixOperator.Rotated(spectrum);
        using var few = BlockLanczos.Run(operation, new() { Wanted = 10, BlockSize = block });
        Check(operation, few);
        using var all = BlockLanczos.Run(operation, new() { Wanted = 200, BlockSize = block });
        for (var i = 0; i < 200; i++) Assert.Equal(spectrum[i], all.Values[i], ValueTolerance);
    }

    [Fact]
    public void The_zero_operator_has_zero_pairs()
    {
        using var found = BlockLanczos.Run(new MatrixOperator(30, (_, result) => Array.Clear(result)), new() { Wanted = 3, BlockSize = 4 });
        Assert.True(found.IsComplete);
        Assert.All(found.Values, value => Assert.Equal(0, value));
    }

    [Fact]
    public void Unconverged_pairs_are_not_called_converged()
    {
        var spectrum = MatrixOperator.PowerLaw(500, 0.5);
        using var found = BlockLanczos.Run(MatrixOperator.Rotated(spectrum), new() { Wanted = 50, BlockSize = 5, MaxColumns = 60 });
        Assert.Equal(60, found.Columns);
        Assert.InRange(found.Converged, 0, 40);
        Assert.False(found.IsComplete);
        for (var i = 0; i < 50; i++)
        {
            // Ritz values stand below the eigenvalues in order, and an eigenvalue stands within the residual of each.
            Assert.True(found.Values[i] <= spectrum[i] + ValueTolerance);
            Assert.True(spectrum.Min(value => Math.Abs(value - found.Values[i])) <= found.Residuals[i] + 1e-7);
        }
    }

    [Fact]
    public void Threads_and_repetition_change_no_bit_and_seeds_do()
    {
        var operation = MatrixOperator.Rotated(MatrixOperator.PowerLaw(3000, 1));
        BlockLanczosOptions options = new() { Wanted = 15, BlockSize = 4, MaxColumns = 60, Seed = 5 };
        using var alone = BlockLanczos.Run(operation, options);
        foreach (var threads in new[] { 1, 2, 3 })
        {
            using var team = new WorkTeam(threads);
            using var shared = BlockLanczos.Run(operation, options, team);
            Same(alone, shared);
        }
        using var other = BlockLanczos.Run(operation, options with { Seed = 6 });
        Assert.NotEqual(alone.Vector(0).ToArray(), other.Vector(0).ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    public void A_run_that_was_cut_off_ends_with_the_same_bits(int cutAfter)
    {
        var path = Path.Combine(Path.GetTempPath(), $"lambdahat-{Guid.NewGuid():N}.state");
        try
        {
            // A null space, so that the random vectors drawn are part of what must be kept.
            var operation = MatrixOperator.Rotated([.. MatrixOperator.PowerLaw(40, 1), .. new double[260]]);
            BlockLanczosOptions options = new() { Wanted = 30, BlockSize = 4, MaxColumns = 80, Seed = 2, Tolerance = 1e-6 };
            using var whole = BlockLanczos.Run(operation, options);
            using var stop = new CancellationTokenSource();
            var blocks = 0;
            void Count(BlockLanczosProgress progress)
            {
                if (progress.Stage == BlockLanczosStage.Search && ++blocks == cutAfter) stop.Cancel();
            }
            var notes = new List<string>();
            BlockLanczosOptions Kept() => options with { Store = new StateStore(path, []) { Note = notes.Add } };
            Assert.Throws<OperationCanceledException>(() => BlockLanczos.Run(operation, Kept(), null, Count, stop.Token));
            Assert.True(File.Exists(path));
            var seen = new List<int>();
            using var resumed = BlockLanczos.Run(operation, Kept(), null, progress => seen.Add(progress.Columns));
            Assert.Equal(4 * (cutAfter + 1), seen[0]);
            Same(whole, resumed);
            // Another seed is another run.
            Assert.Contains("belongs to another", Assert.Throws<InvalidInputException>(() => BlockLanczos.Run(operation, Kept() with { Seed = 3 })).Message, StringComparison.Ordinal);
            File.WriteAllBytes(path, File.ReadAllBytes(path)[..^100]);
            // A torn file is passed over by name, for the one before it.
            using var anew = BlockLanczos.Run(operation, Kept());
            Assert.Contains("is no whole state of a run", Assert.Single(notes), StringComparison.Ordinal);
            Same(whole, anew);
        }
        finally
        {
            foreach (var file in Directory.GetFiles(Path.GetTempPath(), Path.GetFileName(path) + "*")) File.Delete(file);
        }
    }

    // The search is over: what is left is the final pass, of whose products none is made twice, and then nothing.
    [Fact]
    public void The_final_pass_goes_on_where_it_was()
    {
        using var folder = new TemporaryFolder();
        var operation = new CountedOperator(MatrixOperator.Rotated(MatrixOperator.PowerLaw(300, 1)));
        BlockLanczosOptions options = new() { Wanted = 20, BlockSize = 8, MaxColumns = 96 };
        using var whole = BlockLanczos.Run(operation, options);
        operation.Products = 0;
        BlockLanczosOptions Kept() => options with { Store = new StateStore(Path.Combine(folder.Path, "run"), []) };
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => BlockLanczos.Run(operation, Kept(), null, progress =>
        {
            if (progress.Refined > 0) stop.Cancel();
        }, stop.Token));
        var searched = operation.Products;
        using var resumed = BlockLanczos.Run(operation, Kept(), null, progress => Assert.Equal(BlockLanczosStage.Refinement, progress.Stage));
        Assert.Equal(whole.Columns + 8, searched);
        // Those that took no time are made again.
        Assert.InRange(operation.Products - searched, 12, 20);
        var made = operation.Products;
        using var again = BlockLanczos.Run(operation, Kept());
        Assert.Equal(made, operation.Products);
        foreach (var found in (TopEigenpairs[])[resumed, again])
        {
            Same(whole, found);
            Assert.Equal((whole.Columns, whole.Predicted, whole.IsComplete), (found.Columns, found.Predicted, found.IsComplete));
        }
    }

    [Fact]
    public void A_run_that_died_goes_on_from_its_last_checkpoint()
    {
        var path = Path.Combine(Path.GetTempPath(), $"lambdahat-{Guid.NewGuid():N}.state");
        try
        {
            var operation = MatrixOperator.Rotated(MatrixOperator.PowerLaw(300, 1));
            BlockLanczosOptions options = new() { Wanted = 20, BlockSize = 8, MaxColumns = 96 };
            using var whole = BlockLanczos.Run(operation, options);
            var time = new SetTime();
            BlockLanczosOptions Kept() => options with { Store = new StateStore(path, []) { Interval = TimeSpan.Zero, Clock = time } };
            // Nothing but the file survives the exception.
            Assert.Throws<IOException>(() => BlockLanczos.Run(operation, Kept(), null, progress =>
            {
                time.Now += TimeSpan.FromMinutes(1);
                Fail(progress.Columns == 40);
            }));
            var seen = new List<int>();
            using var resumed = BlockLanczos.Run(operation, Kept(), null, progress => seen.Add(progress.Columns));
            // What was saved before the block of the failure.
            Assert.Equal(40, seen[0]);
            Same(whole, resumed);
        }
        finally
        {
            foreach (var file in Directory.GetFiles(Path.GetTempPath(), Path.GetFileName(path) + "*")) File.Delete(file);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Blocks_are_multiplied_like_single_vectors(int columns)
    {
        var operation = MatrixOperator.Rotated(MatrixOperator.PowerLaw(30, 1));
        var vectors = Array.ConvertAll(MatrixOperator.Normal(30 * columns, 1, 0), x => (float)x);
        double[] results = new double[30 * columns], single = new double[30];
        operation.MultiplyBlock(vectors, results, columns);
        for (var j = 0; j < columns; j++)
        {
            operation.Multiply(Array.ConvertAll(vectors[(30 * j)..(30 * (j + 1))], x => (double)x), single);
            Assert.Equal(single, results[(30 * j)..(30 * (j + 1))]);
        }
        Assert.Throws<ArgumentException>(() => operation.MultiplyBlock(vectors, results, columns + 1));
        Assert.Throws<ArgumentException>(() => operation.MultiplyBlock(vectors, single.AsSpan(1), columns));
    }

    [Fact]
    public void Products_that_are_not_finite_are_refused() =>
        Assert.Throws<ArithmeticException>(() => BlockLanczos.Run(new MatrixOperator(20, (_, result) => result[3] = double.NaN), new() { Wanted = 2, BlockSize = 2 }));

    [Fact]
    public void Options_check_their_range()
    {
        Assert.Equal("eigenpairs wanted: expected 1 or more, got 0", Assert.Throws<InvalidInputException>(() => new BlockLanczosOptions { Wanted = 0 }).Message);
        Assert.Equal("block size: expected 1 or more, got 0", Assert.Throws<InvalidInputException>(() => new BlockLanczosOptions { BlockSize = 0 }).Message);
        Assert.Equal("columns of the basis: expected 1 or more, got -1", Assert.Throws<InvalidInputException>(() => new BlockLanczosOptions { MaxColumns = -1 }).Message);
        Assert.Equal("residual tolerance: expected a number above 0 and below 1, got 1", Assert.Throws<InvalidInputException>(() => new BlockLanczosOptions { Tolerance = 1 }).Message);
    }

    private static double[] Spectrum(string kind) => kind switch
    {
        "power law" => MatrixOperator.PowerLaw(600, 1.5),
        "clusters" => [.. Enumerable.Range(0, 400).Select(i => Math.Pow(2, -(i / 8)) * (1 + (1e-6 * (i % 8))))],
        "condition" => [.. Enumerable.Range(0, 300).Select(i => Math.Pow(10, -12.0 * i / 299))],
        "null space" => [.. MatrixOperator.PowerLaw(30, 1), .. new double[270]],
        "repeated" => [.. Enumerable.Range(0, 400).Select(i => 1.0 / (1 + (i / 5)))],
        "graded" => [.. Enumerable.Range(0, 300).Select(i => Math.Pow(0.8, i))],
        "indefinite" => [.. Enumerable.Range(0, 300).Select(i => (i % 2 == 0 ? 1 : -1.5) / (1.0 + i))],
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private static void Fail(bool now)
    {
        if (now) throw new IOException();
    }

    // Residuals and orthonormality from products of the test's own; float32 vectors leave 1e-7·√k.
    private static void Check(MatrixOperator operation, TopEigenpairs found)
    {
        var product = new double[operation.Dimension];
        for (var i = 0; i < found.Values.Count; i++)
        {
            double[] v = [.. found.Vector(i).ToArray().Select(x => (double)x)];
            operation.Multiply(v, product);
            var residual = Math.Sqrt(v.Zip(product, (x, y) => Math.Pow(y - (found.Values[i] * x), 2)).Sum()) / Math.Abs(found.Values[0]);
            Assert.InRange(residual, 0, 1e-5 + 2e-7);
            Assert.InRange(residual - found.Residuals[i], -2e-7, 2e-7);
            for (var j = 0; j <= i; j++)
                Assert.Equal(i == j ? 1 : 0, v.Zip(found.Vector(j).ToArray(), (x, y) => x * y).Sum(), 1e-6);
        }
    }

    private static void Same(TopEigenpairs expected, TopEigenpairs actual)
    {
        Assert.Equal(expected.Values, actual.Values);
        Assert.Equal(expected.Residuals, actual.Residuals);
        Assert.Equal((expected.Columns, expected.Converged, expected.IsComplete), (actual.Columns, actual.Converged, actual.IsComplete));
        for (var i = 0; i < expected.Values.Count; i++) Assert.Equal(expected.Vector(i).ToArray(), actual.Vector(i).ToArray());
    }
}
