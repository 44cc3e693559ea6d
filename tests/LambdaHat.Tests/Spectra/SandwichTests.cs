using LambdaHat.Data;
using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Spectra;
using LambdaHat.Theory;

namespace LambdaHat.Tests.Spectra;

/// <summary>λ̂ between the bounds: on linear networks whose λ is known, and on made-up estimates for each thing that can be found.</summary>
public sealed class SandwichTests
{
    // Bounds 20 to 25 in all of them; one estimate, or one for each γ = 1, 10, 100, 1000, of standard error 0.1.
    [Theory]
    [InlineData("inside", new[] { 22.0 }, new[] { 19.0 })]
    [InlineData("inside", new[] { 19.8 }, new[] { 19.9 })]
    [InlineData("hidden", new[] { 18.0, 12 }, new[] { 18.1, 12 })]
    [InlineData("stratum", new[] { 15.0, 18 }, new[] { 19.9, 18.1 })]
    [InlineData("stratum", new[] { 15.0, 15, 15, 15 }, new[] { 19.9, 19, 18, 15 })]
    [InlineData("steeper", new[] { 30.0, 27, 22 }, new[] { 19.9, 19, 18 })]
    [InlineData("bounds-wrong", new[] { 30.0 }, new[] { 29.0 })]
    [InlineData("estimate-wrong", new[] { 15.0, 14, 13, 12 }, new[] { 19.9, 19, 18, 17 })]
    [InlineData("estimate-wrong", new[] { 30.0, 30, 30, 30 }, new[] { 19.9, 19, 18, 17 })]
    public void Each_finding_follows_from_its_estimates(string finding, double[] estimates, double[] quadratics)
    {
        var gammas = new List<double>();
        var found = Sandwich.Find(Bounds(100, 40, 40), new() { Gamma = 1 }, options =>
        {
            gammas.Add(options.Gamma!.Value);
            return Made(options, estimates[gammas.Count - 1], quadratics[gammas.Count - 1], Verdict.Converged);
        });
        Assert.Equal((finding, 20.0, 25.0), (found.Finding.Name(), found.Lower, found.Upper));
        Assert.Equal(new double[] { 1, 10, 100, 1000 }[..estimates.Length], gammas);
        Assert.Equal(estimates, found.Runs.Select(r => r.Estimate.LambdaHat));
    }

    [Theory]
    [InlineData(Verdict.NotEquilibrated, 15, "unsettled")]
    [InlineData(Verdict.Diverged, double.NaN, "unsettled")]
    [InlineData(Verdict.OverLocalised, 15, "estimate-wrong")]
    public void What_its_own_verdict_does_not_believe_is_held_to_nothing(Verdict verdict, double value, string finding)
    {
        var found = Sandwich.Find(Bounds(100, 40, 40), new() { Gamma = 1 }, options => Made(options, value, 19, verdict));
        Assert.Equal((finding, 1 + Sandwich.MostReruns), (found.Finding.Name(), found.Runs.Count));
    }

    [Fact]
    public void An_uncertain_rank_widens_the_bounds() =>
        Assert.Equal(SandwichPlace.Inside, Sandwich.Find(SharpBounds.SecondOrder(new(100, 40), new(40, 0, 0, 0), range: new(30, 50)), new() { Gamma = 1 }, options => Made(options, 15, 19, Verdict.Converged)).Runs.Single().Place);

    // All eigenvalues 2: λ_quad = 20·2nβ/(2nβ + γ) of 40 directions, 10 at nβ = 1 and γ = 2, where the estimate's own would be 19.
    [Fact]
    public void All_eigenvalues_count_more_than_what_the_estimate_saw()
    {
        var found = Sandwich.Find(Bounds(100, 40, 40), new() { Gamma = 2, NBeta = 1 }, options => Made(options, 20.0 * 2 / (2 + options.Gamma!.Value), 19, Verdict.Converged), (nBeta, gamma) => (20 * 2 * nBeta / ((2 * nBeta) + gamma), 0));
        Assert.Equal((SandwichFinding.Hidden, 10.0, 0.0), (found.Finding, found.Runs[0].Quadratic, found.Runs[0].QuadraticError));
    }

    [Fact]
    public void Without_localisation_there_is_no_neighbourhood() =>
        Assert.Contains("gamma must be above 0", Assert.Throws<InvalidInputException>(() => Sandwich.Find(Bounds(100, 40, 40), new() { Gamma = 0 }, o => Made(o, 1, 1, Verdict.Converged))).Message, StringComparison.Ordinal);

