using LambdaHat.Theory;

namespace LambdaHat.Tests.Theory;

public sealed class DeepLinearTests
{
    [Theory]
    [InlineData(new[] { 4, 4, 4, 4 }, 0, "11/2", 3)]
    [InlineData(new[] { 3, 2, 3 }, 1, "7/2", 2)]
    [InlineData(new[] { 20, 20, 20 }, 20, "200", 1)]
    [InlineData(new[] { 10, 20, 10 }, 10, "50", 1)]
    [InlineData(new[] { 84, 6, 72, 13, 12 }, 1, "73", 1)]
    [InlineData(new[] { 33, 10, 40 }, 7, "270", 1)]
    [InlineData(new[] { 5, 3 }, 2, "15/2", 1)]
    public void Known_values(int[] widths, int rank, string lambda, int multiplicity) =>
        SmallPotentialTests.Check(DeepLinear.Coefficient(widths, rank), lambda, multiplicity);

    [Fact]
    public void Every_index_set_that_meets_the_conditions_gives_the_same_answer_and_there_is_one()
    {
        foreach (var (widths, rank) in Cases(layers: 1, 4, widest: 5))
        {
            var answer = DeepLinear.Coefficient(widths, rank);
            var all = ByEnumeration(widths, rank);
            Assert.NotEmpty(all);
            Assert.All(all, one => Assert.Equal(answer, one));
        }
    }

    [Fact]
    public void Long_networks_with_ties_agree_with_the_enumeration()
    {
        var random = new Random(7);
        for (var trial = 0; trial < 40; trial++)
        {
            var widths = Enumerable.Range(0, random.Next(8, 12)).Select(_ => random.Next(1, 30)).ToArray();
            var rank = random.Next(0, widths.Min() + 1);
            Assert.All(ByEnumeration(widths, rank), one => Assert.Equal(DeepLinear.Coefficient(widths, rank), one));
        }
    }

    [Fact]
    public void With_one_input_and_rank_0_the_square_of_the_output_is_a_product_of_independent_norms()
    {
        // |W_L…W_1·x|² with Gaussian matrices has the law of Π χ²(H_l), l = 2 … L + 1: the potential factors.
        foreach (var (widths, _) in Cases(layers: 1, 4, widest: 6).Where(c => c is { Rank: 0 } && c.Widths[0] == 1))
        {
            var factors = widths.Skip(1).Select(h => ExactCoefficient.Regular(h)).Aggregate(ExactCoefficient.Product);
            Assert.Equal(factors, DeepLinear.Coefficient(widths, 0));
        }
    }

    [Fact]
    public void With_hidden_widths_of_one_and_rank_0_the_potential_is_a_product_of_squared_norms()
    {
        foreach (var (inputs, outputs, layers) in from i in Enumerable.Range(1, 4) from o in Enumerable.Range(1, 4) from l in Enumerable.Range(2, 4) select (i, o, l))
        {
            var widths = Enumerable.Repeat(1, layers + 1).ToArray();
            (widths[0], widths[^1]) = (inputs, outputs);
            var factors = Enumerable.Repeat(ExactCoefficient.Regular(1), layers - 2)
                .Prepend(ExactCoefficient.Regular(inputs)).Append(ExactCoefficient.Regular(outputs)).Aggregate(ExactCoefficient.Product);
            Assert.Equal(factors, DeepLinear.Coefficient(widths, 0));
        }
    }

    [Fact]
    public void One_matrix_is_a_regular_model_whatever_its_rank()
    {
        foreach (var (widths, rank) in Cases(layers: 1, 1, widest: 6))
            Assert.Equal(ExactCoefficient.Regular(widths[0] * widths[1]), DeepLinear.Coefficient(widths, rank));
    }

    [Fact]
    public void Square_networks_of_full_rank_have_half_the_product_s_entries()
    {
        for (var layers = 1; layers <= 5; layers++)
        {
            for (var width = 1; width <= 6; width++)
                Assert.Equal(ExactCoefficient.Regular(width * width), DeepLinear.Coefficient([.. Enumerable.Repeat(width, layers + 1)], width));
        }
    }

    [Fact]
    public void Half_the_dimension_bounds_it_from_above_and_the_product_s_tangent_space_from_below()
    {
        foreach (var (widths, rank) in Cases(layers: 1, 4, widest: 5))
        {
            var lambda = DeepLinear.Coefficient(widths, rank).Lambda;
            var dimension = widths.Zip(widths.Skip(1), (x, y) => x * y).Sum();
            Assert.True(lambda <= new Rational(dimension, 2));
            Assert.True(lambda <= new Rational(widths[0] * widths[^1], 2)); // the map itself is regular, and the network only blurs it
            Assert.True(lambda >= new Rational(rank * (widths[0] + widths[^1] - rank), 2)); // matrices of rank r: a manifold of that dimension
        }
    }

