using LambdaHat.Data;
using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Tests.Estimation;

public sealed class LearningCoefficientTests
{
    [Fact]
    public void A_regular_linear_model_has_half_its_parameters()
    {
        // y = W·x with independent inputs: the Hessian of the mean loss is 2·E[xxᵀ] for every output, so without localisation λ = d/2, and SGLD
        // of a small step adds a known fraction: a direction of curvature h is inflated by 1/(1 − ε·nβ·h/4).
        const int n = 5000;
        var (network, w) = (new Network(new Dense(6, 4, bias: false)), Normals(24, 1, 0.3f));
        var data = Sample(network, w, n, 3, noise: 0.5f);
        var objective = new NetworkObjective(network, SquaredError.Sum, data, LeastSquares(data, 6, 4));
        var nBeta = PosteriorDefaults.NBeta(n);
        var curvature = 2 * 100.0 / 3;
        var estimate = LearningCoefficient.Estimate(objective, new EstimationOptions
        {
            Sampler = "sgld",
            StepSize = 0.02 / (nBeta * curvature),
            Gamma = 0,
            BatchSize = n,
            Steps = 4000,
            BurnIn = 1000,
            AcceptanceEvery = 50,
            Chains = 2,
        });
        var expected = 12 / (1 - (0.02 / 4));
        Assert.InRange(estimate.LambdaHat, expected - (3 * estimate.StandardError), expected + (3 * estimate.StandardError));
        Assert.True(estimate.StandardError < 1, $"the error {estimate.StandardError} is too large to tell");
        Assert.InRange(estimate.Acceptance, 0.95, 1);
    }

    // K homogeneous of degree 4 in two variables: nβ·K ~ Gamma(½), so mean and variance are both ½ as the step vanishes. At the
    // step taken, the chain's own stationary law is known to any accuracy.
    [Fact]
    public void The_quartic_bowl_has_one_half()
    {
        const double nBeta = 100, stepSize = 0.001;
        var estimate = Landscape([new(1, 4, 0), new(1, 0, 4)], nBeta, stepSize, steps: 40_000);
        var expected = 2 * DiscretisedQuarticMean(nBeta, stepSize);
        Assert.InRange(expected, 0.5, 0.51);
        Assert.InRange(estimate.LambdaHat, expected - (4 * estimate.StandardError), expected + (4 * estimate.StandardError));
        Assert.True(estimate.StandardError < 0.02, $"the error {estimate.StandardError} is too large to tell");
        // The variance of the draws has a standard error of 0.012, from its spread over the eight chains: four of them.
        var draws = estimate.Chains.SelectMany(c => estimate.Options.KeptDraws(c.Trace)).ToArray();
        Assert.InRange(draws.Average(x => Math.Pow(x - estimate.LambdaHat, 2)), 0.45, 0.55);
    }

    // w₁²w₂⁴ and w₁²w₂² with a Gaussian localisation, against quadrature of the same integral. Errors of 3 % find what is wrong by 14 %; the two values, 0.17 and 0.28, lie 65 % apart,
    // and half or twice the temperature or the localisation moves either by 15 % and more.
    [Theory]
    [InlineData(2, 4)]
    [InlineData(2, 2)]
    public void Products_of_powers_agree_with_quadrature_at_the_same_temperature(int p, int q)
    {
        const double nBeta = 10, gamma = 1, stepSize = 0.002;
        var estimate = Landscape([new(1, p, q)], nBeta, stepSize, steps: 60_000, gamma);
        var expected = Quadrature(p, q, nBeta, gamma);
        // A direction of curvature s is inflated by ε·s/4; s averages some tens here: below 2 %.
        Assert.InRange(estimate.LambdaHat, (expected * 0.98) - (4 * estimate.StandardError), (expected * 1.02) + (4 * estimate.StandardError));
        Assert.True(estimate.StandardError < 0.05 * expected, $"the error {estimate.StandardError} is too large to tell");
    }

    // 0.54 and 0.26, with errors of 0.01 each: 16 of the joint error apart.
    [Fact]
    public void Quartic_bowl_and_product_have_the_same_Hessian_and_different_coefficients()
    {
        var bowl = Landscape([new(1, 4, 0), new(1, 0, 4)], nBeta: 1000, stepSize: 0.002, steps: 5000);
        var product = Landscape([new(1, 2, 4)], nBeta: 1000, stepSize: 0.002, steps: 5000, gamma: 1);
        Assert.True(bowl.LambdaHat - product.LambdaHat > 3 * Math.Sqrt(Math.Pow(bowl.StandardError, 2) + Math.Pow(product.StandardError, 2)));
    }