    // λ = 24 exactly, and half the rank 23.5: the chain has to lie between.
    [Fact]
    public void A_linear_network_lies_within_its_bounds_about_its_exact_value()
    {
        var found = OfLinear([8, 6, 5, 9], [3, 4, 5], 1000, gamma: 10, out var bounds);
        Assert.Equal(24, DeepLinear.Coefficient([8, 6, 5, 9], 3).Lambda.ToDouble());
        Assert.InRange(24, bounds.Lower, bounds.Upper);
        Assert.Equal(SandwichFinding.Inside, found.Finding);
        Assert.InRange(found.Runs.Single().Estimate.LambdaHat, 22, 25);
    }

    // Full rank: the bounds meet at λ = 18, and γ = 10⁴ hides most of it, which the closed form ½Σ nβh/(nβh + γ) says as well.
    [Fact]
    public void A_strong_localisation_hides_curvature_and_nothing_is_wrong()
    {
        var found = OfLinear([6, 6, 6], [6, 6], 1000, gamma: 1e4, out var bounds);
        Assert.Equal((18, 18), (bounds.Lower, bounds.Upper));
        Assert.Equal(SandwichFinding.Hidden, found.Finding);
        Assert.Equal(SandwichPlace.Below, found.Runs[0].Place);
    }

    // Widths 33-10-40, ranks 10 and 7: λ = 270 over all parameters of the function, 280.5 at this one, half its rank. A weak localisation lets the chain leave for the first; what keeps it at w* is
    // λ_quad there, so that within three of its standard errors some larger γ is explained by it.
    [Fact]
    public void A_more_degenerate_stratum_shows_below_the_bounds_until_gamma_keeps_the_chain_away()
    {
        Assert.Equal((270, 280.5), (DeepLinear.Coefficient([33, 10, 40], 7).Lambda.ToDouble(), TwoLayer.LocalCoefficient(33, 10, 40, 10, 7, 7).Lambda.ToDouble()));
        var found = OfLinear([33, 10, 40], [10, 7], 100_000, gamma: 10, out _, new RankBounds(730, 561));
        Assert.Equal((SandwichFinding.Stratum, SandwichPlace.Below), (found.Finding, found.Runs[0].Place));
        var (first, last) = (found.Runs[0].Estimate, found.Runs[^1].Estimate);
        Assert.InRange(first.LambdaHat, 265, 274);
        Assert.True(last.LambdaHat > first.LambdaHat + (3 * Math.Sqrt((first.StandardError * first.StandardError) + (last.StandardError * last.StandardError))));
    }

    private static Sandwich OfLinear(int[] widths, int[] ranks, int n, double gamma, out SharpBounds bounds, RankBounds? known = null)
    {
        var teacher = DeepLinearTeacher.Draw(widths, ranks, 0);
        var data = new TeacherDataSet(teacher.Product(), widths[^1], widths[0], n, 0);
        var objective = RealisableData.Behavioural(new NetworkObjective(teacher.Network, SquaredError.Mean, data, teacher.Parameters));
        Assert.Equal(SquaredError.Behavioural, objective.Loss);
        bounds = known is null ? HessianSpectrum.Find(objective, null, null, new()).Sharp : SharpBounds.SecondOrder(known, new FlatDirections(0, 0, 0, 0));
        return Sandwich.Find(bounds, new() { Gamma = gamma, Tolerance = 0.01, Threads = 2 }, options => LearningCoefficient.Estimate(objective, options));
    }

    private static SharpBounds Bounds(int dimension, int rank, int flat) => SharpBounds.SecondOrder(new(dimension, rank), new FlatDirections(flat, 0, 0, 0));

    private static LearningCoefficientEstimate Made(EstimationOptions options, double value, double quadratic, Verdict verdict) => new()
    {
        LambdaHat = value,
        StandardError = 0.1,
        Chains = [],
        RHat = 1,
        EffectiveSampleSize = 100,
        Acceptance = 1,
        SampleCount = 1000,
        Dimension = 100,
        SampledDimension = 100,
        BaselineLoss = 0,
        Seconds = 0,
        Verdict = verdict,
        Reasons = [],
        Evidence = new() { Quadratic = new() { Value = quadratic, StandardError = 0, Method = "exact", Samples = 1000, VarianceRatio = 1, Sensitivity = 0 } },
        Options = options,
    };
}
