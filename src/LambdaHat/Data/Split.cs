using System.Globalization;
using System.Text.Json.Nodes;

namespace LambdaHat.Data;

/// <summary>
/// Which samples are for training and which for testing: as the data come (<see cref="Given"/>), or the first share of a shuffle by a seed.
/// The shuffle is Fisher–Yates from the last position down, its choices drawn from SplitMix64 (Steele, Lea &amp; Flood 2014) started at the seed and made
/// exactly uniform by rejection (Lemire 2019), so that a seed means the same split on every machine and in every version.
/// </summary>
public sealed record Split
{
    /// <summary>Training and test samples as the data come; all for training where the data have no test part.</summary>
    public static Split Given { get; } = new();

    /// <summary>The share of the samples for training, in (0, 1], or null for <see cref="Given"/>.</summary>
    public double? TrainFraction
    {
        get;
        init => field = value is null or (> 0 and <= 1) ? value : throw new InvalidInputException($"train fraction: expected a number above 0 and at most 1, got {value}");
    }

    /// <summary>The seed of the shuffle. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Reads <c>given</c>, <c>0.8</c> or <c>0.8,seed=3</c>.</summary>
    /// <exception cref="InvalidInputException">The text is none of these, or the fraction is not in (0, 1].</exception>
    public static Split Parse(string text)
    {
        if (text == "given") return Given;
        var parts = text.Split(",seed=", 2);
        var seed = 0UL;
        if (!double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var fraction)
            || (parts.Length == 2 && !ulong.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out seed)))
            throw new InvalidInputException($"split: expected given, a train fraction such as 0.8, or 0.8,seed=3, got {NearestName.Quote(text)}");
        return new Split { TrainFraction = fraction, Seed = seed };
    }

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString() => TrainFraction is { } fraction ? string.Create(CultureInfo.InvariantCulture, $"{fraction},seed={Seed}") : "given";

    /// <summary>
    /// The samples of <paramref name="count"/> for training, round(fraction·count) but at least one, and the others, both in shuffled order. With
    /// <see cref="Given"/>, all for training in their own order.
    /// </summary>
    public (int[] Train, int[] Test) Indices(int count)
    {
        var order = new int[count];
        for (var i = 0; i < count; i++) order[i] = i;
        if (TrainFraction is not { } fraction) return (order, []);
        var state = Seed;
        for (var i = count - 1; i > 0; i--)
        {
            var j = (int)Uniform(ref state, (ulong)i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
        var train = Math.Clamp((int)Math.Round(fraction * count, MidpointRounding.AwayFromZero), Math.Min(1, count), count);
        return (order[..train], order[train..]);
    }

    /// <summary>The object stored in <c>config.json</c>.</summary>
    public JsonObject ToJson() => TrainFraction is { } fraction ? new() { ["train_fraction"] = fraction, ["seed"] = Seed } : [];

    internal static Split FromJson(JsonFields fields)
    {
        fields.AllowOnly("train_fraction", "seed");
        try
        {
            return new Split { TrainFraction = fields.Number("train_fraction"), Seed = fields.Whole("seed", 0, ulong.MaxValue) ?? 0 };
        }
        catch (InvalidInputException failure)
        {
            fields.Report(failure.Message);
            return Given;
        }
    }

    // A uniform number in [0, bound).
    private static ulong Uniform(ref ulong state, ulong bound)
    {
        var rejected = (0 - bound) % bound;
        while (true)
        {
            var high = Math.BigMul(SplitMix64(ref state), bound, out var low);
            if (low >= rejected) return high;
        }
    }

    private static ulong SplitMix64(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