    [Fact]
    public void The_result_is_the_same_for_any_number_of_threads()
    {
        var (network, w) = (new Network(new Dense(7, 9), new Relu(9), new Dense(9, 5)), Normals((7 * 9) + 9 + (9 * 5) + 5, 2, 0.5f));
        var objective = new NetworkObjective(network, SquaredError.Mean, Sample(network, w, 3000, 4, 0), w);
        var options = new EstimationOptions { Sampler = "sgld", Steps = 200, BurnIn = 0.5, Chains = 3, BatchSize = 100, StepSize = 1e-6, Seed = 77, AcceptanceEvery = 7 };
        var one = LearningCoefficient.Estimate(objective, options with { Threads = 1 });
        foreach (var threads in new[] { 2, 3, 8 })
        {
            var many = LearningCoefficient.Estimate(objective, options with { Threads = threads });
            Assert.Equal((one.LambdaHat, one.StandardError, one.RHat), (many.LambdaHat, many.StandardError, many.RHat));
            for (var i = 0; i < 3; i++)
            {
                Assert.Equal(one.Chains[i].Trace, many.Chains[i].Trace);
                Assert.Equal(one.Chains[i].AcceptanceTrace, many.Chains[i].AcceptanceTrace);
            }
        }
        Assert.NotEqual(one.Chains[0].Trace, one.Chains[1].Trace);
        Assert.NotEqual(one.LambdaHat, LearningCoefficient.Estimate(objective, options with { Seed = 78 }).LambdaHat);
    }

    [Fact]
    public void Scaling_the_loss_by_c_and_the_temperature_by_1_over_c_changes_nothing()
    {
        var (network, w) = (new Network(new Dense(4, 8, bias: false), new Dense(8, 8, bias: false)), Normals(96, 5, 0.5f));
        var data = Sample(network, w, 2000, 6, 0);
        var options = new EstimationOptions { Sampler = "sgld", Steps = 400, Chains = 2, BatchSize = 50, StepSize = 1e-6, NBeta = 1024 };
        // The sum over 8 outputs is 8 times their mean: a power of two, so every float32 rounding is the same.
        var mean = LearningCoefficient.Estimate(new NetworkObjective(network, SquaredError.Mean, data, w), options);
        var sum = LearningCoefficient.Estimate(new NetworkObjective(network, SquaredError.Sum, data, w), options with { NBeta = 128 });
        Assert.Equal(mean.LambdaHat, sum.LambdaHat, 1e-9 * mean.LambdaHat);
    }

