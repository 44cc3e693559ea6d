using LambdaHat.Theory;

namespace LambdaHat.Tests.Theory;

public sealed class TwoLayerTests
{
    [Fact]
    public void Reduced_rank_regression_is_the_deep_linear_network_of_two_layers()
    {
        foreach (var (w, rank) in DeepLinearTests.Cases(layers: 2, 2, widest: 9))
            Assert.Equal(DeepLinear.Coefficient(w, rank), ReducedRankRegression.Coefficient(w[0], w[2], w[1], rank));
    }

    [Theory]
    [InlineData(3, 3, 2, 1, "7/2", 2)] // case 1, odd
    [InlineData(4, 4, 4, 0, "6", 1)] // case 1, even
    [InlineData(1, 5, 2, 0, "1", 1)] // case 2
    [InlineData(5, 1, 2, 0, "1", 1)] // case 3
    [InlineData(2, 3, 9, 1, "3", 1)] // case 4
    public void Each_of_the_four_cases(int inputs, int outputs, int hidden, int rank, string lambda, int multiplicity) =>
        SmallPotentialTests.Check(ReducedRankRegression.Coefficient(inputs, outputs, hidden, rank), lambda, multiplicity);

    [Theory] // the lesser of inputs and hidden is 2, so that ‖BA‖² is a two-dimensional integral over the eigenvalues of A·Aᵀ
    [InlineData(2, 2, 2)]
    [InlineData(2, 3, 2)]
    [InlineData(2, 3, 3)]
    [InlineData(2, 2, 1)]
    [InlineData(3, 2, 4)]
    [InlineData(5, 2, 4)]
    [InlineData(2, 6, 3)]
    [InlineData(6, 2, 6)]
    [InlineData(2, 5, 6)]
    public void The_origin_scales_as_numerical_integration_says(int inputs, int hidden, int outputs)
    {
        // B has independent normal entries, so E exp(−t‖BA‖²) = E det(1 + 2t·AAᵀ)^(−N/2). The two eigenvalues x > y of AAᵀ
        // (Wishart) have density ∝ (x − y)(xy)^((|M−H|−1)/2)·exp(−(x + y)/2). With y = e^u, x = y(1 + e^v) all is smooth. Exponents of
        // every region are halves of integers, so the next pole is at least 1/2 away.
        var power = (Math.Abs(inputs - hidden) - 1) / 2.0;
        Scaling.AssertHolds(DeepLinear.Coefficient([inputs, hidden, outputs], 0), logT: 26, gap: 0.5, logIntegral: t => Scaling.LogQuadrature(
            (u, v) =>
            {
                var lnX = u + LogOnePlusExp(v);
                return u + v + (power * (u + lnX)) - ((Math.Exp(lnX) + Math.Exp(u)) / 2)
                    - (outputs / 2.0 * (LogOnePlusExp(t + 0.7 + lnX) + LogOnePlusExp(t + 0.7 + u))) + u + u + v;
            },
            -t - 60, 6, -30, t + 70, 0.4));
    }

    [Fact]
    public void The_least_of_the_local_coefficients_is_the_global_one_and_attained_at_equal_ranks()
    {
        foreach (var (w, r) in DeepLinearTests.Cases(layers: 2, 2, widest: 7))
        {
            var global = ReducedRankRegression.Coefficient(w[0], w[2], w[1], r);
            Assert.Equal(global, TwoLayer.LocalCoefficient(w[0], w[1], w[2], r, r, r));
            foreach (var (a, b) in Legal(w, r))
            {
                var local = TwoLayer.LocalCoefficient(w[0], w[1], w[2], a, b, r);
                Assert.True(local.Lambda >= global.Lambda);
                if (local.Lambda == global.Lambda) Assert.True(local.Multiplicity <= global.Multiplicity);
            }
        }
    }

    [Fact]
    public void Every_local_coefficient_lies_between_the_bounds_of_the_Hessian_s_rank()
    {
        foreach (var (w, r) in DeepLinearTests.Cases(layers: 2, 2, widest: 6))
        {
            var dimension = w[1] * (w[0] + w[2]);
            foreach (var (a, b) in Legal(w, r))
            {
                var local = TwoLayer.LocalCoefficient(w[0], w[1], w[2], a, b, r).Lambda;
                var hessian = DeepLinear.HessianRank([w[0], a], [b, w[2]]);
                Assert.True(new Rational(hessian, 2) <= local && local <= new Rational(dimension + hessian, 4));
            }
        }
    }

    [Theory]
    [InlineData(33, 10, 40, 10, 7, 7, "561/2", 1)]
    [InlineData(1, 1, 1, 0, 0, 0, "1/2", 2)]
    [InlineData(1, 1, 1, 1, 0, 0, "1/2", 1)]
    [InlineData(20, 20, 20, 20, 20, 20, "200", 1)]
    [InlineData(2, 1, 3, 1, 0, 0, "3/2", 1)] // A ≠ 0: only B's three entries matter
    [InlineData(2, 2, 1, 1, 0, 0, "1", 2)] // A = e₁e₁ᵀ: BA = (b₁ + b₂p, b₁x + b₂q), one free square and (b₂(q − px))²
    [InlineData(2, 2, 2, 1, 1, 0, "3/2", 1)] // A = e₁e₁ᵀ, B = e₂e₂ᵀ: where three entries of BA vanish the fourth does
    public void Values_at_a_point(int m, int h, int n, int a, int b, int r, string lambda, int multiplicity) =>
        SmallPotentialTests.Check(TwoLayer.LocalCoefficient(m, h, n, a, b, r), lambda, multiplicity);

    [Fact]
    public void Bad_input_is_named_with_its_range_and_place()
    {
        SmallPotentialTests.Fails(() => ReducedRankRegression.Coefficient(0, 2, 3, 0), "inputs", "≥ 1", "got 0");
        SmallPotentialTests.Fails(() => ReducedRankRegression.Coefficient(2, 0, 3, 0), "outputs", "got 0");
        SmallPotentialTests.Fails(() => ReducedRankRegression.Coefficient(2, 2, -3, 0), "hidden", "got -3");
        SmallPotentialTests.Fails(() => ReducedRankRegression.Coefficient(4, 3, 2, 3), "rank", "from 0 to 2", "got 3");
        SmallPotentialTests.Fails(() => TwoLayer.LocalCoefficient(4, 3, 5, 4, 1, 1), "first rank", "from 0 to 3", "got 4");
        SmallPotentialTests.Fails(() => TwoLayer.LocalCoefficient(4, 3, 5, 1, -1, 0), "second rank", "from 0 to 3", "got -1");
        SmallPotentialTests.Fails(() => TwoLayer.LocalCoefficient(4, 3, 5, 3, 2, 1), "product rank", "from 2 to 2", "got 1");
        SmallPotentialTests.Fails(() => TwoLayer.LocalCoefficient(4, 3, 5, 1, 2, 2), "product rank", "from 0 to 1", "got 2");
    }

    private static IEnumerable<(int A, int B)> Legal(int[] w, int r) =>
        from a in Enumerable.Range(r, Math.Min(w[0], w[1]) - r + 1)
        from b in Enumerable.Range(r, Math.Min(w[2], w[1]) - r + 1)
        where a + b - w[1] <= r
        select (a, b);

    private static double LogOnePlusExp(double x) => x > 30 ? x : Math.Log(1 + Math.Exp(x));
}
