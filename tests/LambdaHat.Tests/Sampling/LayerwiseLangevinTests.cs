using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;
using LambdaHat.Preconditioning;
using LambdaHat.Sampling;

namespace LambdaHat.Tests.Sampling;

/// <summary>Layerwise Langevin dynamics on minibatches against the exact sampler of linear networks, degenerate points included, and against its own algebra.</summary>
public sealed class LayerwiseLangevinTests
{
    private const int Samples = 100_000;
    private const double StepSize = 0.64;

    // Two independent computations of the same expectation, so the tolerance is three of their joint errors; one percent more for what gradient noise and the finite step leave.
    [Theory]
    [InlineData(new[] { 10, 20, 15, 12 }, new[] { 10, 11, 12 }, 1.0)]
    [InlineData(new[] { 10, 20, 15, 12 }, new[] { 10, 1, 12 }, 1.0)]
    [InlineData(new[] { 10, 14, 12, 9 }, new[] { 10, 0, 9 }, 1.0)]
    [InlineData(new[] { 10, 20, 15, 12 }, new[] { 10, 1, 12 }, 100.0)]
    public void It_agrees_with_Gibbs_sampling(int[] widths, int[] ranks, double gamma)
    {
        var (teacher, data) = Teacher(widths, ranks);
        using (data)
        {
            var nBeta = Samples / Math.Log(Samples);
            var exact = new LinearNetworkObjective(teacher.Network, SquaredError.Mean, data, teacher.Parameters);
            var gibbs = MonteCarloMean.Of([.. Enumerable.Range(0, 2).Select(chain => Sweeps(exact, nBeta, gamma, chain))]);
            var objective = new NetworkObjective(teacher.Network, SquaredError.Mean, data, teacher.Parameters);
            var layerwise = MonteCarloMean.Of([.. Enumerable.Range(0, 2).Select(chain => Run(objective, nBeta, gamma, chain, sweeps: 200)[50..])]);
            var error = Math.Sqrt((gibbs.StandardError * gibbs.StandardError) + (layerwise.StandardError * layerwise.StandardError));
            Assert.InRange(layerwise.Mean - gibbs.Mean, -(3 * error) - (0.01 * gibbs.Mean), (3 * error) + (0.01 * gibbs.Mean));
            Assert.True(error < 0.02 * gibbs.Mean, $"the error {error} is too large to tell");
        }
    }