    [Fact]
    public void Frozen_blocks_stay_and_the_coefficient_is_that_of_the_rest()
    {
        const int n = 5000;
        var (network, w) = (new Network(new Dense(6, 6, bias: false), new Dense(6, 4, bias: false)), Normals(60, 8, 0.5f));
        var objective = new NetworkObjective(network, SquaredError.Sum, Sample(network, w, n, 9, 0), w);
        var options = new EstimationOptions { Sampler = "sgld", StepSize = 2e-7, Steps = 30_000, BurnIn = 0.3, Restrict = ["1.*"], BatchSize = 200, Gamma = 0, AcceptanceEvery = 0, Chains = 2 };
        var estimate = LearningCoefficient.Estimate(objective, options);
        Assert.Equal((60, 24), (estimate.Dimension, estimate.SampledDimension));
        // With the first layer frozen at full rank the second is a regular model of 24 parameters.
        Assert.InRange(estimate.LambdaHat, 12 - (4 * estimate.StandardError), (12 * 1.02) + (4 * estimate.StandardError));
        Assert.True(estimate.StandardError < 1, $"the error {estimate.StandardError} is too large to tell");
        Assert.Contains("no parameter block matches \"nope\"", Assert.Throws<InvalidInputException>(() => LearningCoefficient.Estimate(objective, options with { Restrict = ["nope"] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_diverged_chain_is_left_out_and_reported()
    {
        var objective = new PolynomialObjective([new(1, 4)], [0f], 100);
        var last = new LastProgress(40);
        // On w⁴ a chain is lost once it passes |w| = ε^(−½), which some chains of this length do and some do not.
        var estimate = LearningCoefficient.Estimate(objective, new EstimationOptions { Sampler = "sgld", StepSize = 0.2, NBeta = 1, Gamma = 0, Steps = 4000, BurnIn = 0, Chains = 40, AcceptanceEvery = 0 }, last);
        Assert.All(Enumerable.Range(0, 40), i => Assert.Equal(estimate.Chains[i].Diverged, double.IsNaN(last.Of[i])));
        var diverged = estimate.Chains.Count(c => c.Diverged);
        Assert.InRange(diverged, 1, 39);
        Assert.Equal(estimate.Chains.Where(c => !c.Diverged).Average(c => c.LambdaHat), estimate.LambdaHat, 1e-9);
        Assert.Contains($"{diverged} of 40 chains diverged", estimate.Reasons[0], StringComparison.Ordinal);
        Assert.All(estimate.Chains.Where(c => c.Diverged), c => Assert.All(c.Trace.Skip((int)c.DivergedAt!), x => Assert.Equal(double.NaN, x)));
    }

    private sealed class LastProgress(int chains) : IProgress<SamplingProgress>
    {
        public double[] Of { get; } = new double[chains];

        public void Report(SamplingProgress value) => Of[value.Chain] = value.RecentLambda;
    }

    [Fact]
    public void Intervals_beyond_the_run_are_legal()
    {
        var objective = new PolynomialObjective([new(1, 2)], [0f], 100);
        var options = new EstimationOptions { Sampler = "sgld", StepSize = 1e-3, Steps = 100, BurnIn = 0.29, Chains = 1, AcceptanceEvery = int.MaxValue };
        Assert.Equal(29, options.BurnInSteps);
        var estimate = LearningCoefficient.Estimate(objective, options);
        Assert.Single(estimate.Chains[0].AcceptanceTrace);
        Assert.Equal(double.NaN, estimate.Acceptance);
        Assert.Equal(71, options.KeptDraws(estimate.Chains[0].Trace).Length);
        Assert.Throws<InvalidInputException>(() => LearningCoefficient.Estimate(objective, options with { Thinning = int.MaxValue }));
    }

    private static LearningCoefficientEstimate Landscape(PolynomialTerm[] terms, double nBeta, double stepSize, int steps, double gamma = 0) =>
        LearningCoefficient.Estimate(new PolynomialObjective(terms, new float[2], 1000), new EstimationOptions
        {
            Sampler = "sgld",
            NBeta = nBeta,
            StepSize = stepSize,
            Gamma = gamma,
            Steps = steps,
            BurnIn = 0.1,
            Chains = 8,
            AcceptanceEvery = 0,
        });

    // E[nβ·w⁴] under the stationary law of w ← w − (ε/2)·4nβ·w³ + √ε·ξ, by iterating the transition density on a grid.
    private static double DiscretisedQuarticMean(double nBeta, double stepSize)
    {
        const int points = 241;
        var range = 3.2 / Math.Pow(nBeta, 0.25);
        var grid = Enumerable.Range(0, points).Select(i => range * ((2.0 * i / (points - 1)) - 1)).ToArray();
        var moves = new double[points, points];
        for (var i = 0; i < points; i++)
        {
            var mean = grid[i] - (2 * stepSize * nBeta * Math.Pow(grid[i], 3));
            var sum = 0.0;
            for (var j = 0; j < points; j++) sum += moves[i, j] = Math.Exp(-Math.Pow(grid[j] - mean, 2) / (2 * stepSize));
            for (var j = 0; j < points; j++) moves[i, j] /= sum;
        }
        var law = grid.Select(w => Math.Exp(-nBeta * Math.Pow(w, 4))).ToArray();
        law = [.. law.Select(x => x / law.Sum())];
        for (var iteration = 0; iteration < 2000; iteration++)
        {
            var next = new double[points];
            for (var i = 0; i < points; i++)
                for (var j = 0; j < points; j++) next[j] += law[i] * moves[i, j];
            law = next;
        }
        return law.Zip(grid, (mass, w) => mass * nBeta * Math.Pow(w, 4)).Sum();
    }

    // ∫∫ nβK·exp(−nβK − γ(a² + b²)/2) / ∫∫ exp(…) for K = aᵖbᵠ, by the midpoint rule on a grid that is dense near the axes (a = sinh s).
    private static double Quadrature(int p, int q, double nBeta, double gamma)
    {
        const int points = 1200;
        const double range = 2.5;
        var s = Enumerable.Range(0, points).Select(i => range * (i + 0.5) / points).ToArray();
        var (a, cosh) = (s.Select(Math.Sinh).ToArray(), s.Select(Math.Cosh).ToArray());
        var (powerP, powerQ) = (a.Select(x => Math.Pow(x, p)).ToArray(), a.Select(x => Math.Pow(x, q)).ToArray());
        double mass = 0, sum = 0;
        for (var i = 0; i < points; i++)
        {
            for (var j = 0; j < points; j++)
            {
                var k = nBeta * powerP[i] * powerQ[j];
                var weight = cosh[i] * cosh[j] * Math.Exp(-k - (gamma * ((a[i] * a[i]) + (a[j] * a[j])) / 2));
                mass += weight;
                sum += weight * k;
            }
        }
        return sum / mass;
    }

    private static float[] Normals(int count, ulong seed, float scale)
    {
        var values = new float[count];
        GaussianNoise.Fill(new RandomStream(seed, RandomPurpose.Initialisation, 0, 0), values);
        return [.. values.Select(v => v * scale)];
    }

    // Inputs uniform on [−10, 10), targets of the network at w plus noise.
    private static ArrayDataSet Sample(Network network, float[] w, int n, ulong seed, float noise)
    {
        var exact = RealisableData.Draw(network, w, n, seed);
        var errors = Normals(exact.Targets.Length, seed + 1, noise);
        return new ArrayDataSet(exact.Inputs, network.Inputs, [.. exact.Targets.Zip(errors, (t, e) => t + e)], network.Outputs);
    }

    private static float[] LeastSquares(ArrayDataSet data, int inputs, int outputs)
    {
        var x = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(data.Count, inputs, (i, j) => data.Inputs[(i * inputs) + j]);
        var y = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(data.Count, outputs, (i, j) => data.Targets[(i * outputs) + j]);
        return [.. x.TransposeThisAndMultiply(x).Cholesky().Solve(x.TransposeThisAndMultiply(y)).Transpose().ToRowMajorArray().Select(v => (float)v)];
    }
}
