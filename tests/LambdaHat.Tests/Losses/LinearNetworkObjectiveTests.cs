using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Tests.Losses;

public sealed class LinearNetworkObjectiveTests
{
    private static readonly int[] s_widths = [9, 6, 8, 5];

    // Rank of the inputs, samples, noise of the targets: full and deficient inputs, fewer samples than inputs, more than one chunk.
    public static TheoryData<int, int, double> Cases => new() { { 9, 300, 0 }, { 9, 300, 0.5 }, { 4, 300, 0.5 }, { 9, 6, 0.5 }, { 1, 1, 0.1 }, { 7, 5000, 3 } };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Loss_and_gradient_are_those_of_all_samples(int inputRank, int count, double noise)
    {
        var problem = new LinearRegressionData(s_widths, inputRank, count, noise, 7);
        foreach (var loss in (SquaredError[])[SquaredError.Mean, SquaredError.Sum])
        {
            var objective = new LinearNetworkObjective(problem.Network, loss, problem.Data, problem.Center);
            var explicitly = new NetworkObjective(problem.Network, loss, problem.Data, problem.Center);
            using var evaluator = objective.CreateEvaluator(3, ParameterSelection.All(objective.Blocks));
            using var reference = explicitly.CreateEvaluator(count, ParameterSelection.All(objective.Blocks));
            Assert.Equal((count, count), ((int)objective.SampleCount, evaluator.BatchSize));
            foreach (var distance in (double[])[0, 0.01, 1])
            {
                var move = LinearRegressionData.Normals(8, 0, objective.Dimension, distance);
                float[] w = [.. problem.Center.Zip(move, (c, m) => c + m)], gradient = new float[w.Length], expected = new float[w.Length];
                evaluator.SelectMinibatch(1, 0, 5);
                var value = evaluator.LossAndGradient(w, gradient);
                var known = reference.LossAndGradient(w, expected);
                // Both round outputs of size |y| to float32, through sums of up to 9 terms in each of 3 layers: 1e-6·|y| of difference in a
                // residual d, so 2|d|·1e-6|y| + (1e-6·|y|)² in the loss, and in the gradient 1e-6·|y|² beside the rounding of its own sums.
                var size = problem.Y.FrobeniusNorm() / Math.Sqrt(count);
                var tolerance = 1e-6 * size * ((2 * Math.Sqrt(known)) + (1e-6 * size));
                Assert.InRange(value, known - tolerance, known + tolerance);
                Assert.Equal(value, evaluator.Loss(w));
                var error = Math.Sqrt(Squares([.. gradient.Zip(expected, (a, b) => a - b)]));
                Assert.InRange(error, 0, (1e-5 * Math.Sqrt(Squares(expected))) + (1e-6 * size * size));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Centre_and_minimum_are_those_of_dense_float64(int inputRank, int count, double noise)
    {
        var problem = new LinearRegressionData(s_widths, inputRank, count, noise, 7);
        float[] elsewhere = [.. problem.Center.Select(c => 1.1f * c)];
        foreach (var center in (float[][])[problem.Center, elsewhere])
        {
            var objective = new LinearNetworkObjective(problem.Network, SquaredError.Mean, problem.Data, center);
            var known = problem.SquaredDistance(problem.Product(center)) / 5;
            var least = problem.SquaredDistance(problem.LeastSquares()) / 5;
            // Residuals are float32: 4e-7 of the targets' size s in each, whose square is what stays where the fit is exact.
            var size = problem.Y.FrobeniusNorm() / Math.Sqrt(count);
            var tolerance = 4e-7 * size * ((2 * Math.Sqrt(known)) + (4e-7 * size));
            Assert.InRange(objective.CenterLoss, known - tolerance, known + tolerance);
            Assert.InRange(objective.MinimumLoss, Math.Max(0, least - tolerance), least + tolerance);
        }
    }

    [Fact]
    public void The_behavioural_loss_needs_no_targets_and_is_zero_at_the_centre()
    {
        var problem = new LinearRegressionData(s_widths, 9, 300, 2, 7);
        var objective = new LinearNetworkObjective(problem.Network, SquaredError.Behavioural, problem.Data, problem.Center);
        var relabelled = new NetworkObjective(problem.Network, SquaredError.Behavioural, RealisableData.Relabel(problem.Network, problem.Center, problem.Data), problem.Center);
        Assert.Equal((0.0, 0.0), (objective.CenterLoss, objective.MinimumLoss));
        float[] w = [.. problem.Center.Select(c => 1.3f * c)];
        using var evaluator = objective.CreateEvaluator(10, ParameterSelection.All(objective.Blocks));
        using var reference = relabelled.CreateEvaluator(300, ParameterSelection.All(objective.Blocks));
        var known = reference.Loss(w);
        Assert.InRange(evaluator.Loss(w), known * (1 - 1e-5), known * (1 + 1e-5));
    }

    [Fact]
    public void Teacher_data_are_read_in_chunks_and_any_team_gives_the_same_bits()
    {
        var teacher = DeepLinearTeacher.Draw([12, 7, 5], null, 3);
        using var data = new TeacherDataSet(teacher.Product(), 5, 12, 9000, 3);
        using WorkTeam two = new(2), three = new(3);
        float[] w = [.. teacher.Parameters.Select(c => c + 0.01f)];
        var losses = ((WorkTeam?[])[null, two, three]).Select(team =>
        {
            var objective = new LinearNetworkObjective(teacher.Network, SquaredError.Mean, data, w, team);
            using var evaluator = objective.CreateEvaluator(1, ParameterSelection.All(objective.Blocks));
            return (evaluator.Loss(w), objective.CenterLoss);
        }).ToArray();
        Assert.Equal(losses[0], losses[1]);
        Assert.Equal(losses[0], losses[2]);
        var known = FullPass.MeanLoss(teacher.Network, SquaredError.Mean, data, w);
        Assert.InRange(losses[0].CenterLoss, known * (1 - 1e-5), known * (1 + 1e-5));
        // At the teacher nothing is left but the rounding of its product to float32: (2⁻²⁴·|y|)², |y|² < 12·100·‖M‖².
        Assert.InRange(new LinearNetworkObjective(teacher.Network, SquaredError.Mean, data, teacher.Parameters).CenterLoss, 0, 1e-11);
    }

    [Fact]
    public void Other_networks_and_losses_are_refused()
    {
        Network linear = new(new Dense(2, 3, bias: false), new Identity(3), new Dense(3, 1, bias: false)), biased = new(new Dense(2, 1)), bent = new(new Dense(2, 1, bias: false), new Relu(1));
        Assert.True(LinearNetworkObjective.Supports(linear, SquaredError.Sum));
        Assert.False(LinearNetworkObjective.Supports(linear, CrossEntropy.Instance));
        Assert.False(LinearNetworkObjective.Supports(biased, SquaredError.Sum));
        Assert.False(LinearNetworkObjective.Supports(bent, SquaredError.Sum));
        Assert.False(LinearNetworkObjective.Supports(new Network(new Identity(2)), SquaredError.Sum));
        var data = new ArrayDataSet([1, 2, 3, 4], 2, [1, 2], 1);
        Assert.Null(LinearNetworkObjective.Of(new NetworkObjective(bent, SquaredError.Sum, data, new float[2])));
        var network = new NetworkObjective(linear, SquaredError.Sum, data, new float[9]);
        var objective = LinearNetworkObjective.Of(network)!;
        // Made once.
        Assert.Same(objective, LinearNetworkObjective.Of(network));
        // At w = 0: the mean of the squared targets, and two samples in two dimensions are met exactly.
        Assert.Equal((2.5, 0.0), (objective.CenterLoss, objective.MinimumLoss), (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-12 && Math.Abs(a.Item2 - b.Item2) < 1e-12);
        Assert.Contains("9 parameters, got 3", Assert.Throws<InvalidInputException>(() => new LinearNetworkObjective(linear, SquaredError.Sum, data, new float[3])).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidInputException>(() => new LinearNetworkObjective(bent, SquaredError.Sum, data, new float[2]));
    }

    private static double Squares(float[] values) => values.Sum(v => (double)v * v);
}
