using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Preconditioning;
using LambdaHat.Sampling;
using MathNet.Numerics.LinearAlgebra;

namespace LambdaHat.Tests.Sampling;

/// <summary>What holds for every sampler: its law on a Gaussian with localisation, the prior, the bowl that is no quadratic, the walls of a box.</summary>
public sealed class SamplerConformanceTests
{
    public static TheoryData<string> All => SamplerCase.All;

    public static TheoryData<string> Euler => SamplerCase.Euler;

    // SGLD against the law of its own discretisation in its own metric, the others against the target's. Tolerances are four standard errors of the run. Layerwise dynamics measure the
    // outputs' factor anew by random signs over 400 samples, so that a whitened curvature is 1 ± 0.1; the energy of the first move of a visit then is off by the square of that times ε/4: 0.2 %, and 1 % allowed.
    [Theory, MemberData(nameof(All))]
    public void Energy_on_a_Gaussian_has_its_stationary_mean_and_variance(string name)
    {
        var problem = new GaussianProblem(nBeta: 200, gamma: 60);
        double[][] traces = new double[2][];
        var covariance = problem.Precision.Inverse();
        for (var chain = 0; chain < 2; chain++)
        {
            using var sampler = SamplerCase.Create(name, problem, seed: 7, chain);
            traces[chain] = Trace(sampler, Steps(name, 16_000), s => s.Excess)[1000..];
            if (SamplerCase.IsEuler(name)) covariance = problem.Discretised(Factor(name, sampler), sampler.StepSize);
        }
        var (expected, variance) = problem.Energy(covariance);
        var allowance = name == "layerwise" ? 0.01 : 0;
        AssertMean(traces, expected, allowance);
        AssertMean([.. traces.Select(t => t.Select(x => (x - expected) * (x - expected)).ToArray())], variance, 2 * allowance, enough: 0.08);
        // A law that is told apart from the target's own, where it is another one: else this test could not tell.
        if (SamplerCase.IsEuler(name)) Assert.True(expected > 1.03 * problem.Energy(problem.Precision.Inverse()).Mean, $"{expected}");
    }

    [Theory, MemberData(nameof(All))]
    public void At_nBeta_zero_it_samples_the_prior(string name)
    {
        var problem = new GaussianProblem(nBeta: 0, gamma: 9);
        using var sampler = SamplerCase.Create(name, problem);
        var trace = Trace(sampler, Steps(name, 12_000), _ => sampler.Target.PriorPotential(sampler.Position))[1000..];
        var covariance = SamplerCase.IsEuler(name) ? problem.Discretised(Factor(name, sampler), sampler.StepSize) : problem.Precision.Inverse();
        AssertMean([trace], problem.Gamma / 2 * covariance.Trace(), 0);
    }

    // At zero temperature the step is w − (ε/2)·P·∇U. What is left of the noise is √ε ~ 1e-6, a rounding of w 1e-7, and of the gradient 1e-6 of its size.
    [Theory, MemberData(nameof(Euler))]
    public void Without_noise_a_step_is_gradient_descent_in_the_metric(string name)
    {
        var problem = new GaussianProblem(nBeta: 1e12, gamma: 1e11);
        using var sampler = SamplerCase.Create(name, problem);
        float[] start = [.. problem.Objective.Center.ToArray().Select((v, i) => v + (0.3f * MathF.Sin(i + 1)))];
        sampler.MoveTo(start);
        sampler.Step(0);
        var factor = Factor(name, sampler);
        var away = Vector<double>.Build.Dense([.. start.Select((v, i) => (double)v - problem.Objective.Center[i])]);
        var move = -sampler.StepSize / 2 * (factor * (factor.Transpose() * (problem.Precision * away)));
        Assert.True(move.AbsoluteMaximum() > 0.01);
        for (var i = 0; i < start.Length; i++) Assert.Equal(start[i] + move[i], sampler.Position[i], 2e-5);
    }

