using LambdaHat.Data;
using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Networks;

namespace LambdaHat.Tests.Estimation;

/// <summary>Runs that find their own sampler, step size and length, against closed forms, the exact sampler and quadrature; and runs that are spoilt on purpose.</summary>
public sealed class OpenRunTests
{
    // A regular point: generic ranks. Flat directions move by 1/√1000 = 0.03 where weights are 0.4, so that λ_quad, over all samples, is exact to about the square of the ratio: 1 % allowed.
    [Theory]
    [InlineData("auto", "gibbs")]
    [InlineData("langevin", "langevin")]
    [InlineData("mala", "mala")]
    [InlineData("hmc", "hmc")]
    public void Linear_network_meets_the_curvature_at_a_regular_point(string asked, string got)
    {
        var objective = Linear([6, 5, 4], [5, 4]);
        var estimate = LearningCoefficient.Estimate(objective, new EstimationOptions { Sampler = asked, Gamma = 1000, Tolerance = 0.05, Threads = 2 });
        Assert.Equal(got, estimate.Options.Sampler);
        Assert.Equal(Verdict.Converged, estimate.Verdict);
        var expected = estimate.Evidence.Quadratic!.Value;
        // Half the Hessian's rank, b₁(a₁ − a₂) + b₂(a₂ − a₃) = 4·(6 − 5) + 4·5; γ takes a little.
        Assert.Equal(12, estimate.Evidence.Quadratic.HalfRank);
        Assert.InRange(expected, 11, 12);
        // The step size may leave half the tolerance.
        var allowed = (4 * estimate.StandardError) + ((asked == "langevin" ? 0.035 : 0.01) * expected);
        Assert.InRange(estimate.LambdaHat, expected - allowed, expected + allowed);
    }

    [Fact]
    public void General_path_agrees_with_the_exact_sampler_at_a_degenerate_point()
    {
        var objective = Linear([6, 8, 5], [2, 3]);
        var exact = LearningCoefficient.Estimate(objective, new EstimationOptions { Gamma = 1, Tolerance = 0.01, Threads = 2 });
        var general = LearningCoefficient.Estimate(objective, new EstimationOptions { Gamma = 1, Sampler = "langevin" });
        Assert.Equal((Verdict.Converged, Verdict.Converged), (exact.Verdict, general.Verdict));
        var error = Math.Sqrt(Math.Pow(exact.StandardError, 2) + Math.Pow(general.StandardError, 2));
        Assert.InRange(general.LambdaHat - exact.LambdaHat, (-4 * error) - (0.025 * exact.LambdaHat), (4 * error) + (0.025 * exact.LambdaHat));
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("langevin")]
    [InlineData("hmc")]
    public void The_result_does_not_depend_on_the_threads(string sampler)
    {
        var objective = Linear([5, 4, 3], [2, 2]);
        var options = new EstimationOptions { Sampler = sampler, Gamma = 1000, Tolerance = 0.2, Seed = 4 };
        var one = LearningCoefficient.Estimate(objective, options with { Threads = 1 });
        var three = LearningCoefficient.Estimate(objective, options with { Threads = 3 });
        Assert.Equal(one.Options.Steps, three.Options.Steps);
        Assert.Equal(one.LambdaHat, three.LambdaHat);
        Assert.Equal(one.Evidence.FunctionalVariance, three.Evidence.FunctionalVariance);
        Assert.Equal(one.Verdict, three.Verdict);
    }

    [Fact]
    public void A_spent_budget_is_said()
    {
        var estimate = LearningCoefficient.Estimate(Relu(), new EstimationOptions { MaxSteps = 600 });
        Assert.Equal(Verdict.NotEquilibrated, estimate.Verdict);
        Assert.Equal(600, estimate.Options.Steps);
        Assert.Contains(estimate.Reasons, r => r.Contains("budget", StringComparison.Ordinal));
    }

    // ε = 40 is ten times what is stable in any metric direction of curvature 1: chains leave, are put back, and go on with what holds.
    [Fact]
    public void Chains_that_leave_are_put_back_with_a_smaller_step()
    {
        var estimate = LearningCoefficient.Estimate(Relu(), new EstimationOptions { StepSize = 40, Tolerance = 0.1, Seed = 2, MaxSteps = 5000 });
        Assert.True(estimate.Evidence.Rollbacks > 0);
        Assert.True(estimate.Options.StepSize < 5, $"{estimate.Options.StepSize}");
        Assert.True(double.IsFinite(estimate.LambdaHat));
        Assert.Contains(estimate.Reasons, r => r.Contains("put back", StringComparison.Ordinal));
    }

    [Fact]
    public void A_point_off_the_minimum_is_no_minimum()
    {
        var (network, w) = ReluTeacher.Draw([6, 8, 4], 3);
        var data = RealisableData.Draw(network, w, 2000, 3);
        float[] moved = [.. w.Select((v, i) => v + (0.05f * MathF.Sin(17 * (i + 1))))];
        var estimate = LearningCoefficient.Estimate(new NetworkObjective(network, SquaredError.Mean, data, moved), new EstimationOptions { Tolerance = 0.1 });
        Assert.Equal(Verdict.NotAMinimum, estimate.Verdict);
    }

