using FsCheck.Xunit;
using LambdaHat.Data;

namespace LambdaHat.Tests.Data;

public class SplitTests
{
    // From a Python program of SplitMix64, Lemire's rejection and Fisher-Yates.
    [Theory]
    [InlineData(0, new[] { 4, 9, 2, 5, 1, 7, 6, 0, 3, 8 })]
    [InlineData(3, new[] { 5, 7, 2, 8, 3, 9, 0, 4, 6, 1 })]
    public void A_seed_gives_the_documented_shuffle(int seed, int[] expected) => Assert.Equal(expected, new Split { TrainFraction = 1, Seed = (ulong)seed }.Indices(10).Train);

    [Property]
    public bool Training_and_test_samples_are_a_permutation(ulong seed, byte size, byte percent)
    {
        var count = size + 1;
        var fraction = (percent % 100 + 1) / 100.0;
        var (train, test) = new Split { TrainFraction = fraction, Seed = seed }.Indices(count);
        return train.Concat(test).Order().SequenceEqual(Enumerable.Range(0, count))
            && train.Length == Math.Max(1, (int)Math.Round(fraction * count, MidpointRounding.AwayFromZero));
    }

    [Fact]
    public void Every_position_is_equally_likely()
    {
        // Sample 0 lands on each of 5 positions: binomial(20000, 1/5), standard deviation 57.
        var counts = new int[5];
        for (var seed = 0UL; seed < 20_000; seed++) counts[Array.IndexOf(new Split { TrainFraction = 1, Seed = seed }.Indices(5).Train, 0)]++;
        Assert.All(counts, count => Assert.InRange(count, 4000 - 285, 4000 + 285));
    }

    [Fact]
    public void Given_keeps_the_order() => Assert.Equal([0, 1, 2], Split.Given.Indices(3).Train);

    [Theory]
    [InlineData("given", null, 0)]
    [InlineData("0.8", 0.8, 0)]
    [InlineData("0.25,seed=3", 0.25, 3)]
    public void Texts_are_read_and_written(string text, double? fraction, int seed)
    {
        var split = Split.Parse(text);
        Assert.Equal(new Split { TrainFraction = fraction, Seed = (ulong)seed }, split);
        Assert.Equal(split, Split.Parse(split.ToString()));
    }

    [Theory]
    [InlineData("half", "expected given, a train fraction such as 0.8, or 0.8,seed=3, got \"half\"")]
    [InlineData("0.8,seed=-1", "got \"0.8,seed=-1\"")]
    [InlineData("0", "train fraction: expected a number above 0 and at most 1, got 0")]
    [InlineData("NaN", "train fraction: expected a number above 0 and at most 1, got NaN")]
    [InlineData("1.5", "got 1.5")]
    public void Wrong_texts_are_refused(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<InvalidInputException>(() => Split.Parse(text)).Message, StringComparison.Ordinal);
}
