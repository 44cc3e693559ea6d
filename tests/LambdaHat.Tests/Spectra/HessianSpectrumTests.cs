using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Spectra;

namespace LambdaHat.Tests.Spectra;

/// <summary>Ranks and bounds against what is known exactly of linear networks, counts of random probes against all eigenvalues, projections against plain arithmetic.</summary>
public sealed class HessianSpectrumTests
{
    // d₁ = Σ_l b_l·(a_l − a_{l+1}) with the ranks of the products before and after each matrix, exactly; 20-20-20 at full rank is the network of the paper: 400 of 800, so that λ = 200 is its lower bound.
    [Theory]
    [InlineData(new[] { 20, 20, 20 }, new[] { 20, 20 }, 400)]
    [InlineData(new[] { 8, 6, 5, 9 }, new[] { 3, 4, 5 }, 0)]
    [InlineData(new[] { 10, 20, 15, 12 }, new[] { 10, 1, 12 }, 0)]
    [InlineData(new[] { 6, 7, 5 }, new[] { 0, 5 }, 0)]
    [InlineData(new[] { 12, 9, 14, 8, 10, 7 }, new[] { 9, 5, 8, 6, 7 }, 0)]
    public void The_rank_of_a_linear_network_is_exact(int[] widths, int[] ranks, int stated)
    {
        var objective = Teacher(widths, ranks, out var teacher);
        var (prefix, suffix, _) = LinearChain.Of(teacher.Network, teacher.Parameters)!.Ranks();
        var known = suffix.Select((b, l) => b * (prefix[l] - (l + 1 < prefix.Length ? prefix[l + 1] : 0))).Sum();
        if (stated > 0) Assert.Equal(stated, known);
        var result = HessianSpectrum.Find(objective, null, null, new SpectrumOptions());
        Assert.Equal(known, result.Bounds.Rank);
        Assert.Equal(known / 2.0, result.Bounds.Lower);
        Assert.Equal((known / 2.0) + ((objective.Dimension - known) / 4.0), result.Bounds.Upper);
        Assert.Equal("exact", result.Method);
        Assert.Equal(objective.Dimension, result.Eigenvalues.Count);
        Assert.Equal(result.Eigenvalues.OrderDescending(), result.Eigenvalues);
        // λ_quad tends to half the rank as γ/nβ → 0. Weights rounded to float32 leave zeros of about 1e-14 of the largest.
        Assert.Equal(known / 2.0, HessianSpectrum.Find(objective, null, null, new SpectrumOptions { Gamma = 1e-5 }).QuadraticCoefficient, 0.01);
    }

    // (ab)² at the origin and away from it: no curvature, one direction; the local λ, ½, lies within both.
    [Theory]
    [InlineData(0, 0, 0, 0, 0.5)]
    [InlineData(2, 0, 1, 0.5, 0.75)]
    public void The_bounds_of_a_product_of_two_numbers_contain_its_coefficient(float a, float b, int rank, double lower, double upper)
    {
        var network = new Network([new Dense(1, 1, bias: false), new Dense(1, 1, bias: false)]);
        var result = HessianSpectrum.Find(new NetworkObjective(network, SquaredError.Sum, new ArrayDataSet([1, -1], 1, [0, 0], 1), [a, b]), null, null, new SpectrumOptions());
        Assert.Equal((rank, lower, upper), ((int)result.Bounds.Rank, result.Bounds.Lower, result.Bounds.Upper));
        Assert.InRange(0.5, lower, upper);
    }

