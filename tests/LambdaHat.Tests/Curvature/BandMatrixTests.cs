using LambdaHat.Curvature;
using LambdaHat.Data;
using LambdaHat.Lapack;
using LambdaHat.Numerics;
using LambdaHat.Tests.Data;
using LambdaHat.Tests.Numerics;

namespace LambdaHat.Tests.Curvature;

/// <summary>Eigenvalues of bands, and of dense matrices by way of them, against decompositions of the whole matrix. The backward error of each is below (d + 20)·ε·‖A‖/2.</summary>
public sealed class BandMatrixTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(40, 1)]
    [InlineData(41, 2)]
    [InlineData(60, 7)]
    [InlineData(61, 60)]
    [InlineData(500, 16)]
    [InlineData(333, 64)]
    public void A_band_has_the_eigenvalues_of_the_whole_matrix(int dimension, int width)
    {
        var (band, dense) = Random(dimension, width);
        double[] expected = Values(dense, dimension), found = band.Eigenvalues();
        for (var i = 0; i < dimension; i++) Assert.Equal(expected[i], found[i], Tolerance(expected, 1.1e-16));
    }

    // Numbers whose squares leave float64's range, and none at all.
    [Theory]
    [InlineData(1e200)]
    [InlineData(1e-200)]
    [InlineData(0)]
    public void Its_size_does_not_matter(double size)
    {
        var (band, dense) = Random(50, 5, size);
        double[] expected = Values(dense, 50), found = band.Eigenvalues();
        for (var i = 0; i < 50; i++) Assert.Equal(expected[i], found[i], Tolerance(expected, 1.1e-16));
        band = Random(50, 5).Band;
        band[7, 5] = double.NaN;
        Assert.Throws<ArithmeticException>(() => band.Eigenvalues());
    }

    // More columns than are chased between two words, so that the threads meet; and a run that is cut there goes on, from itself or from its state.
    [Fact]
    public void Threads_and_interruptions_change_no_bit()
    {
        using var team = new WorkTeam(3);
        var alone = Random(900, 20).Band.Eigenvalues();
        for (var repeat = 0; repeat < 3; repeat++) Assert.Equal(alone, Random(900, 20).Band.Eigenvalues(team));
        using var stop = new CancellationTokenSource();
        var cut = Random(900, 20).Band;
        Assert.Throws<OperationCanceledException>(() => cut.Eigenvalues(team, share => { if (share > 0.5) stop.Cancel(); }, stop.Token));
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "state");
        StateFile.Write(path, [], [new("band", cut.Transfer)]);
        var read = new BandMatrix(900, 20);
        StateFile.Open(path).Read([new("band", read.Transfer)]);
        Assert.Equal(alone, cut.Eigenvalues());
        var heard = new List<double>();
        Assert.Equal(alone, read.Eigenvalues(progress: heard.Add));
        Assert.True(heard[0] > 0.5 && heard[^1] > 0.999, string.Join(' ', heard));
    }

    // Of dimensions that are no multiple of the panels', and smaller ones; the band alone is compared where the last panel has fewer rows than columns.
    [LapackTheory]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(66)]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(300)]
    public unsafe void A_dense_matrix_becomes_a_band_of_the_same_eigenvalues(int dimension)
    {
        var (a, _) = Spectrum.Matrix("random", dimension);
        double[] matrix = a.ToRowMajorArray(), expected = Values(matrix, dimension);
        float[] narrow = Array.ConvertAll(matrix, v => (float)v);
        double[] wide = [.. matrix];
        fixed (double* pointer = wide) Check(pointer, 1.1e-16);
        fixed (float* pointer = narrow) Check(pointer, 6e-8);

        void Check<T>(T* pointer, double epsilon)
            where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
        {
            using var reduction = new BandReduction<T>(LapackLibrary.Require("a test"), 2, pointer, dimension, dimension);
            while (!reduction.IsDone) reduction.Advance();
            var found = reduction.Band().Eigenvalues();
            for (var i = 0; i < dimension; i++) Assert.Equal(expected[i], found[i], Tolerance(expected, epsilon));
        }
    }

    // Cut in the reduction, in the band and after it; the elements are not given again.
    [LapackTheory]
    [InlineData(0.3)]
    [InlineData(0.95)]
    [InlineData(2)]
    public void A_search_goes_on_from_its_state(double cutAt)
    {
        const int size = 700;
        var a = Spectrum.Matrix("gram", size).A.ToRowMajorArray();
        using var folder = new TemporaryFolder();
        StateStore Store() => new(Path.Combine(folder.Path, "run"), new() { ["seed"] = 1 });
        double[] whole;
        double trace;
        using (var matrix = Filled())
        using (var search = matrix.Search())
        {
            whole = search.Run();
            trace = search.Trace;
            Assert.False(search.IsResumed);
        }
        using (var matrix = Filled())
        using (var search = matrix.Search(Store()))
        {
            using var stop = new CancellationTokenSource();
            void Run() => search.Run(null, share => { if (share >= cutAt) stop.Cancel(); }, stop.Token);
            if (cutAt < 1) Assert.Throws<OperationCanceledException>(Run);
            else Run();
        }
        using var empty = new DenseSymmetric<float>(size, 2);
        using var resumed = empty.Search(Store());
        Assert.True(resumed.IsResumed);
        var least = 2.0;
        Assert.Equal(whole, resumed.Run(null, share => least = Math.Min(least, share)));
        Assert.True(least >= cutAt);
        Assert.Equal((trace, Enumerable.Range(0, size).Sum(i => (double)(float)a[(i * size) + i])), (resumed.Trace, trace));
        using var other = new DenseSymmetric<float>(size + 1, 2);
        Assert.Contains("dimension 701", Assert.Throws<InvalidInputException>(() => other.Search(Store())).Message, StringComparison.Ordinal);

        DenseSymmetric<float> Filled() => DenseSymmetricTests.Filled<float>(a, size, useNative: true);
    }

    private static double Tolerance(double[] values, double epsilon) => ((values.Length + 20) * epsilon * values.Max(Math.Abs)) + double.Epsilon;

    private static double[] Values(double[] matrix, int n)
    {
        var values = new double[n];
        new SymmetricEigen().Values(matrix, n, values);
        return values;
    }

    private static (BandMatrix Band, double[] Dense) Random(int dimension, int width, double size = 1)
    {
        var words = new float[dimension * (width + 1)];
        GaussianNoise.Fill(new RandomStream(5, RandomPurpose.Data, width, dimension), words);
        var (band, dense) = (new BandMatrix(dimension, width), new double[dimension * dimension]);
        for (var j = 0; j < dimension; j++)
            for (var i = j; i < Math.Min(dimension, j + width + 1); i++)
                band[i, j] = dense[(i * dimension) + j] = dense[(j * dimension) + i] = size * words[(j * (width + 1)) + i - j];
        return (band, dense);
    }
}
