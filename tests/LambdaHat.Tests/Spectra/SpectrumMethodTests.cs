using LambdaHat.Curvature;
using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Spectra;
using LambdaHat.Tests.Curvature;

namespace LambdaHat.Tests.Spectra;

/// <summary>The ways to a spectrum against all eigenvalues and eigenvectors in float64, and against the definitions.</summary>
public sealed class SpectrumMethodTests
{
    // Counts of the float32 matrix: its eigenvalues are off by about √d·6e-8·λ₁ ≈ 1e-6·λ₁ and so is the largest; the exact count at thresholds that far to both sides brackets them.
    [LapackFact]
    public void The_whole_float32_matrix_counts_as_all_eigenvalues_do()
    {
        var objective = ReluClassifier();
        var exact = HessianSpectrum.Find(objective, null, null, new SpectrumOptions());
        var tolerance = 2e-6 * exact.LargestEigenvalue;
        foreach (var all in new[] { false, true })
        {
            var dense = HessianSpectrum.Find(objective, null, null, new SpectrumOptions { Method = SpectrumMethod.Dense, AllEigenvalues = all, Cutoff = new(CutoffKind.Eigenvalue, 1e-3), PerBlock = all });
            Assert.Equal(("dense", 0), (dense.Method, dense.RankError));
            Assert.Equal(exact.LargestEigenvalue, dense.LargestEigenvalue, tolerance);
            // The floor of counts, √185·2⁻²⁴ = 8.1e-7, is above six decades of four points and one more; that of eigenvalues is measured, within the same error.
            if (all) Assert.InRange(dense.Floor, 1e-7, 2 * tolerance / exact.LargestEigenvalue);
            else Assert.Equal((Math.Sqrt(185) / (1 << 24), 25), (dense.Floor, dense.Curve.Count));
            Assert.Equal(1 + (int)Math.Floor(-4 * Math.Log10(dense.Floor * 0.999)), dense.Curve.Count);
            foreach (var p in dense.Curve)
            {
                Assert.InRange(p.Rank, exact.Eigenvalues.Count(v => v > p.Tau + tolerance), exact.Eigenvalues.Count(v => v > p.Tau - tolerance));
                var effective = exact.Eigenvalues.Sum(v => v / (v + p.Tau));
                if (p.Tau > 10 * tolerance) Assert.InRange(p.EffectiveDimension, effective - (4 * p.EffectiveError), effective + (4 * p.EffectiveError));
            }
            Assert.InRange(dense.Bounds.Rank, 1, exact.Eigenvalues.Count(v => v > (0.001 * exact.LargestEigenvalue) - tolerance));
            Assert.Equal(exact.Trace, dense.Trace, 1e-5 * exact.Trace);
            Assert.Equal(all, dense.Eigenvalues.Count > 0);
            Assert.All(dense.Eigenvalues.Zip(exact.Eigenvalues), pair => Assert.Equal(pair.Second, pair.First, tolerance));
            Assert.All(dense.Eigenvalues, v => Assert.True(Math.Abs(v) > dense.Floor * dense.LargestEigenvalue));
            Assert.InRange(dense.QuadraticCoefficient, exact.QuadraticCoefficient - (4 * dense.QuadraticError), exact.QuadraticCoefficient + (4 * dense.QuadraticError));
            Assert.Equal(all ? exact.Blocks.Count : 0, dense.Blocks.Count);
        }
    }

    // Zeros of a float32 matrix lie within its floor: the rank of a linear network of 20-20-20 is 400 of 800, exactly.
    [LapackFact]
    public void A_float32_matrix_finds_the_rank_of_a_linear_network()
    {
        var teacher = DeepLinearTeacher.Draw([20, 20, 20], [20, 20], 1);
        var objective = new NetworkObjective(teacher.Network, SquaredError.Mean, RealisableData.Draw(teacher.Network, teacher.Parameters, 300, 1), teacher.Parameters);
        foreach (var all in new[] { false, true })
            Assert.Equal(400, HessianSpectrum.Find(objective, null, null, new SpectrumOptions { Method = SpectrumMethod.Dense, AllEigenvalues = all }).Bounds.Rank);
    }