    // Counts in the gaps of the spectrum lie within four standard errors (and one eigenvalue) of the exact ones; so does λ_quad.
    [Fact]
    public void Random_probes_count_what_all_eigenvalues_say()
    {
        var objective = Teacher([30, 25, 20], [25, 20], out _);
        var exact = HessianSpectrum.Find(objective, null, null, new SpectrumOptions());
        var counted = HessianSpectrum.Find(objective, null, null, new SpectrumOptions { ExactDimension = 10, Seed = 3 });
        Assert.Equal("stochastic-lanczos", counted.Method);
        Assert.Equal(exact.LargestEigenvalue, counted.LargestEigenvalue, 1e-4 * exact.LargestEigenvalue);
        Assert.True(counted.RankError > 0);
        Assert.InRange(counted.Bounds.Rank, exact.Bounds.Rank - (4 * counted.RankError) - 1, exact.Bounds.Rank + (4 * counted.RankError) + 1);
        Assert.InRange(counted.QuadraticCoefficient, exact.QuadraticCoefficient - (4 * counted.QuadraticError) - 0.5, exact.QuadraticCoefficient + (4 * counted.QuadraticError) + 0.5);
        Assert.All(counted.Curve.Zip(exact.Curve), p => Assert.InRange(p.First.Rank, p.Second.Rank - (4 * p.First.StandardError) - p.First.QuadratureError, p.Second.Rank + (4 * p.First.StandardError) + p.First.QuadratureError));
        Assert.All(counted.Curve.Zip(exact.Curve), p => Assert.InRange(p.First.EffectiveDimension, p.Second.EffectiveDimension - (4 * p.First.EffectiveError), p.Second.EffectiveDimension + (4 * p.First.EffectiveError)));
        Assert.Equal(exact.Eigenvalues.Sum(), exact.Trace, 1e-12 * exact.Trace);
        Assert.InRange(counted.Trace, exact.Trace - (5 * counted.TraceError), exact.Trace + (5 * counted.TraceError));
        Assert.InRange(counted.TraceError, 0, 0.01 * exact.Trace);
    }

    // All eigenvectors give w* back, none give 0; the loss cut-off is the first k of the whole curve; restricted, the other parameters stay.
    [Fact]
    public void Projections_run_from_nothing_to_the_network_and_the_loss_cut_off_is_the_first_below()
    {
        var objective = Teacher([6, 5, 4], [5, 4], out _);
        var result = HessianSpectrum.Find(objective, null, null, new SpectrumOptions { Cutoff = new(CutoffKind.Loss, 0.5) });
        Assert.Equal(Enumerable.Range(0, 51), result.Projections.Select(p => (int)p.Count));
        Assert.Equal(FullPass.MeanLoss(objective.Network, objective.Loss, objective.Data, new float[50]), result.Projections[0].Loss, 1e-6 * result.Projections[0].Loss);
        Assert.InRange(result.Projections[^1].Loss, 0, 1e-8);
        Assert.Equal(result.Projections.First(p => p.Loss <= 0.5).Count, result.Bounds.Rank);
        Assert.True(result.Reached);
        var part = HessianSpectrum.Find(objective, null, null, new SpectrumOptions { Restrict = ["1.*"], Projections = ProjectionMethod.Eigenvectors });
        Assert.Equal(20, part.Bounds.Dimension);
        var without = objective.Center.ToArray();
        objective.Blocks[1].In(without.AsSpan()).Clear();
        Assert.Equal(FullPass.MeanLoss(objective.Network, objective.Loss, objective.Data, without), part.Projections[0].Loss, 1e-6 * part.Projections[0].Loss);
        Assert.False(HessianSpectrum.Find(objective, null, null, new SpectrumOptions { Cutoff = new(CutoffKind.Loss, 0) }).Reached && result.Projections[^1].Loss > 0);
    }

