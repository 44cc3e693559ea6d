using System.Runtime.Intrinsics;
using LambdaHat.Numerics;

namespace LambdaHat.Tests.Numerics;

public sealed class PhiloxTests
{
    // The known answers published with the generator (Random123, kat_vectors).
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Known_answers(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint r0, uint r1, uint r2, uint r3) =>
        Assert.Equal((r0, r1, r2, r3), Philox.Generate(c0, c1, c2, c3, k0, k1));

    [Fact]
    public void Sixteen_lanes_equal_sixteen_scalar_calls()
    {
        for (var group = 0u; group < 50; group++)
        {
            uint c1 = group * 77, c2 = ~group, c3 = group << 20, k0 = 0xdeadbeef ^ group, k1 = 12345;
            Philox.Generate16(group, c1, c2, c3, k0, k1, out var r0, out var r1, out var r2, out var r3);
            for (var lane = 0; lane < 16; lane++)
                Assert.Equal(Philox.Generate((group * 16) + (uint)lane, c1, c2, c3, k0, k1), (r0[lane], r1[lane], r2[lane], r3[lane]));
        }
    }

    [Fact]
    public void Indices_are_in_range_uniform_and_addressable()
    {
        const int count = 37, draws = 37_000;
        var indices = new int[draws];
        new RandomStream(9, RandomPurpose.Minibatch, 2, 5).FillIndices(indices, count);
        var frequencies = new int[count];
        foreach (var i in indices) frequencies[i]++;
        // χ² with 36 degrees of freedom: mean 36, standard deviation √72; five of them.
        var chi = frequencies.Sum(f => Math.Pow(f - (draws / (double)count), 2) / (draws / (double)count));
        Assert.InRange(chi, 36 - (5 * Math.Sqrt(72)), 36 + (5 * Math.Sqrt(72)));
        var prefix = new int[100];
        new RandomStream(9, RandomPurpose.Minibatch, 2, 5).FillIndices(prefix, count);
        Assert.Equal(indices[..100], prefix);
        new RandomStream(9, RandomPurpose.Minibatch, 3, 5).FillIndices(prefix, count);
        Assert.NotEqual(indices[..100], prefix);
    }
}