    // d = 7·10 + 11·8 + 9·3 = 185: 186 rows of 13 cache lines (an odd number) of 16 floats are 154,752 bytes, and the buffers of the assembly no more than that.
    [Fact]
    public void A_matrix_that_does_not_fit_is_refused_with_its_size()
    {
        Assert.Equal(154_752, DenseSymmetric.Bytes(185, sizeof(float)));
        foreach (var (method, size) in new[] { (SpectrumMethod.Dense, "method dense: the matrix of 185 parameters takes 0.00031"), (SpectrumMethod.Exact, "method exact: the matrix of 185 parameters takes 0.00164") })
        {
            var message = Assert.Throws<InvalidInputException>(() => HessianSpectrum.Find(ReluClassifier(), null, null, new SpectrumOptions { Method = method, MemoryBytes = 200_000 })).Message;
            Assert.Equal(size + " GB of memory, and there are 0.0002 GB; expected the method krylov, or fewer parameters by restrict", message);
        }
    }

    // Twice the pairs and 128 columns of 185 floats, and three and a half square matrices of doubles: 722,832 bytes.
    [Fact]
    public void A_search_for_eigenpairs_that_does_not_fit_is_refused_with_its_size()
    {
        SpectrumOptions Options(long bytes) => new() { Method = SpectrumMethod.Krylov, Pairs = 10, MemoryBytes = bytes };
        Assert.Equal("10 eigenpairs of 185 parameters take 0.000723 GB of memory, a basis of up to 148 vectors, and there are 0.0007 GB; expected fewer pairs",
            Assert.Throws<InvalidInputException>(() => HessianSpectrum.Find(ReluClassifier(), null, null, Options(700_000))).Message);
        Assert.Equal(10, HessianSpectrum.Find(ReluClassifier(), null, null, Options(723_000)).PairsWanted);
    }

    // The thresholds of the filter against explicit eigenvectors: the same k by exact counts, and the same network. Where the Krylov space is complete the projections are the same but for float32: 1e-4 of the loss at 0.
    [Fact]
    public void The_filter_projects_as_eigenvectors_do()
    {
        var objective = ReluClassifier();
        var options = new SpectrumOptions { Cutoff = new(CutoffKind.Accuracy, 0.9), Projections = ProjectionMethod.Filter };
        var filter = HessianSpectrum.Find(objective, objective.Data, null, options);
        var explicitly = HessianSpectrum.Find(objective, objective.Data, null, options with { Projections = ProjectionMethod.Eigenvectors });
        Assert.Equal(objective.Dimension + 1, explicitly.Projections.Count);
        var compared = 0;
        foreach (var p in filter.Projections)
        {
            // A threshold within float32's rounding of an eigenvalue decides for either side.
            if (p.Tau < 1e-4 * filter.LargestEigenvalue || explicitly.Eigenvalues.Any(v => Math.Abs(v - p.Tau) < 1e-3 * p.Tau)) continue;
            var same = explicitly.Projections[(int)p.Count];
            Assert.Equal(same.Loss, p.Loss, 1e-3 * explicitly.Projections[0].Loss);
            Assert.Equal(same.Accuracy, p.Accuracy, 1.01 / objective.SampleCount);
            // The test data are the training data here.
            Assert.Equal((p.Loss, p.Accuracy), (p.TestLoss, p.TestAccuracy));
            compared++;
        }
        Assert.InRange(compared, 10, 100);
        // d₁ by thresholds is the number of eigenvectors above the largest τ that is enough: of those for which the explicit curve is.
        Assert.Equal("filter", filter.CutoffRanks.Single().Way);
        Assert.Equal(filter.Bounds, filter.CutoffRanks[0].Bounds);
        Assert.Equal(["projection", "ablation"], explicitly.CutoffRanks.Select(way => way.Way));
        Assert.Equal(explicitly.Bounds.Rank, filter.Bounds.Rank, 2);
    }

