using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Training;

/// <summary>
/// Minimises the mean loss of a network over training data: epochs of minibatches without replacement, in an order that depends on the
/// seed and the epoch alone. A step allocates nothing; the result does not depend on the number of threads.
/// </summary>
public sealed class Trainer(Network network, Loss loss, TrainingOptions options, WorkTeam? team = null)
{
    /// <summary>Trains from <paramref name="start"/>, which is left as it is. The state of <paramref name="optimizer"/> is used up.</summary>
    /// <param name="start">The first parameters, of the network's dimension.</param>
    /// <param name="optimizer">Makes the steps; its learning rate is that of the first.</param>
    /// <param name="train">The training data.</param>
    /// <param name="test">Data to evaluate on besides, or null.</param>
    /// <param name="progress">Called after every evaluation.</param>
    /// <param name="checkpoint">Called at the steps of the schedule that the options describe.</param>
    /// <param name="store">Keeps the state of the run, from which it goes on with the same bits where there is one; null keeps none. The caller deletes it once the result is safe.</param>
    /// <param name="beside">What the store keeps besides, as what the checkpoints were written into.</param>
    /// <param name="cancellation">Looked at before every step; with a store the state is saved.</param>
    /// <exception cref="InvalidInputException">The data do not fit the network or the loss, or the loss ceased to be finite.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public TrainingResult Run(ReadOnlySpan<float> start, Optimizer optimizer, DataSet train, DataSet? test = null,
        Action<TrainingProgress>? progress = null, CheckpointHandler? checkpoint = null, StateStore? store = null, StateSection? beside = null, CancellationToken cancellation = default)
    {
        DataFit.Check(network, loss, train, start.Length, "the training data");
        if (test is not null) DataFit.Check(network, loss, test, start.Length, "the test data");
        var total = options.TotalSteps(train.Count);
        var perEpoch = options.StepsPerEpoch(train.Count);
        var batchSize = Math.Min(options.BatchSize ?? train.Count, train.Count);
        var firstRate = optimizer.LearningRate;
        var due = new Queue<long>(CheckpointSchedule.Create(options.CheckpointSpacing, total, checkpoint is null ? 0 : options.Checkpoints).Steps);
        var history = new List<TrainingProgress>();

        float[] w = start.ToArray(), gradient = new float[w.Length];
        var order = new int[train.Count];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        var words = new uint[perEpoch > 1 ? order.Length : 0];
        using var minibatch = new MinibatchGradient(network, loss, train, batchSize, team);
        var (step, shuffled) = (0L, -1L);
        StateSection[] state = beside is { } more ? [new("training", Transfer), more] : [new("training", Transfer)];
        if (store?.Load() is { } saved)
        {
            saved.Read(state);
            while (due.TryPeek(out var kept) && kept <= step) due.Dequeue();
        }
        else Keep(0);
        while (step < total)
        {
            var (epoch, place) = Math.DivRem(step, perEpoch);
            if (epoch != shuffled && perEpoch > 1) Shuffle(order, words, shuffled = epoch);
            if (store is not null && (cancellation.IsCancellationRequested || store.Left == TimeSpan.Zero)) store.Save(state);
            cancellation.ThrowIfCancellationRequested();
            var first = (int)place * batchSize;
            var value = minibatch.Evaluate(w, order.AsSpan(first, Math.Min(batchSize, order.Length - first)), gradient);
            if (!double.IsFinite(value))
                throw new InvalidInputException($"training diverged: the loss of a minibatch is {value} after {step} steps; expected a finite loss, which a learning rate below {firstRate} may keep");
            optimizer.LearningRate = firstRate * Math.Pow(options.FinalLearningRateFraction, total > 1 ? step / (total - 1.0) : 0);
            optimizer.Step(w, gradient);
            step++;
            Keep(step);
            if (step < total && (step % perEpoch != 0 || step / perEpoch % options.EvaluateEvery != 0)) continue;
            history.Add(Evaluate((int)epoch + 1, step, total, w, train, test));
            progress?.Invoke(history[^1]);
        }
        return new TrainingResult(w, history);

        void Transfer(StateTransfer to)
        {
            step = to.Value(step);
            to.Values(w.AsSpan());
            optimizer.Transfer(to);
            var count = to.Value(history.Count);
            for (var i = 0; i < count; i++)
            {
                var old = i < history.Count ? history[i] : new TrainingProgress(0, 0, 0, 0, null, null, null);
                var here = new TrainingProgress(to.Value(old.Epoch), to.Value(old.Step), to.Value(old.TotalSteps), to.Value(old.TrainLoss), to.Value(old.TrainAccuracy), to.Value(old.TestLoss), to.Value(old.TestAccuracy));
                if (to.IsReading) history.Add(here);
            }
        }

        void Keep(long step)
        {
            if (!due.TryPeek(out var next) || next != step) return;
            due.Dequeue();
            checkpoint!(step, w);
        }
    }

    private void Shuffle(int[] order, uint[] words, long epoch)
    {
        // Fisher and Yates: position i changes places with one of the positions up to i. Every epoch starts from the natural order.
        new RandomStream(options.Seed, RandomPurpose.Shuffle, 0, epoch).Fill(words);
        for (var i = 0; i < order.Length; i++) order[i] = i;
        for (var i = order.Length - 1; i > 0; i--)
        {
            var j = (int)(((ulong)words[i] * (uint)(i + 1)) >> 32);
            (order[i], order[j]) = (order[j], order[i]);
        }
    }

    private TrainingProgress Evaluate(int epoch, long step, long total, float[] w, DataSet train, DataSet? test)
    {
        var classifies = loss is CrossEntropy;
        return new TrainingProgress(epoch, step, total,
            FullPass.MeanLoss(network, loss, train, w, team),
            classifies ? FullPass.Accuracy(network, train, w, team) : null,
            test is null ? null : FullPass.MeanLoss(network, loss, test, w, team),
            test is not null && classifies ? FullPass.Accuracy(network, test, w, team) : null);
    }
}
