using System.Numerics.Tensors;
using LambdaHat.Data;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Losses;

/// <summary>Runs a network over a whole data set, chunk by chunk in the order of the samples. A watch hears how far a pass is, and ends it between two chunks with an <see cref="OperationCanceledException"/>.</summary>
public static class FullPass
{
    private const int ChunkSize = 2048;

    /// <summary>What to do with the outputs, and whatever else the pass holds, of samples [start, start + pass.Batch).</summary>
    public delegate void Visitor(int start, NetworkPass pass, ReadOnlyMatrix targets);

    /// <summary>losses[s] ← ℓ(f_w(x_s), y_s) for as many samples, from the first, as losses has room for, at most n (float64); they are kept in <paramref name="store"/> as they come.</summary>
    public static void SampleLosses(Network network, Loss loss, DataSet data, ReadOnlySpan<float> w, double[] losses, WorkTeam? team = null, StageWatch? watch = null, StateStore? store = null)
    {
        var kept = new KeptPass(store, losses);
        try
        {
            Visit(network, data, Math.Min(losses.Length, data.Count), w, team, (start, pass, targets) =>
            {
                loss.Evaluate(pass.Output, targets, losses.AsSpan(start, pass.Batch), default, 1);
                kept.Reach(start + pass.Batch);
            }, "losses", watch, kept.Done);
        }
        finally
        {
            kept.Save();
        }
    }

    /// <summary>The mean loss over the whole data set (float64).</summary>
    public static double MeanLoss(Network network, Loss loss, DataSet data, ReadOnlySpan<float> w, WorkTeam? team = null, StageWatch? watch = null)
    {
        var losses = new double[data.Count];
        SampleLosses(network, loss, data, w, losses, team, watch);
        return TensorPrimitives.Sum<double>(losses) / data.Count;
    }

    /// <summary>The gradient of the mean loss over the first <paramref name="count"/> samples, accumulated in float64.</summary>
    public static double[] Gradient(Network network, Loss loss, DataSet data, int count, ReadOnlySpan<float> w, WorkTeam? team = null, StageWatch? watch = null)
    {
        var total = new double[network.Dimension];
        var parameters = w.ToArray();
        var chunk = new float[network.Dimension];
        var losses = new double[ChunkSize];
        Visit(network, data, count, w, team, (_, pass, targets) =>
        {
            loss.Evaluate(pass.Output, targets, losses.AsSpan(0, pass.Batch), pass.OutputDerivative, 1f / count);
            pass.Backward(parameters, chunk);
            WideSum.Add(chunk, total);
        }, "gradient", watch);
        return total;
    }

    /// <summary>The outputs of every sample, sample-major.</summary>
    public static float[] Outputs(Network network, DataSet data, ReadOnlySpan<float> w, WorkTeam? team = null, StageWatch? watch = null)
    {
        var outputs = new float[checked(data.Count * network.Outputs)];
        Visit(network, data, data.Count, w, team, (start, pass, _) =>
        {
            var output = pass.Output;
            for (var s = 0; s < pass.Batch; s++)
                for (var o = 0; o < network.Outputs; o++)
                    outputs[((start + s) * network.Outputs) + o] = output.Data[(o * output.Stride) + s];
        }, "outputs", watch);
        return outputs;
    }

    /// <summary>The share of samples whose largest output is the one that the label names.</summary>
    public static double Accuracy(Network network, DataSet data, ReadOnlySpan<float> w, WorkTeam? team = null, StageWatch? watch = null)
    {
        var correct = 0;
        Visit(network, data, data.Count, w, team, (_, pass, targets) =>
        {
            var output = pass.Output;
            for (var s = 0; s < pass.Batch; s++)
            {
                var best = 0;
                for (var o = 1; o < network.Outputs; o++)
                    if (output.Data[(o * output.Stride) + s] > output.Data[(best * output.Stride) + s]) best = o;
                if (best == (int)targets.Data[s]) correct++;
            }
        }, "accuracy", watch);
        return (double)correct / data.Count;
    }

    /// <summary>Shows <paramref name="visit"/> the first <paramref name="count"/> samples' pass at w, chunk by chunk, from sample <paramref name="first"/> on, which begins a chunk; what it is shown is good until it returns. <paramref name="watch"/> hears of it as <paramref name="stage"/>.</summary>
    /// <exception cref="OperationCanceledException">The watch ended it.</exception>
    public static void Visit(Network network, DataSet data, int count, ReadOnlySpan<float> w, WorkTeam? team, Visitor visit, string stage, StageWatch? watch = null, int first = 0)
    {
        var capacity = Math.Min(ChunkSize, count);
        using var pass = new NetworkPass(network, capacity, team);
        var stride = AlignedMemory.RowStride(capacity);
        using var targetMemory = new AlignedMemory(checked(data.TargetSize * stride));
        var indices = new int[capacity];
        for (var start = first; start < count; start += capacity)
        {
            watch?.Report(stage, (double)start / count);
            var batch = Math.Min(capacity, count - start);
            for (var i = 0; i < batch; i++) indices[i] = start + i;
            pass.SetBatch(batch);
            var targets = new Matrix(targetMemory.Span, data.TargetSize, NetworkPass.PaddedColumns(batch), stride);
            data.Read(indices.AsSpan(0, batch), pass.Input, targets);
            pass.Forward(w);
            visit(start, pass, targets);
        }
        watch?.Tell(stage, 1);
    }
}