    // At γ = 1 the flat weights of seven matrices make outputs 10⁶ times the accuracy that the loss asks for: in float32 λ̂ is a fifth too high here.
    [Fact]
    public void It_agrees_with_Gibbs_sampling_where_float32_does_not_suffice()
    {
        var (teacher, data) = Teacher([12, 39, 73, 33, 30, 75, 42, 28], [10, 31, 33, 30, 30, 34, 28]);
        using (data)
        {
            var nBeta = Samples / Math.Log(Samples);
            var gibbs = MonteCarloMean.Of([Sweeps(new LinearNetworkObjective(teacher.Network, SquaredError.Mean, data, teacher.Parameters), nBeta, 1, 0)[..200]]);
            var objective = new NetworkObjective(teacher.Network, SquaredError.Mean, data, teacher.Parameters);
            var layerwise = MonteCarloMean.Of([Run(objective, nBeta, 1, 0, sweeps: 80)[24..]]);
            var error = Math.Sqrt((gibbs.StandardError * gibbs.StandardError) + (layerwise.StandardError * layerwise.StandardError));
            Assert.InRange(layerwise.Mean - gibbs.Mean, -(3 * error) - (0.01 * gibbs.Mean), (3 * error) + (0.01 * gibbs.Mean));
            Assert.True(error < 0.02 * gibbs.Mean, $"the error {error} is too large to tell");
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_chain_and_another_chain_another()
    {
        var (teacher, data) = Teacher([6, 7, 5], [6, 5]);
        using (data)
        {
            var objective = new NetworkObjective(teacher.Network, SquaredError.Mean, data, teacher.Parameters);
            var first = Run(objective, 1000, 1, chain: 0, sweeps: 8);
            Assert.Equal(first, Run(objective, 1000, 1, chain: 0, sweeps: 8));
            Assert.NotEqual(first, Run(objective, 1000, 1, chain: 1, sweeps: 8));
        }
    }

    // Without data the prior alone: Σ (γ/2)‖w − w*‖² is a sum of d squares of standard normals, halved; mean d/2.
    [Fact]
    public void At_nBeta_zero_it_samples_the_prior()
    {
        const double gamma = 4;
        var (teacher, data) = Teacher([6, 7, 5], [6, 5]);
        using (data)
        {
            var objective = new NetworkObjective(teacher.Network, SquaredError.Mean, data, teacher.Parameters);
            using var sampler = Sampler(objective, 0, gamma, 0);
            var draws = new double[600];
            for (var step = 0; step < draws.Length; step++)
            {
                sampler.Step(step);
                draws[step] = sampler.Target.PriorPotential(sampler.Position);
            }
            var mean = MonteCarloMean.Of([draws[20..]]);
            Assert.InRange(mean.Mean, (objective.Dimension / 2.0) - (4 * mean.StandardError), (objective.Dimension / 2.0) + (4 * mean.StandardError));
        }
    }

    // One layer, squared error: the curvature is exactly (2/k)·Σ_xx for every output, so the metric's precision is known.
    [Fact]
    public void The_metric_of_one_dense_layer_is_its_exact_curvature()
    {
        var (teacher, data) = Teacher([3, 2], [2]);
        using (data)
        {
            var objective = new NetworkObjective(teacher.Network, SquaredError.Mean, data, teacher.Parameters);
            using var factors = new KroneckerFactors(objective, ParameterSelection.All(objective.Blocks), 4096);
            factors.Begin(objective.Center, 1, 0, 0);
            factors.MeasureInputs(0);
            var layer = factors.Layers[0];
            layer.Localise(_ => 0.5);
            layer.Decompose(nBeta: 10, c: 1, flatVariance: 0);
            // Inputs uniform on [−10, 10): Σ_xx ≈ (100/3)·I; outputs 2: S = (2/2)·I. Entries of both factors over 4,096 samples are within 10 % (five standard errors).
            var precision = 10 * (100.0 / 3) + 0.5;
            foreach (var scale in layer.Block.Scale) Assert.InRange(1 / (scale * scale), precision * 0.8, precision * 1.2);
            Assert.InRange(layer.Quadratic, 2.98, 3);
        }
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void The_basis_of_a_block_is_orthogonal(bool weight, bool bias)
    {
        const int rows = 4, inputs = 5;
        var columns = (weight ? inputs : 0) + (bias ? 1 : 0);
        using var block = new KroneckerBlock(rows, columns, weight ? 0 : -1, bias ? rows * inputs : -1, rowBasis: true, columnBasis: columns > 1);
        Rotate(block.RowBasis, rows);
        if (columns > 1) Rotate(block.ColumnBasis, columns);
        var flat = new float[(rows * inputs) + rows];
        for (var i = 0; i < flat.Length; i++) flat[i] = MathF.Sin(i + 1);
        float[] basis = new float[block.Size], back = new float[flat.Length];
        using var product = new MatrixProduct();
        block.ToBasis(flat, basis, product);
        block.FromBasis(basis, back, product);
        for (var i = 0; i < flat.Length; i++)
        {
            var covered = i < rows * inputs ? weight : bias;
            // A handful of roundings of numbers up to 1.
            Assert.Equal(covered ? flat[i] : 0, back[i], 1e-5);
        }
        Assert.NotEqual(flat.AsSpan(weight ? 0 : rows * inputs, 4).ToArray(), basis[..4]);
    }

    [Fact]
    public void A_chain_that_diverges_goes_back_with_half_the_step_where_it_may()
    {
        var objective = new PolynomialObjective([new(1, 2)], [0f], 1000);
        var sampled = ParameterSelection.All(objective.Blocks);
        var target = new Target(objective, sampled, 100, 0);
        Chain Create(int rollbacks) => new(new SgldSampler(target, objective.CreateEvaluator(1, sampled), [1.0], 0.1, 0, 1, 0), new ChainOptions { AcceptanceEvery = 0, MostRollbacks = rollbacks });
        using var lost = Create(0);
        lost.Run(3000, null, default);
        Assert.NotNull(lost.DivergedAt);
        // Stable below ε·s = 4, s = 2nβ = 200: after three halvings of 0.1.
        using var saved = Create(10);
        saved.Run(3000, null, default);
        Assert.Null(saved.DivergedAt);
        Assert.Equal(3, saved.Rollbacks.Count);
        Assert.Equal(0.0125, saved.Sampler.StepSize, 1e-12);
    }

    private static void Rotate(Span<float> basis, int n)
    {
        // A product of plane rotations of the identity.
        for (var i = 0; i + 1 < n; i++)
        {
            var (c, s) = (MathF.Cos(i + 1), MathF.Sin(i + 1));
            for (var j = 0; j < n; j++)
            {
                var (a, b) = (basis[(i * n) + j], basis[((i + 1) * n) + j]);
                (basis[(i * n) + j], basis[((i + 1) * n) + j]) = ((c * a) - (s * b), (s * a) + (c * b));
            }
        }
    }

    private static (DeepLinearTeacher Teacher, TeacherDataSet Data) Teacher(int[] widths, int[] ranks)
    {
        var teacher = DeepLinearTeacher.Draw(widths, ranks, 3);
        return (teacher, new TeacherDataSet(teacher.Product(), widths[^1], widths[0], Samples, 3));
    }

    private static double[] Sweeps(LinearNetworkObjective objective, double nBeta, double gamma, int chain)
    {
        var gibbs = new GibbsByLayers(objective, nBeta, [.. objective.Blocks.Select(_ => gamma)], 11, chain);
        return [.. Enumerable.Range(0, 600).Select(step => gibbs.Sweep(step)).Skip(100)];
    }

    private static double[] Run(NetworkObjective objective, double nBeta, double gamma, int chain, int sweeps)
    {
        using var loop = new Chain(Sampler(objective, nBeta, gamma, chain), new ChainOptions { AcceptanceEvery = 0 });
        loop.Run(sweeps, null, default);
        Assert.Null(loop.DivergedAt);
        return [.. loop.Trace];
    }

    private static LayerwiseLangevin Sampler(NetworkObjective objective, double nBeta, double gamma, int chain)
    {
        var sampled = ParameterSelection.All(objective.Blocks);
        return new(new Target(objective, sampled, nBeta, gamma), new LinearFactors(objective, sampled, 1024), 500, new LayerwiseOptions(), StepSize, 5, chain);
    }
}