    [Fact]
    public void Too_strong_a_localisation_is_over_localised() =>
        Assert.Equal(Verdict.OverLocalised, LearningCoefficient.Estimate(Relu(), new EstimationOptions { Gamma = 1e9, Tolerance = 0.2, MaxSteps = 5000 }).Verdict);

    // K = w⁴ under localisation: E[nβK] by quadrature.
    [Fact]
    public void What_is_no_network_is_sampled_by_slices_and_meets_quadrature()
    {
        const double nBeta = 1000, gamma = 20;
        var expected = Quartic(nBeta, gamma);
        var objective = new PolynomialObjective([new(1, 4)], new float[1], 1000);
        var estimate = LearningCoefficient.Estimate(objective, new EstimationOptions { NBeta = nBeta, Gamma = gamma, Tolerance = 0.02 });
        Assert.Equal("slice", estimate.Options.Sampler);
        Assert.InRange(estimate.LambdaHat, expected - (4 * estimate.StandardError), expected + (4 * estimate.StandardError));
        Assert.InRange(estimate.StandardError, 1e-6, 0.02 * estimate.LambdaHat);
        Assert.Equal(double.NaN, estimate.Acceptance);
    }

    // The same landscape by quadrature. 20,000 steps leave 1,250 numbers at a stride of 16 in traces of at most 2,048; where nothing depends on the step size they are those of a run that keeps all.
    [Theory]
    [InlineData("slice")]
    [InlineData("mala")]
    public void A_run_longer_than_its_traces_is_right_and_says_their_stride(string sampler)
    {
        const double nBeta = 1000, gamma = 20;
        var objective = new PolynomialObjective([new(1, 4)], new float[1], 1000);
        var options = new EstimationOptions { Sampler = sampler, NBeta = nBeta, Gamma = gamma, Tolerance = 1e-4, MaxSteps = 20_000, Seed = 3 };
        var all = LearningCoefficient.Estimate(objective, options);
        var part = LearningCoefficient.Estimate(objective, options with { MostRecords = 2048, Threads = 1 });
        Assert.Equal((20_000, 1), (all.Options.Steps, all.Options.Thinning));
        Assert.Equal((20_000, 16), (part.Options.Steps, part.Options.Thinning));
        Assert.Equal(sampler == "mala" ? 16 : 0, part.Options.AcceptanceEvery);
        for (var i = 0; i < part.Chains.Count; i++)
        {
            Assert.Equal(all.Chains[i].Trace.Where((_, t) => t % 16 == 0), part.Chains[i].Trace);
            Assert.Equal(all.Chains[i].AcceptanceTrace.Where((_, t) => t % 16 == 0), part.Chains[i].AcceptanceTrace);
        }
        var kept = part.Chains.SelectMany(c => c.Trace.Where((_, i) => 16 * i >= part.Options.BurnInSteps)).ToArray();
        Assert.Equal(kept.Average(), part.LambdaHat, 1e-12);
        var expected = Quartic(nBeta, gamma);
        Assert.InRange(part.LambdaHat, expected - (4 * part.StandardError), expected + (4 * part.StandardError));
        // Far fewer draws than 40,000: an error above that of as many independent ones, of standard deviation at most λ̂'s root.
        Assert.InRange(part.StandardError, 0.1 * Math.Sqrt(expected / kept.Length), 0.05);
    }

    // (E₁ − E₂)/(1/β₁ − 1/β₂) with E_k = (1/β_k)·Σp_k/2 from the curvature at either temperature.
    [Fact]
    public void Two_temperatures_meet_their_closed_form()
    {
        var objective = Linear([6, 5, 4], [5, 4]);
        var options = new EstimationOptions { Gamma = 50, Tolerance = 0.01 };
        var estimate = LearningCoefficient.Estimate(objective, options with { TwoTemperatures = true });
        var nBeta = estimate.Options.NBeta!.Value;
        var colder = LearningCoefficient.Estimate(objective, options with { NBeta = 1.5 * nBeta }).Evidence.Quadratic!.Value;
        var expected = ((estimate.Evidence.Quadratic!.Value / nBeta) - (colder / (1.5 * nBeta))) / ((1 / nBeta) - (1 / (1.5 * nBeta)));
        Assert.InRange(estimate.Evidence.TwoTemperatures, expected - (4 * estimate.Evidence.TwoTemperaturesError), expected + (4 * estimate.Evidence.TwoTemperaturesError));
        Assert.InRange(estimate.Evidence.TwoTemperaturesError, 0.01, 1);
    }

