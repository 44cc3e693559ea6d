using LambdaHat.Data;
using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Networks;
using MathNet.Numerics.LinearAlgebra;

namespace LambdaHat.Tests.Estimation;

public class SweepTests
{
    private static readonly float[] s_twoWeights = [1.25f, 0.75f];

    // f(x) = b·a·x, so that L(a, b) = (ab − a*b*)²·mean x².
    private static NetworkObjective TwoWeights(out double moment)
    {
        var network = new Network(new Dense(1, 1, bias: false), new Dense(1, 1, bias: false));
        var data = RealisableData.Draw(network, s_twoWeights, 500, 1);
        moment = data.Inputs.Average(x => (double)x * x);
        return new NetworkObjective(network, SquaredError.Mean, data, s_twoWeights);
    }

    [Fact]
    public void Every_point_of_two_weights_agrees_with_quadrature()
    {
        var objective = TwoWeights(out var moment);
        double[] nBetas = [0.5, 5], gammas = [5, 50, 500];
        var result = Sweep.Run(objective, new SweepOptions { NBetas = nBetas, Gammas = gammas, Estimation = new EstimationOptions { Tolerance = 0.02, Seed = 3 } });
        Assert.Equal(6, result.Points.Count);
        foreach (var point in result.Points)
        {
            var expected = Quadrature(point.NBeta * moment, point.Gamma);
            // Gibbs sampling has no bias: the Monte-Carlo error alone. 4 of them in 6 points: once in 2,600 seeds.
            Assert.InRange(point.LambdaHat, expected - (4 * point.StandardError), expected + (4 * point.StandardError));
            Assert.True(point.StandardError < 0.03 * expected, $"the error {point.StandardError} is too large to tell");
            // A single curvature h = 2·moment·‖w*‖² and one flat direction.
            var h = 2 * moment * s_twoWeights.Sum(w => (double)w * w);
            Assert.Equal(0.5 * point.NBeta * h / ((point.NBeta * h) + point.Gamma), point.Quadratic, 1e-4 * point.Quadratic);
            Assert.Equal(point.Gamma / ((point.NBeta * h) + point.Gamma), point.Sensitivity, 1e-4);
        }
        // The same integral at both temperatures; n cancels.
        for (var column = 0; column < gammas.Length; column++)
        {
            double Energy(double nBeta) => Quadrature(nBeta * moment, gammas[column]) / nBeta;
            var (point, last) = (result.Rows[0][column]!, result.Rows[1][column]!);
            var expected = (Energy(nBetas[0]) - Energy(nBetas[1])) / ((1 / nBetas[0]) - (1 / nBetas[1]));
            Assert.InRange(point.TwoTemperatures, expected - (4 * point.TwoTemperaturesError), expected + (4 * point.TwoTemperaturesError));
            // dλ_tt/dλ̂₁ = 1/(1 − nβ₁/nβ₂) = 10/9 and dλ_tt/dλ̂₂ = −1/9.
            Assert.Equal(Math.Sqrt(Math.Pow(10 * point.StandardError, 2) + Math.Pow(last.StandardError, 2)) / 9, point.TwoTemperaturesError, 1e-12);
            Assert.Equal((double.NaN, double.NaN), (last.TwoTemperatures, last.TwoTemperaturesError));
        }
    }

    [Fact]
    public void A_deep_linear_network_follows_its_curvature()
    {
        var teacher = DeepLinearTeacher.Draw([4, 3, 2], [3, 2], 1);
        var data = new TeacherDataSet(teacher.Product(), 2, 4, 2000, 1).Materialise();
        var objective = new NetworkObjective(teacher.Network, SquaredError.Mean, data, teacher.Parameters);
        var curvatures = Curvatures(teacher, data);
        var result = Sweep.Run(objective, new SweepOptions { NBetas = [300, 3000], Gammas = [1e3, 1e4, 1e5], Estimation = new EstimationOptions { Tolerance = 0.02 } });
        foreach (var point in result.Points)
        {
            var expected = curvatures.Sum(h => point.NBeta * h / ((point.NBeta * h) + point.Gamma)) / 2;
            // The operator's products are float32, over 2,000 samples: some 1e-6 of an eigenvalue.
            Assert.Equal(expected, point.Quadratic, 1e-4 * expected);
            // The chain moves by 1/√γ ≤ 0.03 beside weights of about 0.5, which changes the curvature by a share of that size and either sign: its mean by less than 1 %, doubled here.
            Assert.InRange(point.LambdaHat, (0.98 * expected) - (4 * point.StandardError), (1.02 * expected) + (4 * point.StandardError));
            Assert.True(point.StandardError < 0.03 * expected, $"the error {point.StandardError} is too large to tell");
            Assert.Equal("gibbs", point.Sampler);
        }
        Assert.True(result.Rows[0][0]!.LambdaHat > 2 * result.Rows[0][2]!.LambdaHat);
    }

