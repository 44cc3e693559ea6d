using LambdaHat.Estimation;

namespace LambdaHat.Tests.Estimation;

public class FlatRangeTests
{
    private static readonly double[] s_gammas = [0.1, 1, 10, 100, 1000];

    private static SweepPoint?[] Row(double[] lambdas, double error = 0.01, params int[] notConverged) => [.. lambdas.Select((lambda, i) => double.IsNaN(lambda) ? null : new SweepPoint
    {
        NBeta = 50,
        Gamma = s_gammas[i],
        LambdaHat = lambda,
        StandardError = error,
        Verdict = notConverged.Contains(i) ? Verdict.NotEquilibrated : Verdict.Converged,
    })];

    [Fact]
    public void The_range_of_most_decades_is_found()
    {
        var flat = FlatRange.Of(Row([12, 10, 10.1, 10, 5]))!;
        Assert.Equal((50, 1, 100, 3), (flat.NBeta, flat.GammaFrom, flat.GammaTo, flat.Points));
        // Equal weights: the plain mean 10.0333. The scatter, χ² = (0.0333² + 0.0667² + 0.0333²)/0.01² = 66.7 over 2, widens 0.01/√3: √33.3·0.00577 = 0.0333.
        Assert.Equal(10 + (0.1 / 3), flat.LambdaHat, 1e-12);
        Assert.Equal(0.1 / 3, flat.StandardError, 1e-12);
        Assert.Equal(0, flat.Change, 1e-12);
    }

    // 4.9 % and 5.1 % of the mean; 2 combined errors of 1 are 2.83.
    [Theory]
    [InlineData(10, 10.5, 0.01, true)]
    [InlineData(10, 10.53, 0.01, false)]
    [InlineData(10, 12.8, 1, true)]
    [InlineData(10, 12.9, 1, false)]
    [InlineData(-0.1, 0.1, 0.01, false)]
    [InlineData(-0.1, 0.1, 0.1, true)]
    public void Neighbours_are_the_same_within_two_errors_or_a_twentieth(double first, double second, double error, bool expected) =>
        Assert.Equal(expected, FlatRange.Of(Row([first, second], error)) is not null);

    [Fact]
    public void Errors_of_their_own_size_are_combined_by_weight()
    {
        var row = Row([10, 10.2]);
        row[0] = row[0]! with { StandardError = 0.3 };
        row[1] = row[1]! with { StandardError = 0.4 };
        var flat = FlatRange.Of(row)!;
        // Weights 1/0.09 and 1/0.16: (10·16 + 10.2·9)/25, error 1/√(1/0.09 + 1/0.16) = 0.24; χ² = 0.2²/0.25 is below 1 and widens nothing.
        Assert.Equal(10.072, flat.LambdaHat, 1e-12);
        Assert.Equal(0.24, flat.StandardError, 1e-12);
        Assert.Equal(0.02, flat.Change, 1e-12);
    }

    [Fact]
    public void What_has_not_converged_or_is_missing_ends_a_range()
    {
        Assert.Equal((100, 1000), Ends(Row([10, 10, 10, 10, 10], 0.01, notConverged: [0, 2])));
        Assert.Equal((0.1, 1), Ends(Row([10, 10, double.NaN, 10, 9])));
        Assert.Null(FlatRange.Of(Row([10, 10, 10], 0.01, 1)));
        Assert.Null(FlatRange.Of(Row([10])));
        Assert.Null(FlatRange.Of([]));

        static (double, double) Ends(SweepPoint?[] row) => FlatRange.Of(row) is { } flat ? (flat.GammaFrom, flat.GammaTo) : default;
    }

    [Fact]
    public void Many_small_steps_are_a_range_whose_change_and_error_say_so()
    {
        var flat = FlatRange.Of(Row([10, 9.6, 9.2, 8.8, 8.4]))!;
        Assert.Equal((5, -0.16), (flat.Points, Math.Round(flat.Change, 12)));
        // The sample variance 0.4 over 5 points: √0.08.
        Assert.Equal(Math.Sqrt(0.08), flat.StandardError, 1e-12);
    }

    [Fact]
    public void The_longer_of_two_ranges_counts_decades_not_points()
    {
        double[] gammas = [1, 2, 3, 4, 5, 100, 10_000];
        var row = gammas.Select((gamma, i) => (SweepPoint?)new SweepPoint { NBeta = 1, Gamma = gamma, LambdaHat = i < 5 ? 10 : 5, StandardError = 0.01, Verdict = Verdict.Converged });
        Assert.Equal(100, FlatRange.Of([.. row])!.GammaFrom);
    }

    [Theory]
    [InlineData(0, "is flat from γ = 0.1 to 10 (3 points): 10 ± 0.0058, 0 % from end to end")]
    [InlineData(2, "is flat nowhere: there is no gap in the curvature, and λ̂ is a value at a scale")]
    public void Findings_say_it_in_words(double fall, string expected)
    {
        double[] lambdas = [10, 10 - fall, 10 - (2 * fall)];
        var result = new SweepResult([50], s_gammas[..3], Row(lambdas).OfType<SweepPoint>());
        Assert.Contains("at nβ = 50 λ̂ " + expected, Assert.Single(result.Findings), StringComparison.Ordinal);
        Assert.Empty(new SweepResult([50], s_gammas, Row(lambdas).OfType<SweepPoint>()).Findings);
        Assert.Contains("no two neighbouring points converged", Assert.Single(new SweepResult([50], s_gammas[..3], Row(lambdas, 0.01, 1).OfType<SweepPoint>()).Findings), StringComparison.Ordinal);
    }
}