    // Above the exact sizes the cut-off needs no eigenvectors: the count has its error, and the network projected there is enough.
    [Fact]
    public void A_cut_off_by_projection_needs_no_pairs()
    {
        var objective = ReluClassifier();
        var options = new SpectrumOptions { Cutoff = new(CutoffKind.Accuracy, 0.9) };
        var exact = HessianSpectrum.Find(objective, null, null, options);
        List<StageProgress> heard = [];
        var krylov = HessianSpectrum.Find(objective, null, null, options with { Method = SpectrumMethod.Krylov }, progress: heard.Add);
        Assert.True(krylov.Reached);
        Assert.InRange(krylov.Bounds.Rank, exact.Bounds.Rank - (4 * krylov.RankError) - 2, exact.Bounds.Rank + (4 * krylov.RankError) + 2);
        Assert.Equal(["counting", "trace", "filter", "projections"], heard.Select(p => p.Stage).Distinct());
        foreach (var stage in heard.GroupBy(p => p.Stage))
        {
            Assert.All(stage, p => Assert.InRange(p.Share, 0, 1));
            if (stage.Key != "projections") Assert.Equal(stage.Select(p => p.Share).Order(), stage.Select(p => p.Share));
        }
    }

    // From the bottom: the least k from which on every point of the explicit curve is enough.
    [Fact]
    public void Ablation_stops_where_the_curve_is_enough_for_good()
    {
        var objective = ReluClassifier();
        foreach (var share in new[] { 0.7, 0.9, 0.99, 1 })
        {
            var result = HessianSpectrum.Find(objective, null, null, new SpectrumOptions { Cutoff = new(CutoffKind.Accuracy, share) });
            var enough = result.Projections.Select(p => p.Accuracy >= share * result.Projections[^1].Accuracy).ToArray();
            Assert.Equal(Array.IndexOf(enough, true), result.CutoffRanks[0].Bounds.Rank);
            Assert.Equal(Array.LastIndexOf(enough, false) + 1, result.CutoffRanks[1].Bounds.Rank);
            Assert.All(result.CutoffRanks, way => Assert.Equal((true, way.Bounds.Rank / 2), (way.Reached, way.Bounds.Lower)));
        }
        Assert.All(HessianSpectrum.Find(objective, null, null, new SpectrumOptions { Cutoff = new(CutoffKind.Loss, 0) }).CutoffRanks, way => Assert.Equal((false, objective.Dimension), (way.Reached, way.Bounds.Rank)));
    }

    [Fact]
    public void Blocks_have_the_spectra_of_the_restricted_matrix()
    {
        var objective = ReluClassifier();
        var whole = HessianSpectrum.Find(objective, null, null, new SpectrumOptions());
        var each = HessianSpectrum.Find(objective, null, null, new SpectrumOptions { Method = SpectrumMethod.Krylov, PerBlock = true });
        Assert.Equal(objective.Blocks.Select(b => b.Name), whole.Blocks.Select(b => b.Name));
        foreach (var (block, other) in whole.Blocks.Zip(each.Blocks))
        {
            var alone = HessianSpectrum.Find(objective, null, null, new SpectrumOptions { Restrict = [block.Name] });
            Assert.Empty(alone.Blocks);
            Assert.Equal((alone.Bounds.Rank, alone.Bounds.Dimension), (block.Rank, block.Dimension));
            // The same sums in another order: float64.
            Assert.All(block.Eigenvalues.Zip(alone.Eigenvalues), pair => Assert.Equal(pair.Second, pair.First, 1e-12 * alone.LargestEigenvalue));
            Assert.Equal((block.Rank, block.RankError), (other.Rank, other.RankError));
            // Above the block's own rounding, where float64 sums in another order count alike.
            Assert.Equal(alone.Curve.Where(p => p.Tau > 1.2e-10 * alone.LargestEigenvalue).Select(p => p.Rank), block.Curve.Where(p => p.Tau > 1.2e-10 * alone.LargestEigenvalue).Select(p => p.Rank));
            Assert.NotEmpty(block.Curve);
        }
    }

