using System.Numerics;
using System.Numerics.Tensors;
using LambdaHat.Numerics;

namespace LambdaHat.Losses;

/// <summary>
/// ℓ(f, y) = Σ_i (f_i − y_i)², or that sum divided by the number of outputs. Differences and derivatives are float32, their squares and
/// sums float64.
/// </summary>
public sealed class SquaredError : Loss
{
    private readonly bool _mean;

    private SquaredError(string name, bool mean)
    {
        Name = name;
        _mean = mean;
    }

    /// <summary>"mse-sum": ‖f − y‖², summed over the outputs.</summary>
    public static SquaredError Sum { get; } = new("mse-sum", mean: false);

    /// <summary>"mse": ‖f − y‖² divided by the number of outputs.</summary>
    public static SquaredError Mean { get; } = new("mse", mean: true);

    /// <summary>
    /// "behavioural": ‖f_w(x) − f_w*(x)‖², the sum over the outputs with the targets replaced by the network's own
    /// outputs at w*, so that w* is a minimum with loss 0 whatever the data's targets.
    /// </summary>
    public static SquaredError Behavioural { get; } = new("behavioural", mean: false);

    /// <inheritdoc/>
    public override string Name { get; }

    /// <summary>c of ∂²ℓ/∂f² = c·1: 2, or 2 divided by the number of outputs.</summary>
    public double Curvature(int outputs) => _mean ? 2.0 / outputs : 2;

    /// <inheritdoc/>
    public override int TargetSize(int outputs) => outputs;

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlyMatrix outputs, ReadOnlyMatrix targets, Span<double> losses, Matrix derivative, float scale)
    {
        var divisor = Divisor(outputs);
        var slope = (float)(2.0 * scale / divisor);
        losses.Clear();
        for (var i = 0; i < outputs.Rows; i++)
        {
            AddSquares(outputs.Row(i), targets.Row(i), losses);
            if (derivative.IsEmpty) continue;
            var row = derivative.Row(i);
            Scale(outputs.Row(i), targets.Row(i), row[..losses.Length], slope);
            row[losses.Length..].Clear();
        }
        if (_mean)
        {
            for (var s = 0; s < losses.Length; s++) losses[s] /= divisor;
        }
    }

    /// <inheritdoc/>
    public override void ApplyCurvature(ReadOnlyMatrix outputs, ReadOnlyMatrix targets, int samples, ReadOnlyMatrix tangents, Matrix result, float scale)
    {
        var curvature = (float)(2.0 * scale / Divisor(outputs));
        for (var i = 0; i < result.Rows; i++)
        {
            var row = result.Row(i);
            TensorPrimitives.Multiply(tangents.Row(i)[..samples], curvature, row[..samples]);
            row[samples..].Clear();
        }
    }

    /// <summary>u = √(2/k)·(±1, …, ±1) for the mean over k outputs, √2·(±1, …, ±1) for the sum.</summary>
    public override void SampleCurvature(ReadOnlyMatrix outputs, ReadOnlyMatrix targets, int samples, in RandomStream noise, Matrix probes, float scale)
    {
        RandomSigns.Fill(noise, probes, samples, (float)(scale * Math.Sqrt(2.0 / Divisor(outputs))));
        for (var i = 0; i < probes.Rows; i++) probes.Row(i)[samples..].Clear();
    }

    /// <summary>√(2/k) times the identity for the mean over k outputs, √2 for the sum.</summary>
    public override void CurvatureRoot(ReadOnlySpan<double> outputs, ReadOnlySpan<float> targets, Span<double> root)
    {
        root.Clear();
        for (var i = 0; i < outputs.Length; i++) root[(i * outputs.Length) + i] = Math.Sqrt(2.0 / (_mean ? outputs.Length : 1));
    }

    /// <inheritdoc/>
    public override void CheckTargets(ReadOnlySpan<float> targets, int outputs, string place)
    {
        for (var i = 0; i < targets.Length; i++)
        {
            if (!float.IsFinite(targets[i]))
                throw new InvalidInputException($"{place}: target {i % outputs} of sample {i / outputs} must be a finite number, got {targets[i]}");
        }
    }

    private int Divisor(ReadOnlyMatrix outputs) => _mean ? outputs.Rows : 1;

    private static void AddSquares(ReadOnlySpan<float> f, ReadOnlySpan<float> y, Span<double> sums)
    {
        var s = 0;
        for (; s <= sums.Length - Vector<float>.Count; s += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(f[s..]) - new Vector<float>(y[s..]), out var low, out var high);
            var second = sums[(s + Vector<double>.Count)..];
            Vector.FusedMultiplyAdd(low, low, new Vector<double>(sums[s..])).CopyTo(sums[s..]);
            Vector.FusedMultiplyAdd(high, high, new Vector<double>(second)).CopyTo(second);
        }
        for (; s < sums.Length; s++)
        {
            double difference = f[s] - y[s];
            sums[s] = Math.FusedMultiplyAdd(difference, difference, sums[s]);
        }
    }

    private static void Scale(ReadOnlySpan<float> f, ReadOnlySpan<float> y, Span<float> result, float factor)
    {
        var s = 0;
        for (; s <= result.Length - Vector<float>.Count; s += Vector<float>.Count)
            ((new Vector<float>(f[s..]) - new Vector<float>(y[s..])) * factor).CopyTo(result[s..]);
        for (; s < result.Length; s++) result[s] = (f[s] - y[s]) * factor;
    }
}
