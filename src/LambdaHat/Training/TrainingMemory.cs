using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Training;

/// <summary>What a training will hold, in bytes, before it is made: vectors of all parameters and the numbers of a minibatch.</summary>
internal static class TrainingMemory
{
    /// <summary>The bytes of <paramref name="task"/> on <paramref name="samples"/> samples: first and present parameters, gradient, the optimiser's vectors; a sample's inputs, outputs and derivatives at every layer.</summary>
    public static long Of(TrainingTask task, int samples)
    {
        var network = task.Network;
        var optimizer = task.Optimizer.Kind == OptimizerKind.Sgd ? (task.Optimizer.Momentum > 0 ? 1 : 0) : 2;
        var batch = Math.Min(task.Options.BatchSize ?? samples, samples);
        // A batch of more samples than are worked through at a time has a gradient of its own.
        var vectors = 3 + optimizer + (batch > MinibatchGradient.ChunkSize ? 1 : 0);
        long chunk = Math.Min(batch, MinibatchGradient.ChunkSize);
        return NetworkPass.BytesOf(network, chunk) + (sizeof(float) * (((long)vectors * network.Dimension) + (network.Outputs * chunk) + (2L * samples)));
    }

    /// <summary>Refuses what does not fit.</summary>
    /// <exception cref="InvalidInputException">It takes more than there is.</exception>
    public static void Check(TrainingTask task, int samples, long available)
    {
        var bytes = Of(task, samples);
        if (bytes > available)
            throw new InvalidInputException($"the training of {task.Network.Dimension} parameters takes {AvailableMemory.Gigabytes(bytes)} of memory, and there are {AvailableMemory.Gigabytes(available)}; expected a smaller network or batch");
    }
}
