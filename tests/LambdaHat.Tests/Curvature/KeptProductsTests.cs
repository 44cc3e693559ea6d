using LambdaHat.Curvature;
using LambdaHat.Data;
using LambdaHat.Tests.Data;

namespace LambdaHat.Tests.Curvature;

/// <summary>Work over kept products: interrupted anywhere and begun anew it makes each product once, and ends with the same bits.</summary>
public sealed class KeptProductsTests : IDisposable
{
    private const double Always = 0, Never = double.PositiveInfinity;

    private readonly TemporaryFolder _folder = new();
    private readonly CountedOperator _operator = new(MatrixOperator.Rotated([.. MatrixOperator.PowerLaw(60, 1), .. new double[60]]));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(40)]
    [InlineData(70)]
    public void No_product_is_made_twice(int interruptedAt)
    {
        var whole = Work(_operator);
        var total = _operator.Products;
        _operator.Products = 0;
        _operator.Before = () =>
        {
            if (_operator.Products >= interruptedAt) throw new OperationCanceledException();
        };
        Assert.Throws<OperationCanceledException>(() => Run(Always, out _));
        _operator.Before = () => { };
        var made = _operator.Products;
        Assert.Equal(whole, Run(Always, out var found));
        Assert.Equal((made, total), (found, _operator.Products));
        // Once more, and all of them are there.
        Assert.Equal(whole, Run(Always, out found));
        Assert.Equal((total, total), (found, _operator.Products));
    }

    // A damaged or missing end costs what comes after it, other vectors or another run everything from there on; never a wrong number.
    [Fact]
    public void What_does_not_fit_is_made_anew()
    {
        var whole = Work(_operator);
        Run(Always, out _);
        var path = Assert.Single(Directory.GetFiles(_folder.Path, "*.products"));
        var bytes = File.ReadAllBytes(path);
        foreach (var at in (int[])[bytes.Length / 3, bytes.Length - 3])
        {
            var torn = bytes.ToArray();
            torn[at] ^= 1;
            File.WriteAllBytes(path, torn);
            Assert.Equal(whole, Run(Always, out var found));
            Assert.InRange(found, at < bytes.Length / 2 ? 1 : 40, at < bytes.Length / 2 ? 40 : 95);
            Assert.Equal(bytes, File.ReadAllBytes(path));
            File.WriteAllBytes(path, bytes[..at]);
            Assert.Equal(whole, Run(Always, out found));
            Assert.Equal(bytes, File.ReadAllBytes(path));
        }
        using (var other = new KeptProducts(_operator, Store(), "part", Always))
        {
            var result = new double[120];
            other.Multiply([.. Enumerable.Repeat(1.0, 120)], result);
            Assert.Equal(0, other.Found);
        }
        Assert.Equal(whole, Run(Always, out var left));
        Assert.Equal(0, left);
        var notes = new List<string>();
        using (var another = new KeptProducts(_operator, new StateStore(Path.Combine(_folder.Path, "run"), new() { ["seed"] = 2 }) { Note = notes.Add }, "part", Always)) Assert.Equal(whole, Work(another));
        Assert.Empty(notes);
    }

    // Of two kinds of products the slow one is kept alone, which the numbers of the records tell.
    [Fact]
    public void Products_that_are_made_faster_than_written_are_not_kept()
    {
        Run(Never, out _);
        Run(Never, out var found);
        Assert.Equal(0, found);
        var slow = false;
        _operator.Before = () => Thread.Sleep((slow = !slow) ? 30 : 0);
        double[] Few(double secondsPerByte, out long found)
        {
            using var kept = new KeptProducts(_operator, Store(), "few", secondsPerByte);
            double[] vector = [.. Enumerable.Range(1, 120).Select(i => 1.0 / i)], result = new double[120], sums = new double[6];
            for (var i = 0; i < sums.Length; i++)
            {
                kept.Multiply(vector, result);
                result.CopyTo(vector, 0);
                sums[i] = result.Sum();
            }
            found = kept.Found;
            return sums;
        }
        var first = Few(0.02 / (8 * 120), out _);
        _operator.Before = () => { };
        Assert.Equal(first, Few(0.02 / (8 * 120), out var again));
        Assert.InRange(again, 3, 6);
    }

    [Fact]
    public void They_go_with_the_state_and_a_closed_disk_is_no_reason_to_stop()
    {
        Run(Always, out _);
        Store().Delete();
        Assert.Empty(Directory.GetFiles(_folder.Path));
        var notes = new List<string>();
        Directory.CreateDirectory(Path.Combine(_folder.Path, "run.part.products"));
        using var kept = new KeptProducts(_operator, new StateStore(Path.Combine(_folder.Path, "run"), []) { Note = notes.Add }, "part", Always);
        Assert.Equal(Work(_operator), Work(kept));
        Assert.Contains("products are not kept any more", Assert.Single(notes), StringComparison.Ordinal);
        Directory.Delete(Path.Combine(_folder.Path, "run.part.products"));
    }

    // Three records of 120 float64 numbers with their 20 + 4 bytes do not fit into 3,000 bytes: two are kept.
    [Fact]
    public void More_than_there_is_room_for_is_not_kept()
    {
        var notes = new List<string>();
        StateStore Small() => new(Path.Combine(_folder.Path, "run"), []) { MostBytes = 3000, Note = notes.Add };
        double[] vector = [.. Enumerable.Range(1, 120).Select(i => 1.0 / i)], result = new double[120];
        using (var kept = new KeptProducts(_operator, Small(), "part", Always))
            for (var i = 0; i < 5; i++) kept.Multiply(vector, result);
        Assert.Contains("for no more", Assert.Single(notes), StringComparison.Ordinal);
        using var again = new KeptProducts(_operator, Small(), "part", Always);
        for (var i = 0; i < 5; i++) again.Multiply(vector, result);
        Assert.Equal(2, again.Found);
    }

    private StateStore Store() => new(Path.Combine(_folder.Path, "run"), new() { ["seed"] = 1 });

    private string Run(double secondsPerByte, out long found)
    {
        using var kept = new KeptProducts(_operator, Store(), "part", secondsPerByte);
        var result = Work(kept);
        found = kept.Found;
        return result;
    }

    // Single products, blocks of float64 and of float32.
    private static string Work(SymmetricOperator operation)
    {
        var largest = LargestEigenvalue.Find(operation, seed: 1);
        var count = EigenvalueCount.Run(operation, new() { Probes = 3, Depth = 12 });
        var trace = HutchPlusPlus.Estimate(operation, 30);
        float[] w = [.. Enumerable.Range(1, operation.Dimension).Select(i => 1f / i)];
        using var filter = SpectralFilter.Build(operation, w, 12);
        return string.Join(' ', largest, count.Above(0.1), trace, string.Join(' ', filter.RitzValues));
    }
}