    // h/(h + τ) is operator concave: the mean of λ_quad over parts of the samples, whose mean matrix is the whole, is below that of the whole (Jensen).
    [Fact]
    public void Parts_of_the_samples_have_a_smaller_quadratic_coefficient_on_average()
    {
        const int n = 96, parts = 8;
        var teacher = ReluTeacher.Draw([5, 7, 4], 3);
        float[] x = [.. Enumerable.Range(0, 5 * n).Select(i => MathF.Cos((i * i) + 0.5f))];
        double Quadratic(int first, int count) =>
            HessianSpectrum.Find(new(teacher.Network, SquaredError.Sum, new ArrayDataSet(x[(5 * first)..(5 * (first + count))], 5, new float[4 * count], 4), teacher.Parameters), null, null, new() { NBeta = 20, Gamma = 1 }).QuadraticCoefficient;
        var (whole, mean) = (Quadratic(0, n), Enumerable.Range(0, parts).Average(i => Quadratic(i * n / parts, n / parts)));
        Assert.True(mean < 0.95 * whole, $"{mean} of parts, {whole} of all");
    }

    // Inputs over six decades, and half of the parameters in the kernel: 250 steps do not tell the smallest eigenvalues from zero, so that below the last node the probes count everything. The range holds what is true at every τ,
    // and the bounds are of all of it.
    [Fact]
    public void Bounds_of_a_count_that_does_not_see_the_end_of_the_spectrum_hold_all_the_same()
    {
        const int width = 24, n = 100;
        var network = new Network(new Dense(width, width, bias: false), new Dense(width, width, bias: false));
        float[] w = [.. Enumerable.Range(0, network.Dimension).Select(i => MathF.Sin(i * i))], x = [.. Enumerable.Range(0, n * width).Select(i => MathF.Cos(i * i) * MathF.Pow(10, -(i % width) / 8f))];
        var objective = new NetworkObjective(network, SquaredError.Sum, new ArrayDataSet(x, width, new float[n * width], width), w);
        var exact = HessianSpectrum.Find(objective, null, null, new());
        var probed = HessianSpectrum.Find(objective, null, null, new() { ExactDimension = 10 });
        Assert.Equal((width * width, width * width), (exact.Bounds.Rank, exact.Sharp.Flat.Count));
        foreach (var p in probed.Curve)
        {
            Assert.InRange(exact.Eigenvalues.Count(v => v > p.Tau), p.Range.Least - 0.5, p.Range.Most + 0.5);
            Assert.InRange(p.Rank, p.Range.Least, p.Range.Most);
            Assert.InRange(p.Range.Most, p.Rank, width * width);
        }
        var seen = exact.Eigenvalues.Count(v => v > HessianSpectrum.SingleFloor * exact.LargestEigenvalue);
        Assert.InRange(seen, 2 * probed.Sharp.Lower, width * width);
        Assert.Equal((probed.RankRange.Least / 2, (width * width) / 2.0), (probed.Sharp.Lower, probed.Sharp.Upper));
        // Half the parameters alone would give a lower bound of no use.
        Assert.True(probed.RankRange.Least > width * width / 2 && probed.RankRange.Most > seen, $"{probed.RankRange}");
    }

    // The top pairs of block Lanczos project w* as the eigenvectors of the whole matrix do, and count what lies above their last exactly. Losses differ by what a residual of 1e-5 turns the span.
    [Fact]
    public void Pairs_from_the_top_give_the_projections_of_the_whole_decomposition()
    {
        var objective = Teacher([12, 10, 8], [10, 8], out _);
        var exact = HessianSpectrum.Find(objective, null, null, new SpectrumOptions { Projections = ProjectionMethod.Eigenvectors });
        var krylov = HessianSpectrum.Find(objective, null, null, new SpectrumOptions { ExactDimension = 10, Pairs = 60, PairTolerance = 1e-6, Projections = ProjectionMethod.Eigenvectors, Cutoff = new(CutoffKind.Eigenvalue, 0.2) });
        Assert.Equal("block-lanczos", krylov.Method);
        Assert.Equal(60, krylov.Eigenvalues.Count);
        Assert.InRange(krylov.LargestResidual, 0, 1e-6);
        for (var i = 0; i < 60; i++) Assert.Equal(exact.Eigenvalues[i], krylov.Eigenvalues[i], 1e-5 * exact.LargestEigenvalue);
        Assert.Equal(exact.Eigenvalues.Count(v => v > 0.2 * exact.LargestEigenvalue), krylov.Bounds.Rank);
        Assert.Equal(0, krylov.RankError);
        Assert.Equal(61, krylov.Projections.Count);
        for (var k = 0; k <= 60; k++) Assert.Equal(exact.Projections[k].Loss, krylov.Projections[k].Loss, 0.01 * exact.Projections[0].Loss);
    }

