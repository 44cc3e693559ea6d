using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;
using LambdaHat.Sampling;

namespace LambdaHat.Benchmarks;

/// <summary>
/// One chain-step is a minibatch of 500 drawn from memory, loss, gradient, noise and update. One chain a core runs at once, each with products of its
/// own; the figure is the throughput: wall time divided by the steps of all chains together.
/// </summary>
internal static class ChainSteps
{
    private const int Batch = 500, Samples = 20_000;

    /// <summary>Times the network of <paramref name="widths"/> and prints one JSON object.</summary>
    public static int Run(string widths, double seconds)
    {
        int[] layers = [.. widths.Split(',').Select(w => int.Parse(w, CultureInfo.InvariantCulture))];
        var cores = Environment.ProcessorCount;
        var teacher = DeepLinearTeacher.Draw(layers, [.. layers.Zip(layers.Skip(1), Math.Min)], seed: 1);
        using var source = new TeacherDataSet(teacher.Product(), layers[^1], layers[0], Samples, seed: 1);
        var objective = new NetworkObjective(teacher.Network, SquaredError.Mean, source.Materialise(), teacher.Parameters);
        var sampled = ParameterSelection.All(objective.Blocks);
        var kernel = new Sgld(new Target(objective, sampled, nBeta: Samples / Math.Log(Samples), gamma: 1), [.. sampled.Blocks.Select(_ => 1.0)], stepSize: 1e-10);

        var before = Ceiling(cores);
        var microseconds = new List<double>();
        long allocated = 0, steps = 200;
        for (var clock = Stopwatch.StartNew(); clock.Elapsed.TotalSeconds < seconds || microseconds.Count < 5;)
        {
            var run = Stopwatch.StartNew();
            var perStep = RunChains(objective, sampled, kernel, cores, (int)steps, out allocated);
            microseconds.Add(perStep);
            // The next repetition takes about a tenth of the time there is.
            steps = Math.Clamp((long)(steps * seconds / 10 / run.Elapsed.TotalSeconds), 10, 1_000_000);
        }
        var ceiling = Math.Max(before, Ceiling(cores));
        var d = objective.Dimension;
        // Forward, weight gradient, and the gradient to the inputs of every layer but the first.
        var operations = Batch * ((6.0 * d) - (2.0 * layers[0] * layers[1]));
        microseconds.Sort();
        var best = microseconds[0];
        Console.WriteLine(new JsonObject
        {
            ["widths"] = widths,
            ["parameters"] = d,
            ["chains"] = cores,
            ["microseconds"] = best,
            ["median_microseconds"] = microseconds[microseconds.Count / 2],
            ["gflops"] = operations / best / 1e3,
            ["ceiling_gflops"] = ceiling,
            ["share_of_ceiling"] = operations / best / 1e3 / ceiling,
            ["bytes_allocated_per_step"] = allocated,
        }.ToJsonString());
        return 0;
    }

    private static double RunChains(NetworkObjective objective, ParameterSelection sampled, Sgld kernel, int cores, int steps, out long allocatedPerStep)
    {
        var elapsed = new double[cores];
        var allocated = new long[cores];
        using var ready = new Barrier(cores);
        var threads = Enumerable.Range(0, cores).Select(c => new Thread(() =>
        {
            using var evaluator = objective.CreateEvaluator(Batch, sampled);
            using AlignedMemory w = new(objective.Dimension), gradient = new(objective.Dimension);
            objective.Center.CopyTo(w.Span);
            for (var step = 0; step < 20; step++) One(step);
            ready.SignalAndWait();
            var bytes = GC.GetAllocatedBytesForCurrentThread();
            var start = Stopwatch.GetTimestamp();
            for (var step = 20; step < steps + 20; step++) One(step);
            elapsed[c] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            allocated[c] = GC.GetAllocatedBytesForCurrentThread() - bytes;

            void One(int step)
            {
                evaluator.SelectMinibatch(1, c, step);
                evaluator.LossAndGradient(w.Span, gradient.Span);
                kernel.Step(w.Span, objective.Center, gradient.Span, w.Span, new RandomStream(1, RandomPurpose.Noise, c, step));
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        allocatedPerStep = allocated.Sum() / ((long)steps * cores);
        return elapsed.Max() / steps / cores;
    }

    // The best rate of 1024³ products, one on each core at once, in GFLOP/s.
    private static double Ceiling(int cores)
    {
        const int size = 1024, repetitions = 12;
        using var ready = new Barrier(cores);
        var rates = new double[cores];
        var threads = Enumerable.Range(0, cores).Select(c => new Thread(() =>
        {
            using var product = new MatrixProduct();
            float[] a = new float[size * size], b = new float[size * size], result = new float[size * size];
            a.AsSpan().Fill(1);
            b.AsSpan().Fill(1);
            product.Multiply(new ReadOnlyMatrix(a, size, size), false, new ReadOnlyMatrix(b, size, size), false, new Matrix(result, size, size));
            ready.SignalAndWait();
            for (var i = 0; i < repetitions; i++)
            {
                var start = Stopwatch.GetTimestamp();
                product.Multiply(new ReadOnlyMatrix(a, size, size), false, new ReadOnlyMatrix(b, size, size), false, new Matrix(result, size, size));
                rates[c] = Math.Max(rates[c], 2.0 * size * size * size / Stopwatch.GetElapsedTime(start).TotalNanoseconds);
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        return rates.Sum();
    }
}
