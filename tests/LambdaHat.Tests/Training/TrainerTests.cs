using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;
using LambdaHat.Tests.Data;
using LambdaHat.Training;

namespace LambdaHat.Tests.Training;

public class TrainerTests
{
    private static readonly Network s_line = new(new Dense(1, 1));

    [Fact]
    public void Full_batch_steps_are_gradient_descent()
    {
        // y = wx + b on (0, 1), (1, 3), (2, 5), mean squared error: gradients by hand, in float64.
        ArrayDataSet data = new([0, 1, 2], 1, [1, 3, 5], 1);
        double w = 0.5, b = -0.25;
        for (var step = 0; step < 20; step++)
        {
            double[] errors = [b - 1, w + b - 3, (2 * w) + b - 5];
            (w, b) = (w - (0.1 * 2 / 3 * (errors[1] + (2 * errors[2]))), b - (0.1 * 2 / 3 * errors.Sum()));
        }
        var result = new Trainer(s_line, SquaredError.Mean, new TrainingOptions { Epochs = 20, BatchSize = null })
            .Run([0.5f, -0.25f], new Sgd(2, 0.1), data);
        // 20 steps whose values stay below 8 and are rounded about ten times each.
        Assert.Equal(w, result.Parameters[0], 20 * 10 * 8 / 16777216.0);
        Assert.Equal(b, result.Parameters[1], 20 * 10 * 8 / 16777216.0);
        var loss = new[] { (0.0, 1.0), (1, 3), (2, 5) }.Average(p => Math.Pow((result.Parameters[0] * p.Item1) + result.Parameters[1] - p.Item2, 2));
        Assert.Equal(loss, result.Final.TrainLoss, 1e-5 * loss);
    }

    [Fact]
    public void An_epoch_shows_every_sample_once_in_an_order_of_its_own()
    {
        var first = Orders(seed: 1);
        Assert.All(first, order => Assert.Equal(Enumerable.Range(0, 10), order.Order()));
        Assert.Equal(3, first.Select(order => string.Join(' ', order)).Distinct().Count());
        Assert.Equal(first, Orders(seed: 1));
        Assert.NotEqual(first, Orders(seed: 2));

        static int[][] Orders(ulong seed)
        {
            var data = new RecordingDataSet(10);
            new Trainer(s_line, SquaredError.Mean, new TrainingOptions { Epochs = 3, BatchSize = 4, EvaluateEvery = 3, Seed = seed }).Run([0, 0], new Sgd(2, 0), data);
            Assert.Equal([4, 4, 2, 4, 4, 2, 4, 4, 2], data.Reads.Take(9).Select(read => read.Length));
            return [.. data.Reads.Take(9).Chunk(3).Select(reads => reads.SelectMany(read => read).ToArray())];
        }
    }

    [Fact]
    public void Every_place_of_an_epoch_is_as_likely_for_every_sample()
    {
        var data = new RecordingDataSet(8);
        const int epochs = 4000;
        new Trainer(s_line, SquaredError.Mean, new TrainingOptions { Epochs = epochs, BatchSize = 2, EvaluateEvery = epochs }).Run([0, 0], new Sgd(2, 0), data);
        var counts = new int[8, 8];
        var reads = data.Reads.Take(4 * epochs).SelectMany(read => read).ToArray();
        for (var i = 0; i < reads.Length; i++) counts[i % 8, reads[i]]++;
        // Binomial with p = 1/8; five standard errors, for 64 cells.
        Assert.All(counts.Cast<int>(), count => Assert.Equal(epochs / 8.0, count, 5 * Math.Sqrt(epochs * (1 / 8.0) * (7 / 8.0))));
    }

    [Fact]
    public void Batches_larger_than_a_chunk_give_the_gradient_of_the_whole()
    {
        var random = new Random(4);
        ArrayDataSet data = new([.. Enumerable.Range(0, 2 * 9000).Select(_ => random.NextSingle() - 0.5f)], 2, [.. Enumerable.Range(0, 9000).Select(_ => random.NextSingle())], 1);
        Network network = new(new Dense(2, 3), new Tanh(3), new Dense(3, 1));
        var start = Initialisation.Draw(network, InitialisationScheme.PyTorch, 1);
        var result = new Trainer(network, SquaredError.Sum, new TrainingOptions { Steps = 1, BatchSize = null }).Run(start, new Sgd(network.Dimension, 1), data);

        var expected = CentralDifferences(network, data, start);
        for (var i = 0; i < start.Length; i++) Assert.Equal(expected[i], start[i] - result.Parameters[i], 2e-5);
    }

