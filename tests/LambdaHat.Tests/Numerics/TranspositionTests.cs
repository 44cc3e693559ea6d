using LambdaHat.Numerics;

namespace LambdaHat.Tests.Numerics;

public sealed class TranspositionTests
{
    [Theory]
    [MemberData(nameof(MatrixProductTests.Widths), MemberType = typeof(MatrixProductTests))]
    public void Gathered_columns_are_the_records(int bits)
    {
        var random = new Random(3);
        for (var size = 0; size <= 21; size++)
        {
            for (var count = 0; count <= 35; count += 1 + (size % 3))
            {
                const int recordCount = 19;
                var records = new float[recordCount * size];
                foreach (ref var x in records.AsSpan()) x = random.NextSingle();
                var indices = new int[count];
                foreach (ref var index in indices.AsSpan()) index = random.Next(recordCount);
                int columns = count + random.Next(3), stride = columns + random.Next(3);
                var data = new float[(size * stride) + 5];
                Array.Fill(data, -1f);
                Transposition.Gather(records, size, indices, new Matrix(data, size, columns, stride), bits);
                var expected = new float[data.Length];
                Array.Fill(expected, -1f);
                for (var i = 0; i < size; i++)
                {
                    for (var j = 0; j < columns; j++) expected[(i * stride) + j] = j < count ? records[(indices[j] * size) + i] : 0;
                }
                Assert.Equal(expected, data);
            }
        }
    }

    [Fact]
    public void The_widest_registers_are_the_default()
    {
        var records = new float[] { 1, 2, 3, 4, 5, 6 };
        var data = new float[6];
        Transposition.Gather(records, 3, [1, 0], new Matrix(data, 3, 2));
        Assert.Equal([4, 1, 5, 2, 6, 3], data);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void An_index_without_a_record_is_refused(int index)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() =>
            Transposition.Gather(new float[7], 3, [0, index], new Matrix(new float[6], 3, 2)));
        Assert.Contains("from 0 to 1 at position 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_matrix_of_another_shape_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Transposition.Gather(new float[6], 3, [0, 1], new Matrix(new float[6], 2, 2)));
        Assert.Throws<ArgumentException>(() => Transposition.Gather(new float[6], 3, [0, 1], new Matrix(new float[6], 3, 1)));
    }

    [Fact]
    public void Gathering_does_not_allocate()
    {
        float[] records = new float[64], data = new float[64];
        int[] indices = [3, 1, 2];
        long allocated = -1;
        for (var round = 0; round < 2; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Transposition.Gather(records, 8, indices, new Matrix(data, 8, 8));
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.Equal(0, allocated);
    }
}