    // Scaling one layer by α and the next by 1/α changes no output: with localisation in units of every block's own scale λ̂ stays, with one γ for all it does not.
    [Fact]
    public void Relative_localisation_follows_a_rescaling_of_layers_and_plain_does_not()
    {
        double[] relative = new double[2], plain = new double[2], errors = new double[2];
        for (var k = 0; k < 2; k++)
        {
            var objective = Relu(alpha: k == 0 ? 1 : 100);
            var estimate = LearningCoefficient.Estimate(objective, new EstimationOptions { Localisation = "relative", Tolerance = 0.03 });
            Assert.Equal(Verdict.Converged, estimate.Verdict);
            (relative[k], errors[k]) = (estimate.LambdaHat, estimate.StandardError);
            plain[k] = LearningCoefficient.Estimate(objective, new EstimationOptions { Gamma = 50, Tolerance = 0.1, MaxSteps = 600 }).Evidence.Quadratic!.Value;
        }
        var error = Math.Sqrt((errors[0] * errors[0]) + (errors[1] * errors[1]));
        Assert.InRange(relative[1] - relative[0], (-4 * error) - (0.03 * relative[0]), (4 * error) + (0.03 * relative[0]));
        Assert.True(Math.Abs(plain[1] / plain[0] - 1) > 0.2, $"{plain[0]} {plain[1]}");
    }

    // Biases of layer 1 grow with its weights, those of layer 2 stay while its weights shrink or grow: with γ of its own for each the metric follows, no chain is put back, and the draws are the same but for rounding.
    [Theory, InlineData(1e-3), InlineData(1e3)]
    public void In_relative_localisation_biases_move_with_their_own_scale(double alpha)
    {
        int[] widths = [10, 20, 10];
        LearningCoefficientEstimate Estimate(double factor)
        {
            var teacher = ReluTeacher.Draw(widths, 1);
            float[] w = [.. teacher.Parameters];
            foreach (var (block, by) in teacher.Network.Blocks.Zip((double[])[factor, factor, 1 / factor, 1]))
                foreach (ref var entry in block.In(w.AsSpan())) entry = (float)(entry * by);
            var objective = new NetworkObjective(teacher.Network, SquaredError.Mean, RealisableData.Draw(teacher.Network, teacher.Parameters, 2000, 1), w);
            return LearningCoefficient.Estimate(objective, new EstimationOptions { Localisation = "relative", Seed = 1 });
        }
        var (own, scaled) = (Estimate(1), Estimate(alpha));
        Assert.Equal((Verdict.Converged, Verdict.Converged, 0, 0), (own.Verdict, scaled.Verdict, own.Evidence.Rollbacks, scaled.Evidence.Rollbacks));
        Assert.Equal(own.Options.StepSize, scaled.Options.StepSize);
        Assert.Equal(own.LambdaHat, scaled.LambdaHat, 3 * own.StandardError);
    }

    private static double Quartic(double nBeta, double gamma)
    {
        double weight = 0, sum = 0;
        for (var w = -2.0; w <= 2; w += 1e-4)
        {
            var density = Math.Exp(-(nBeta * Math.Pow(w, 4)) - (gamma / 2 * w * w));
            (weight, sum) = (weight + density, sum + (density * nBeta * Math.Pow(w, 4)));
        }
        return sum / weight;
    }

    [Fact]
    public void Gibbs_refuses_a_preconditioner_and_says_what_takes_one()
    {
        var options = new EstimationOptions { Preconditioner = [new BlockScale("*", 2)] };
        var problem = Assert.Throws<InvalidInputException>(() => LearningCoefficient.Estimate(Linear([4, 3], [3]), options));
        Assert.Contains("sgld, mala, hmc and sgnht, got gibbs", problem.Message, StringComparison.Ordinal);
        // The curvature of a linear network is over all its samples, whatever stands for them.
        Assert.Equal(100_000, LearningCoefficient.Estimate(Linear([4, 3], [3]), new EstimationOptions { Tolerance = 0.5 }).Evidence.Quadratic!.Samples);
    }

    private static NetworkObjective Linear(int[] widths, int[] ranks)
    {
        var teacher = DeepLinearTeacher.Draw(widths, ranks, 1);
        var data = new TeacherDataSet(teacher.Product(), widths[^1], widths[0], 100_000, 1);
        return new NetworkObjective(teacher.Network, SquaredError.Mean, data, teacher.Parameters);
    }

    private static NetworkObjective Relu(float alpha = 1)
    {
        var (network, w) = ReluTeacher.Draw([6, 8, 4], 3);
        var data = RealisableData.Draw(network, w, 2000, 3);
        for (var b = 0; b < network.Blocks.Count; b++)
        {
            // The first layer and its bias by α, the second layer's matrix by 1/α; its bias stays.
            var factor = b < 2 ? alpha : network.Blocks[b].Shape.Length == 2 ? 1 / alpha : 1;
            foreach (ref var v in w.AsSpan(network.Blocks[b].Offset, network.Blocks[b].Size)) v *= factor;
        }
        return new NetworkObjective(network, SquaredError.Mean, data, w);
    }
}
