using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using LambdaHat.Numerics;

namespace LambdaHat.Tests.Numerics;

public sealed class MatrixProductTests
{
    /// <summary>Every register width of this processor.</summary>
    public static TheoryData<int> Widths
    {
        get
        {
            var widths = new TheoryData<int>();
            foreach (var bits in (int[])[128, 256, 512])
            {
                if (RegisterWidth.Supports(bits)) widths.Add(bits);
            }
            return widths;
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Every_tile_height_and_width_is_exact_to_rounding(int bits)
    {
        using var product = new MatrixProduct(null, bits);
        for (var m = 1; m <= 14; m++)
        {
            for (var n = 1; n <= 35; n++)
            {
                foreach (var (ta, tb) in Orientations())
                {
                    var one = new ProductCase(m, 1 + ((m * n) % 11), n, ta, tb, (m + n) % 2 == 0, seed: (m * 100) + n);
                    one.Check(one.Multiply(product));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Shapes_of_layers_and_gradients_are_exact_to_rounding(int bits)
    {
        using var product = new MatrixProduct(null, bits);
        (int M, int K, int N)[] shapes =
        [
            (20, 10, 512), (50, 50, 160), (13, 512, 17), (20, 512, 20), (5, 1100, 6), (3, 2061, 2), (1, 700, 1), (1, 50, 512),
            (100, 513, 33), (130, 70, 70), (97, 300, 41), (70, 520, 130), (800, 66, 40), (1570, 5, 3),
        ];
        var seed = 0;
        foreach (var (m, k, n) in shapes)
        {
            foreach (var (ta, tb) in Orientations())
            {
                var one = new ProductCase(m, k, n, ta, tb, seed++ % 3 == 0, seed);
                one.Check(one.Multiply(product));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Strides_that_alias_in_the_cache_are_packed_and_exact_to_rounding(int bits)
    {
        using var product = new MatrixProduct(null, bits);
        foreach (var (ta, tb) in Orientations())
        {
            // Rows of A 1024 numbers apart: (columns of A) + padding.
            var (m, k, n) = (101, 99, 70);
            var one = new ProductCase(m, k, n, ta, tb, ta == tb, seed: 5, padding: 1024 - (ta ? m : k));
            one.Check(one.Multiply(product));
        }
    }

    [Property(MaxTest = 150)]
    public Property Any_shape_is_exact_to_rounding_at_every_width()
    {
        var size = Gen.Frequency((1, Gen.Constant(0)), (2, Gen.Constant(1)), (8, Gen.Choose(2, 40)), (4, Gen.Choose(41, 150)));
        var cases =
            from m in size
            from k in size
            from n in size
            from flags in Gen.Choose(0, 7)
            from padding in Gen.Choose(0, 9)
            from seed in Gen.Choose(0, 1 << 20)
            select (m, k, n, flags, padding, seed);
        return Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var one = new ProductCase(c.m, c.k, c.n, (c.flags & 1) != 0, (c.flags & 2) != 0, (c.flags & 4) != 0, c.seed, c.padding);
            foreach (var bits in (int[])[128, 256, 512])
            {
                if (!RegisterWidth.Supports(bits)) continue;
                using var product = new MatrixProduct(null, bits);
                one.Check(one.Multiply(product));
            }
        });
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Teams_of_any_size_give_the_same_bits(int bits)
    {
        using var alone = new MatrixProduct(null, bits);
        using var two = new WorkTeam(2);
        using var three = new WorkTeam(3);
        using var withTwo = new MatrixProduct(two, bits);
        using var withThree = new MatrixProduct(three, bits);
        (int M, int K, int N)[] shapes = [(50, 784, 50), (61, 512, 63), (300, 301, 97), (29, 300, 512), (2000, 260, 2), (2, 600, 900), (700, 90, 131)];
        foreach (var (m, k, n) in shapes)
        {
            foreach (var (ta, tb) in Orientations())
            {
                var one = new ProductCase(m, k, n, ta, tb, accumulate: tb, seed: m);
                var expected = one.Multiply(alone);
                Assert.Equal(Bits(expected), Bits(one.Multiply(withTwo)));
                Assert.Equal(Bits(expected), Bits(one.Multiply(withThree)));
            }
        }
    }

    [Fact]
    public void A_product_with_a_team_does_not_allocate_after_the_first_call()
    {
        using var team = new WorkTeam(2);
        using var product = new MatrixProduct(team);
        using AlignedMemory a = new(600 * 1024), b = new(600 * 1024), c = new(600 * 600);
        long allocated = -1;
        for (var round = 0; round < 2; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 20; i++)
            {
                product.Multiply(new Matrix(a.Span, 600, 1024), false, new Matrix(b.Span, 600, 1024), true, new Matrix(c.Span, 600, 600));
                product.Multiply(new Matrix(a.Span, 1024, 600), true, new Matrix(b.Span, 1024, 600), false, new Matrix(c.Span, 600, 600));
                product.Multiply(new Matrix(a.Span, 20, 512), false, new Matrix(b.Span, 20, 512), true, new Matrix(c.Span, 20, 20), true);
            }
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        using var product = new MatrixProduct();
        var data = new float[24];
        var error = Assert.Throws<ArgumentException>(() =>
            product.Multiply(new ReadOnlyMatrix(data, 2, 3), false, new ReadOnlyMatrix(data, 2, 3), false, new Matrix(data, 2, 3)));
        Assert.Contains("2×3 and 2×3 into 2×3", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() =>
            product.Multiply(new ReadOnlyMatrix(data, 2, 3), false, new ReadOnlyMatrix(data, 3, 4), false, new Matrix(data, 2, 5)));
    }

    [Fact]
    public void A_disposed_product_is_refused()
    {
        var product = new MatrixProduct();
        product.Dispose();
        var data = new float[4];
        Assert.Throws<ObjectDisposedException>(() =>
            product.Multiply(new ReadOnlyMatrix(data, 2, 2), false, new ReadOnlyMatrix(data, 2, 2), false, new Matrix(new float[4], 2, 2)));
    }

    [Fact]
    public void A_register_width_that_does_not_exist_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new MatrixProduct(null, 64));

    private static IEnumerable<(bool TransposeA, bool TransposeB)> Orientations() =>
        [(false, false), (true, false), (false, true), (true, true)];

    private static int[] Bits(float[] values) => Array.ConvertAll(values, BitConverter.SingleToInt32Bits);
}