    // Of the labels' loss at a random point: the matrix by finite differences in HessianOperatorTests; here its eigenvalues by MathNet, of both signs.
    [Fact]
    public void The_full_hessian_has_the_eigenvalues_of_its_operator()
    {
        var objective = ReluClassifier();
        using var operation = new HessianOperator(objective.Network, objective.Loss, objective.Data, objective.Center);
        double[] expected = [.. MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(objective.Dimension, objective.Dimension, operation.Assemble())
            .Evd(MathNet.Numerics.LinearAlgebra.Symmetricity.Symmetric).EigenValues.Select(v => v.Real).OrderDescending()];
        var options = new SpectrumOptions { Matrix = CurvatureMatrix.Hessian, Cutoff = new(CutoffKind.Eigenvalue, 0.01) };
        var exact = HessianSpectrum.Find(objective, null, objective.Loss, options);
        Assert.All(exact.Eigenvalues.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-12 * expected[0]));
        Assert.Equal(expected.Count(v => v > 0.01 * expected[0]), exact.Bounds.Rank);
        Assert.Equal(expected.Count(v => v < -1e-7 * expected[0]), exact.Negative);
        Assert.True(exact.Negative > 0);
        // The Gauss–Newton matrix of the same loss is another, without negative eigenvalues.
        var positive = HessianSpectrum.Find(objective, null, objective.Loss, options with { Matrix = CurvatureMatrix.GaussNewton });
        Assert.Equal(0, positive.Negative);
        Assert.NotEqual(exact.LargestEigenvalue, positive.LargestEigenvalue, 1e-3 * exact.LargestEigenvalue);
        // Counts by probes hold for any spectrum.
        var krylov = HessianSpectrum.Find(objective, null, objective.Loss, options with { Method = SpectrumMethod.Krylov });
        Assert.InRange(krylov.Bounds.Rank, exact.Bounds.Rank - (4 * krylov.RankError) - 1, exact.Bounds.Rank + (4 * krylov.RankError) + 1);
    }

    [Theory]
    [InlineData(SpectrumMethod.Exact)]
    [InlineData(SpectrumMethod.Dense)]
    [InlineData(SpectrumMethod.Krylov)]
    public void An_interruption_ends_the_work_wherever_it_is(SpectrumMethod method)
    {
        var objective = ReluClassifier();
        var options = new SpectrumOptions { Method = method, Cutoff = new(CutoffKind.Accuracy, 0.9) };
        List<string> stages = [];
        HessianSpectrum.Find(objective, null, null, options, progress: p => stages.Add(p.Stage));
        foreach (var stage in stages.Distinct())
        {
            using var source = new CancellationTokenSource();
            var after = 0;
            Assert.ThrowsAny<OperationCanceledException>(() => HessianSpectrum.Find(objective, null, null, options, null, p =>
            {
                if (source.IsCancellationRequested) after++;
                if (p.Stage == stage) source.Cancel();
            }, source.Token));
            Assert.InRange(after, 0, 1);
        }
    }

    // A random ReLU network that labels 80 random inputs by its own largest output, so that w* has accuracy 1.
    private static NetworkObjective ReluClassifier()
    {
        var teacher = ReluTeacher.Draw([6, 10, 8, 3], 4);
        var inputs = new float[6 * 80];
        for (var i = 0; i < inputs.Length; i++) inputs[i] = MathF.Sin((i * i) + 0.3f);
        var outputs = FullPass.Outputs(teacher.Network, new ArrayDataSet(inputs, 6, new float[240], 3), teacher.Parameters);
        float[] classes = [.. Enumerable.Range(0, 80).Select(s => (float)Array.IndexOf(outputs[(3 * s)..((3 * s) + 3)], outputs[(3 * s)..((3 * s) + 3)].Max()))];
        return new NetworkObjective(teacher.Network, CrossEntropy.Instance, new ArrayDataSet(inputs, 6, classes, 1), teacher.Parameters);
    }
}