    [Fact]
    public void The_default_grid_lies_around_the_defaults()
    {
        var objective = TwoWeights(out _);
        var options = new SweepOptions().Resolve(objective);
        // n/ln n, and 10·d/‖w*‖² = 20/2.125.
        Assert.Equal(3, options.NBetas.Count);
        Assert.Equal(500 / Math.Log(500), options.NBetas[1], 1e-9);
        Assert.Equal(9, options.Gammas.Count);
        Assert.Equal(20 / 2.125, options.Gammas[4], 1e-9);
        Assert.All(options.Gammas.Zip(options.Gammas.Skip(1)), pair => Assert.Equal(Math.Sqrt(10), pair.Second / pair.First, 1e-9));
        Assert.All(options.NBetas.Zip(options.NBetas.Skip(1)), pair => Assert.Equal(Math.Sqrt(10), pair.Second / pair.First, 1e-9));
        var given = new SweepOptions { Estimation = new EstimationOptions { Gamma = 2, NBeta = 7 } }.Resolve(objective);
        Assert.Equal((7, 2), (given.NBetas[1], given.Gammas[4]));
        // A single sample has no default temperature, and needs none where nβ is given.
        var one = new NetworkObjective(objective.Network, SquaredError.Mean, RealisableData.Draw(objective.Network, s_twoWeights, 1, 1), s_twoWeights);
        Assert.Throws<InvalidInputException>(() => new SweepOptions().Resolve(one));
        Assert.Equal([2.0, 3.0], new SweepOptions { NBetas = [3, 2] }.Resolve(one).NBetas);
    }

    [Fact]
    public void A_sweep_that_was_cut_goes_on_to_the_same_result()
    {
        var objective = TwoWeights(out _);
        var options = new SweepOptions { NBetas = [1, 10], Gammas = [5, 50], Estimation = new EstimationOptions { Steps = 64, Seed = 11 } };
        List<SweepProgress> reports = [];
        var whole = Sweep.Run(objective, options, progress: new Collector(reports));
        Assert.Equal([11UL, 12UL, 13UL, 14UL], whole.Points.Select(p => p.Seed));
        Assert.Equal(whole.Points.Select(p => p.LambdaHat), reports.Where(r => r.Measured is not null).Select(r => r.Measured!.LambdaHat));
        Assert.Equal([1, 2, 3, 4], reports.Where(r => r.Measured is not null).Select(r => r.Done));
        Assert.All(reports.Zip(reports.Skip(1)), pair => Assert.True(pair.Second.Done + pair.Second.Share >= pair.First.Done + pair.First.Share));

        using var source = new CancellationTokenSource();
        SweepResult? partial = null;
        Assert.Throws<OperationCanceledException>(() => Sweep.Run(objective, options, measured: result =>
        {
            partial = result;
            if (result.Points.Count == 3) source.Cancel();
        }, cancellation: source.Token));
        Assert.False(partial!.IsComplete);
        Assert.Equal(double.NaN, partial.Rows[0][1]!.TwoTemperatures);
        var measured = 0;
        var resumed = Sweep.Run(objective, options, partial.Points, _ => measured++);
        Assert.Equal(1, measured);
        Assert.True(resumed.IsComplete);
        Assert.Equal(whole.Points.Select(Numbers), resumed.Points.Select(Numbers));

        // One point's estimate alone, with its seed.
        var alone = LearningCoefficient.Estimate(objective, options.Estimation with { NBeta = 10, Gamma = 50, Seed = 14 });
        Assert.Equal((alone.LambdaHat, alone.StandardError, alone.Verdict), (whole.Points[3].LambdaHat, whole.Points[3].StandardError, whole.Points[3].Verdict));

        static (double, double, Verdict, double, double, ulong) Numbers(SweepPoint p) => (p.LambdaHat, p.StandardError, p.Verdict, p.TwoTemperatures, p.Quadratic, p.Seed);
    }

