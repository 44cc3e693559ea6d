using BenchmarkDotNet.Attributes;
using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;
using LambdaHat.Sampling;

namespace LambdaHat.Benchmarks;

/// <summary>The parts of a chain-step on one core: noise and update of a flat vector, and the whole step on a deep linear network.</summary>
[MemoryDiagnoser]
public class SamplingBenchmarks
{
    private readonly LangevinUpdate _update = LangevinUpdate.Sgld(1e-9, 1, 1000, 1);
    private NetworkObjective _objective = null!;
    private Evaluator _evaluator = null!;
    private Sgld _kernel = null!;
    private float[] _w = [], _gradient = [];
    private long _step;

    /// <summary>Widths of the network, input first.</summary>
    [Params("10,20,20,10", "50,50,50,50,50", "160,160,160,160,160")]
    public string Widths { get; set; } = "";

    /// <summary>Draws the network and its data.</summary>
    [GlobalSetup]
    public void Setup()
    {
        int[] widths = [.. Widths.Split(',').Select(int.Parse)];
        var teacher = DeepLinearTeacher.Draw(widths, [.. widths.Zip(widths.Skip(1), Math.Min)], seed: 1);
        using var source = new TeacherDataSet(teacher.Product(), widths[^1], widths[0], 20_000, seed: 1);
        _objective = new NetworkObjective(teacher.Network, SquaredError.Mean, source.Materialise(), teacher.Parameters);
        var sampled = ParameterSelection.All(_objective.Blocks);
        _evaluator = _objective.CreateEvaluator(500, sampled);
        _kernel = new Sgld(new Target(_objective, sampled, 1000, 1), [.. sampled.Blocks.Select(_ => 1.0)], 1e-9);
        (_w, _gradient) = ([.. teacher.Parameters], new float[teacher.Network.Dimension]);
    }

    /// <summary>Releases the buffers.</summary>
    [GlobalCleanup]
    public void Cleanup() => _evaluator.Dispose();

    /// <summary>d normal numbers, made and dropped into the moved vector in one pass.</summary>
    [Benchmark]
    public void NoiseAndUpdate() =>
        _update.Apply(_w, _objective.Center, _gradient, _w, 0, _w.Length, new RandomStream(1, RandomPurpose.Noise, 0, _step++));

    /// <summary>Minibatch of 500, loss, gradient, noise, update.</summary>
    [Benchmark]
    public double ChainStep()
    {
        _evaluator.SelectMinibatch(1, 0, _step);
        var loss = _evaluator.LossAndGradient(_w, _gradient);
        _kernel.Step(_w, _objective.Center, _gradient, _w, new RandomStream(1, RandomPurpose.Noise, 0, _step++));
        return loss;
    }
}