    [Fact]
    public void Checkpoints_come_at_their_steps_and_hold_the_parameters()
    {
        ArrayDataSet data = new([0, 1, 2], 1, [1, 3, 5], 1);
        var kept = new SortedDictionary<long, float[]>();
        TrainingOptions options = new() { Steps = 10, BatchSize = 1, Checkpoints = 3, Seed = 5 };
        var result = new Trainer(s_line, SquaredError.Mean, options).Run([0, 0], new Sgd(2, 0.05), data, checkpoint: (step, w) => kept.Add(step, w.ToArray()));

        Assert.Equal([0, 5, 10], kept.Keys);
        Assert.Equal([0f, 0f], kept[0]);
        Assert.Equal(result.Parameters, kept[10]);
        var half = new Trainer(s_line, SquaredError.Mean, options with { Steps = 5 }).Run([0, 0], new Sgd(2, 0.05), data);
        Assert.Equal(half.Parameters, kept[5]);
    }

    [Fact]
    public void The_learning_rate_falls_geometrically_to_the_fraction_asked_for()
    {
        // With a constant derivative −1 the parameter sums the rates: η(1 + f^½ + f) over three steps.
        ArrayDataSet data = new([1], 1, [1e6f], 1);
        Network network = new(new Dense(1, 1, bias: false));
        var result = new Trainer(network, SquaredError.Mean, new TrainingOptions { Steps = 3, BatchSize = null, FinalLearningRateFraction = 0.01 })
            .Run([0], new Adam(1, 1, beta1: 0), data);
        Assert.Equal(1.11, result.Parameters[0], 1e-4);
    }

    [Fact]
    public void Classifiers_report_accuracy_on_both_sets()
    {
        var random = new Random(9);
        ArrayDataSet train = Halves(200), test = Halves(100);
        Network network = new(new Dense(2, 8), new Gelu(8), new Dense(8, 2));
        var seen = new List<TrainingProgress>();
        var result = new Trainer(network, CrossEntropy.Instance, new TrainingOptions { Epochs = 40, BatchSize = 20, EvaluateEvery = 15 })
            .Run(Initialisation.Draw(network, InitialisationScheme.PyTorch, 1), new Adam(network.Dimension, 0.02), train, test, seen.Add);

        Assert.Equal([(15, 150L), (30, 300), (40, 400)], seen.Select(p => (p.Epoch, p.Step)));
        Assert.Equal(seen, result.History);
        Assert.Equal(1, result.Final.TrainAccuracy!.Value, 0.02);
        Assert.Equal(1, result.Final.TestAccuracy!.Value, 0.05);
        Assert.True(result.Final.TestLoss < 0.2);

        // The label says on which side of a line the point lies; points near the line are left out.
        ArrayDataSet Halves(int count)
        {
            var points = Enumerable.Repeat(0, int.MaxValue).Select(_ => (X: random.NextSingle() - 0.5f, Y: random.NextSingle() - 0.5f))
                .Where(p => Math.Abs(p.X + p.Y) > 0.1).Take(count).ToArray();
            return new ArrayDataSet([.. points.SelectMany(p => new[] { p.X, p.Y })], 2, [.. points.Select(p => p.X + p.Y > 0 ? 1f : 0f)], 1);
        }
    }