    [Fact]
    public void Grids_out_of_range_are_refused()
    {
        Assert.Equal("gammas must be finite numbers > 0, got 0 (entry 2 of 2)", Assert.Throws<InvalidInputException>(() => new SweepOptions { Gammas = [1, 0] }).Message);
        Assert.Equal("nbetas must be finite numbers > 0, got NaN (entry 1 of 1)", Assert.Throws<InvalidInputException>(() => new SweepOptions { NBetas = [double.NaN] }).Message);
        Assert.Equal("nbetas must differ from each other, got 3 twice", Assert.Throws<InvalidInputException>(() => new SweepOptions { NBetas = [3, 1, 3] }).Message);
        Assert.Contains("must be a finite number > 0, got 0", Assert.Throws<InvalidInputException>(() => new SweepOptions { Estimation = new EstimationOptions { Gamma = 0 } }.Resolve(TwoWeights(out _))).Message, StringComparison.Ordinal);
    }

    // E[c(ab − a*b*)²] under exp(−c(ab − a*b*)² − γ/2·‖w − w*‖²) by the midpoint rule over ±8/√γ: 8 standard deviations of the prior, 400 steps to the narrower of the two widths at c ≤ 200.
    private static double Quadrature(double c, double gamma)
    {
        const int points = 1600;
        var (a, b) = ((double)s_twoWeights[0], (double)s_twoWeights[1]);
        double range = 8 / Math.Sqrt(gamma), step = 2 * range / points, mass = 0, sum = 0;
        for (var i = 0; i < points; i++)
        {
            var x = ((i + 0.5) * step) - range;
            for (var j = 0; j < points; j++)
            {
                var y = ((j + 0.5) * step) - range;
                var energy = c * Math.Pow(((a + x) * (b + y)) - (a * b), 2);
                var weight = Math.Exp(-energy - (gamma * ((x * x) + (y * y)) / 2));
                mass += weight;
                sum += weight * energy;
            }
        }
        return sum / mass;
    }

    // Eigenvalues of (2/outputs)·tr(∂M_aᵀ ∂M_b Σ_xx) over the entries of W₁ and W₂, M = W₂W₁, in float64.
    private static double[] Curvatures(DeepLinearTeacher teacher, ArrayDataSet data)
    {
        var x = Matrix<double>.Build.Dense(4, data.Count, (i, s) => data.Inputs[(s * 4) + i]);
        var moments = x * x.Transpose() / data.Count;
        var first = Matrix<double>.Build.Dense(3, 4, (i, j) => teacher.Parameters[(i * 4) + j]);
        var second = Matrix<double>.Build.Dense(2, 3, (i, j) => teacher.Parameters[12 + (i * 3) + j]);
        Matrix<double> Unit(int rows, int columns, int entry) => Matrix<double>.Build.Dense(rows, columns, (i, j) => (i * columns) + j == entry ? 1 : 0);
        Matrix<double>[] tangents = [.. Enumerable.Range(0, 12).Select(k => second * Unit(3, 4, k)), .. Enumerable.Range(0, 6).Select(k => Unit(2, 3, k) * first)];
        var hessian = Matrix<double>.Build.Dense(18, 18, (a, b) => (tangents[a] * moments).PointwiseMultiply(tangents[b]).RowSums().Sum());
        return [.. hessian.Evd(Symmetricity.Symmetric).EigenValues.Select(v => Math.Max(v.Real, 0))];
    }

    private sealed class Collector(List<SweepProgress> reports) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value) => reports.Add(value);
    }
}