    // The behavioural curvature of a classifier, whose data have a class and no outputs: both ways agree, and the accuracy cut-off is the first k of its curve.
    [Fact]
    public void A_classifier_has_a_behavioural_curvature_and_an_accuracy_cut_off()
    {
        var teacher = ReluTeacher.Draw([4, 6, 3], 2);
        var inputs = new float[4 * 60];
        for (var i = 0; i < inputs.Length; i++) inputs[i] = MathF.Sin((i * i) + 0.3f);
        var outputs = FullPass.Outputs(teacher.Network, new ArrayDataSet(inputs, 4, new float[180], 3), teacher.Parameters);
        float[] classes = [.. Enumerable.Range(0, 60).Select(s => (float)Array.IndexOf(outputs[(3 * s)..((3 * s) + 3)], outputs[(3 * s)..((3 * s) + 3)].Max()))];
        var objective = new NetworkObjective(teacher.Network, CrossEntropy.Instance, new ArrayDataSet(inputs, 4, classes, 1), teacher.Parameters);
        var options = new SpectrumOptions { Cutoff = new(CutoffKind.Accuracy, 0.9) };
        var exact = HessianSpectrum.Find(objective, null, null, options);
        Assert.Equal(1, exact.Projections[^1].Accuracy);
        Assert.Equal(exact.Projections.First(p => p.Accuracy >= 0.9).Count, exact.Bounds.Rank);
        var krylov = HessianSpectrum.Find(objective, null, null, options with { ExactDimension = 10, Pairs = 20, Cutoff = Cutoff.Precision });
        for (var i = 0; i < 20; i++) Assert.Equal(exact.Eigenvalues[i], krylov.Eigenvalues[i], 1e-5 * exact.LargestEigenvalue);
    }

    [Theory]
    [InlineData("precision", CutoffKind.Precision, double.NaN)]
    [InlineData("eigenvalue=1e-6", CutoffKind.Eigenvalue, 1e-6)]
    [InlineData("accuracy=0.995", CutoffKind.Accuracy, 0.995)]
    [InlineData("loss=0.011", CutoffKind.Loss, 0.011)]
    public void Cut_offs_are_read(string text, CutoffKind kind, double value) => Assert.Equal(new Cutoff(kind, value), Cutoff.Parse(text));

    [Theory]
    [InlineData("rank=3", "expected precision, eigenvalue=SHARE, accuracy=SHARE or loss=VALUE, got \"rank=3\"")]
    [InlineData("eigenvalue=1", "eigenvalue: expected a share of the largest eigenvalue from 0 to below 1, got 1")]
    [InlineData("accuracy=0", "accuracy: expected a share of the accuracy above 0, up to 1, got 0")]
    [InlineData("loss=NaN", "loss: expected a finite loss of 0 or more, got NaN")]
    public void Other_cut_offs_are_refused(string text, string message) => Assert.Equal(message, Assert.Throws<InvalidInputException>(() => Cutoff.Parse(text)).Message);

    private static NetworkObjective Teacher(int[] widths, int[] ranks, out DeepLinearTeacher teacher)
    {
        teacher = DeepLinearTeacher.Draw(widths, ranks, 1);
        return new NetworkObjective(teacher.Network, SquaredError.Mean, RealisableData.Draw(teacher.Network, teacher.Parameters, 300, 1), teacher.Parameters);
    }
}