    [Fact]
    public void Divergence_is_told_with_the_learning_rate()
    {
        ArrayDataSet data = new([1, 2], 1, [1, 3], 1);
        var error = Assert.Throws<InvalidInputException>(() =>
            new Trainer(s_line, SquaredError.Mean, new TrainingOptions { Epochs = 1000 }).Run([0, 0], new Sgd(2, 1e3), data));
        Assert.StartsWith("training diverged", error.Message, StringComparison.Ordinal);
        Assert.Contains("below 1000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_that_do_not_fit_are_named()
    {
        Trainer trainer = new(s_line, SquaredError.Mean, new TrainingOptions());
        Assert.Contains("2 parameters, got 3", Message([0, 0, 0], new([1], 1, [1], 1)), StringComparison.Ordinal);
        Assert.Contains("a sample of the training data has 2", Message([0, 0], new([1, 1], 2, [1], 1)), StringComparison.Ordinal);
        Assert.Contains("the training data have 2", Message([0, 0], new([1], 1, [1, 1], 2)), StringComparison.Ordinal);
        Assert.Contains("the training data are empty", Message([0, 0], new([], 1, [], 1)), StringComparison.Ordinal);

        string Message(float[] w, ArrayDataSet data) => Assert.Throws<InvalidInputException>(() => trainer.Run(w, new Sgd(2, 0.1), data)).Message;
    }

    [Fact]
    public void A_cancelled_run_stops()
    {
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => new Trainer(s_line, SquaredError.Mean, new TrainingOptions { Epochs = 100 })
            .Run([0, 0], new Sgd(2, 0.1), new ArrayDataSet([1], 1, [1], 1), progress: _ => source.Cancel(), cancellation: source.Token));
    }

    // ∂L/∂w_i through FullPass in float64 sums; h = 2⁻⁶ balances h²/6 against the rounding of float32 outputs, 1e-7/h.
    [Fact]
    public void Interrupted_at_checkpoints_it_has_all_of_them_in_the_end()
    {
        using var folder = new TemporaryFolder();
        ArrayDataSet data = new([0, 1, 2, 3], 1, [1, 3, 5, 8], 1);
        var trainer = new Trainer(s_line, SquaredError.Mean, new TrainingOptions { Epochs = 50, BatchSize = 2, Checkpoints = 9, Seed = 3 });
        float[] start = [0.5f, -0.25f];
        var whole = new CheckpointRecord();
        trainer.Run(start, new Sgd(2, 0.01, 0.9), data, checkpoint: whole.Keep);
        Assert.Equal([0, 12, 25, 38, 50, 62, 75, 88, 100], whole.Steps);
        CheckpointRecord? ended = null;
        for (var stopAt = 3; ended is null; stopAt += 2)
        {
            using var source = new CancellationTokenSource();
            var kept = new CheckpointRecord();
            void Keep(long step, ReadOnlySpan<float> w)
            {
                kept.Keep(step, w);
                if (kept.Steps.Count == stopAt) source.Cancel();
            }

            var store = new StateStore(Path.Combine(folder.Path, "state.run"), []);
            if (stopAt < 9) Assert.Throws<OperationCanceledException>(() => trainer.Run(start, new Sgd(2, 0.01, 0.9), data, checkpoint: Keep, store: store, beside: kept.Section, cancellation: source.Token));
            else trainer.Run(start, new Sgd(2, 0.01, 0.9), data, checkpoint: Keep, store: store, beside: (ended = kept).Section, cancellation: source.Token);
        }
        Assert.Equal(whole.Steps, ended.Steps);
        Assert.All(Enumerable.Range(0, 9), c => Assert.Equal(whole.Parameters(c), ended.Parameters(c)));
    }

    private static double[] CentralDifferences(Network network, DataSet data, float[] w)
    {
        const float h = 1f / 256;
        return [.. Enumerable.Range(0, w.Length).Select(i => (At(i, h) - At(i, -h)) / (2.0 * h))];

        double At(int i, float shift)
        {
            var moved = (float[])w.Clone();
            moved[i] += shift;
            return FullPass.MeanLoss(network, SquaredError.Sum, data, moved);
        }
    }

    private sealed class RecordingDataSet(int count) : DataSet
    {
        public List<int[]> Reads { get; } = [];

        public override int Count => count;

        public override int InputSize => 1;

        public override int TargetSize => 1;

        public override void Read(ReadOnlySpan<int> indices, Matrix x, Matrix y)
        {
            Reads.Add(indices.ToArray());
            x.Fill(0);
            y.Fill(0);
        }
    }
}