    // K = w₁⁴ + w₂⁴: λ = ½ and nβΔL ~ Gamma(½, 1) at any nβ, mean and variance ½.
    [Theory]
    [InlineData("mala", 0.004)]
    [InlineData("hmc", 0.06)]
    [InlineData("slice", 1)]
    public void Exact_samplers_have_one_half_on_a_bowl_of_fourth_powers(string name, double stepSize)
    {
        var objective = new PolynomialObjective([new(1, 4, 0), new(1, 0, 4)], new float[2], 1000);
        var target = new Target(objective, ParameterSelection.All(objective.Blocks), nBeta: 1000, gamma: 0);
        double[][] traces = [.. Enumerable.Range(0, 2).Select(chain =>
        {
            using var sampler = SamplerCase.Create(name, target, objective, 1, stepSize, 3, chain);
            return Trace(sampler, Steps(name, 60_000), s => s.Excess)[1000..];
        })];
        AssertMean(traces, 0.5, 0);
        AssertMean([.. traces.Select(t => t.Select(x => (x - 0.5) * (x - 0.5)).ToArray())], 0.5, 0, enough: 0.1);
    }

    // K = w¹⁶: λ = 1/16 and nβΔL ~ Gamma(1/16, 1), most of it next to nothing, the rest at walls as steep as the sixteenth power: E exp(−nβΔL) = 2^(−1/16) as well.
    [Fact]
    public void Slices_have_one_sixteenth_on_a_sixteenth_power()
    {
        var objective = new PolynomialObjective([new(1, 16)], new float[1], 1000);
        var target = new Target(objective, ParameterSelection.All(objective.Blocks), nBeta: 1000, gamma: 0);
        double[][] traces = [.. Enumerable.Range(0, 2).Select(chain =>
        {
            using var sampler = SamplerCase.Create("slice", target, objective, 1, 1, 3, chain);
            return Trace(sampler, 100_000, s => s.Excess)[1000..];
        })];
        AssertMean(traces, 1.0 / 16, 0);
        AssertMean([.. traces.Select(t => t.Select(x => Math.Exp(-x)).ToArray())], Math.Pow(2, -1.0 / 16), 0);
    }

    // Two wells with a hill of four temperatures between them, which levels rise above now and then. E K by quadrature on a grid of 2·10⁵ points.
    [Fact]
    public void Slices_go_from_well_to_well()
    {
        PolynomialTerm[] terms = [new(1, 4), new(-2, 2), new(1, 0), new(0.05, 1)];
        var objective = new PolynomialObjective(terms, [1f], 1000);
        var target = new Target(objective, ParameterSelection.All(objective.Blocks), nBeta: 4, gamma: 0.01);
        double mass = 0, sum = 0;
        for (var i = 0; i < 200_000; i++)
        {
            var x = -3 + (6 * (i + 0.5) / 200_000);
            var excess = 4 * (Math.Pow((x * x) - 1, 2) + (0.05 * x) - 0.05);
            var density = Math.Exp(-excess - (0.005 * (x - 1) * (x - 1)));
            (mass, sum) = (mass + density, sum + (density * excess));
        }
        double[][] traces = [.. Enumerable.Range(0, 2).Select(chain =>
        {
            using var sampler = SamplerCase.Create("slice", target, objective, 1, 1, 5, chain);
            return Trace(sampler, 60_000, s => s.Excess)[1000..];
        })];
        var mean = MonteCarloMean.Of(traces);
        Assert.InRange(mean.Mean, (sum / mass) - (4 * mean.StandardError), (sum / mass) + (4 * mean.StandardError));
        Assert.True(mean.StandardError < 0.05, $"{mean.StandardError}");
    }