    [Fact]
    public void Hidden_widths_may_be_permuted_and_at_rank_0_all_widths()
    {
        foreach (var (widths, rank) in Cases(layers: 3, 4, widest: 4))
        {
            var answer = DeepLinear.Coefficient(widths, rank);
            Assert.Equal(answer, DeepLinear.Coefficient([widths[0], .. widths[1..^1].Reverse(), widths[^1]], rank));
            Assert.Equal(answer, DeepLinear.Coefficient([widths[^1], widths[2], widths[1], .. widths[3..^1], widths[0]], rank));
            if (rank == 0) Assert.Equal(answer, DeepLinear.Coefficient([.. widths[1..], widths[0]], 0));
        }
    }

    [Fact]
    public void Another_layer_that_the_map_fits_through_never_increases_it()
    {
        foreach (var (widths, rank) in Cases(layers: 1, 3, widest: 4))
        {
            var before = DeepLinear.Coefficient(widths, rank).Lambda;
            for (var added = Math.Max(1, rank); added <= 6; added++)
            {
                for (var place = 1; place < widths.Length; place++)
                    Assert.True(DeepLinear.Coefficient([.. widths[..place], added, .. widths[place..]], rank).Lambda <= before);
            }
        }
    }

    [Fact]
    public void Eight_hundred_layers_of_width_two_thousand_are_exact()
    {
        // All 802 widths tie, so Σ is everything: Δ = 1999, ℓ = 801, S = 802·1999, a = S − (M − 1)ℓ.
        var widths = Enumerable.Repeat(2000, 802).ToArray();
        const long l = 801, s = 802 * 1999, a = s - (((s + l - 1) / l) - 1) * l;
        var expected = new Rational(3999, 2) + new Rational((s * s) + (a * (l - a)), 4 * l) - new Rational(802L * 1999 * 1999, 4);
        Assert.Equal(new ExactCoefficient(expected, (a * (l - a)) + 1), DeepLinear.Coefficient(widths, 1));
        SmallPotentialTests.Check(DeepLinear.Coefficient(widths, 1), "1002297", 160389);
    }

    [Fact]
    public void The_largest_widths_do_not_overflow()
    {
        // Three equal widths w at rank 0: λ = (9w² + a(2 − a))/8 − 3w²/4 with a = 1 for odd w.
        var w = new Rational(int.MaxValue, 1);
        Assert.Equal(new ExactCoefficient(((3 * w * w) + 1) / 8, 2), DeepLinear.Coefficient([int.MaxValue, int.MaxValue, int.MaxValue], 0));
    }

    [Fact]
    public void Bad_input_is_named_with_its_range_and_place()
    {
        SmallPotentialTests.Fails(() => DeepLinear.Coefficient([5], 0), "widths", "at least 2", "got 1");
        SmallPotentialTests.Fails(() => DeepLinear.Coefficient([5, 0, 5], 0), "widths, entry 2 of 3", "≥ 1", "got 0");
        SmallPotentialTests.Fails(() => DeepLinear.Coefficient([5, 3, 4], 4), "rank", "from 0 to 3", "got 4");
        SmallPotentialTests.Fails(() => DeepLinear.Coefficient([5, 3, 4], -1), "rank", "from 0 to 3", "got -1");
    }

    internal static IEnumerable<(int[] Widths, int Rank)> Cases(int layers, int mostLayers, int widest)
    {
        for (; layers <= mostLayers; layers++)
        {
            for (var code = 0; code < (int)Math.Pow(widest, layers + 1); code++)
            {
                var rest = code;
                var widths = new int[layers + 1];
                for (var i = 0; i <= layers; i++, rest /= widest) widths[i] = 1 + (rest % widest);
                for (var rank = 0; rank <= widths.Min(); rank++) yield return (widths, rank);
            }
        }
    }

    // The theorem as it is stated, over all 2^(L+1) index sets, with λ in its other form: Σ_{i<j} Δ_iΔ_j in place of S² − Q.
    private static List<ExactCoefficient> ByEnumeration(int[] widths, int rank)
    {
        var found = new List<ExactCoefficient>();
        var delta = widths.Select(h => h - rank).ToArray();
        for (var set = 0; set < 1 << delta.Length; set++)
        {
            var inside = delta.Where((_, i) => (set >> i & 1) == 1).ToArray();
            var outside = delta.Where((_, i) => (set >> i & 1) == 0).ToArray();
            var l = inside.Length - 1;
            if (l < 1 || inside.Sum() < l * inside.Max()) continue;
            if (outside.Length > 0 && (inside.Max() >= outside.Min() || inside.Sum() >= l * outside.Min())) continue;
            var s = inside.Sum();
            var m = 0;
            while (m * l < s) m++;
            var a = s - ((m - 1) * l);
            var pairs = 0;
            for (var i = 0; i < inside.Length; i++)
            {
                for (var j = i + 1; j < inside.Length; j++) pairs += inside[i] * inside[j];
            }
            var mean = new Rational(s, l);
            var lambda = new Rational((rank * (widths[0] + widths[^1])) - (rank * rank), 2) + new Rational(a * (l - a), 4 * l)
                - (new Rational(l * (l - 1), 4) * mean * mean) + new Rational(pairs, 2);
            found.Add(new(lambda, (a * (l - a)) + 1));
        }
        return found;
    }
}