    // No loss and no localisation: the law within walls is uniform, E x² = r²/3, E x⁴ = r⁴/5 around w*.
    [Theory]
    [InlineData("sgld", 0.8)]
    [InlineData("sgld by hand", 1.6)]
    [InlineData("mala", 0.8)]
    [InlineData("hmc", 0.2)]
    [InlineData("sgnht", 0.5)]
    [InlineData("slice", 1)]
    public void Walls_keep_the_uniform_law(string name, double stepSize)
    {
        const double box = 1.5;
        var objective = new PolynomialObjective([], [0.25f, -1, 2], 1000);
        var target = new Target(objective, ParameterSelection.All(objective.Blocks), 1, 0) { Box = box };
        using var sampler = SamplerCase.Create(name, target, objective, 1, stepSize, 3, 0);
        double[] second = new double[40_000], fourth = new double[40_000];
        for (var step = 0; step < second.Length; step++)
        {
            sampler.Step(step);
            for (var i = 0; i < 3; i++)
            {
                var x = Math.Abs(sampler.Position[i] - (double)objective.Center[i]) / box;
                Assert.InRange(x, 0, 1 + 1e-6);
                second[step] += x * x / 3;
                fourth[step] += x * x * x * x / 3;
            }
        }
        AssertMean([second], 1.0 / 3, 0);
        AssertMean([fourth], 1.0 / 5, 0);
    }

    [Theory]
    [InlineData("mala")]
    [InlineData("hmc")]
    public void A_proposal_without_a_finite_loss_is_rejected(string name)
    {
        var objective = new PolynomialObjective([new(1, 40)], [0f], 1000);
        var target = new Target(objective, ParameterSelection.All(objective.Blocks), 1, 0);
        using var sampler = SamplerCase.Create(name, target, objective, 1, 1e20, 3, 0);
        for (var step = 0; step < 20; step++) Assert.Equal(new Transition(0, 0), sampler.Step(step));
        Assert.Equal(0, sampler.Position[0]);
    }

    // The two rows of acceptances worked out by hand, given as (w, ∇U, U) → (w', ∇U', U').
    [Theory]
    [InlineData(new[] { 0f, 0 }, new[] { 0f, 0 }, 0.0, new[] { 1.5f, 5.5f }, new[] { 1.5f, 5.5f }, 16.25, 0.1, 0.6661436)]
    [InlineData(new[] { 1f, 1 }, new[] { 1f, 1 }, 1.0, new[] { 1.5f, 0.5f }, new[] { 1.5f, 0.5f }, 1.25, 0.5, 0.9692332)]
    public void Acceptance_equals_the_hand_computed_one(float[] w, float[] gradient, double u, float[] v, float[] newGradient, double newU, double step, double expected)
    {
        var objective = new PolynomialObjective([], w, 1000);
        float[] move = [.. v.Zip(w, (a, b) => a - b)];
        var ratio = WhitenedSampler.LogRatio(ParameterSelection.All(objective.Blocks), step, move, u, gradient, newU, newGradient);
        Assert.Equal(expected, Math.Exp(Math.Min(0, ratio)), 5e-8);
    }

    // A transition of HMC takes as many gradients as its trajectory has steps, and its draws hardly depend on each other.
    private static int Steps(string name, int others) => name.StartsWith("hmc", StringComparison.Ordinal) ? others / 4 : others;

    private static Matrix<double> Factor(string name, Sampler sampler) => sampler is WhitenedSampler { Metric: var metric }
        ? GaussianProblem.Factor(metric)
        : Matrix<double>.Build.DenseIdentity(sampler.Position.Length);

    private static double[] Trace(Sampler sampler, int steps, Func<Transition, double> value)
    {
        var trace = new double[steps];
        for (var step = 0; step < steps; step++) trace[step] = value(sampler.Step(step));
        return trace;
    }

    private static void AssertMean(double[][] traces, double expected, double allowance, double enough = 0.03)
    {
        var mean = MonteCarloMean.Of(traces);
        var tolerance = (4 * mean.StandardError) + (allowance * expected);
        Assert.InRange(mean.Mean, expected - tolerance, expected + tolerance);
        Assert.True(mean.StandardError < enough * expected, $"the error {mean.StandardError} is too large to tell");
    }
}
