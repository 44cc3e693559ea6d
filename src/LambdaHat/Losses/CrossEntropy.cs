using System.Numerics;
using System.Numerics.Tensors;
using LambdaHat.Numerics;

namespace LambdaHat.Losses;

/// <summary>
/// ℓ(f, c) = log Σ_i exp(f_i) − f_c for an integer label c, one target a sample. The largest output is taken out before the
/// exponentials, which are float32; their sums and logarithms are float64. ∂ℓ/∂f_i = p_i − δ_ic with p the softmax of f.
/// </summary>
public sealed partial class CrossEntropy : Loss
{
    // Samples worked on together: their maxima, sums and exponentials lie on the stack.
    private const int Block = 256;

    private CrossEntropy() { }

    /// <summary>The one instance.</summary>
    public static CrossEntropy Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "cross-entropy";

    /// <inheritdoc/>
    public override int TargetSize(int outputs) => 1;

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlyMatrix outputs, ReadOnlyMatrix targets, Span<double> losses, Matrix derivative, float scale)
    {
        var labels = targets.Row(0);
        for (var first = 0; first < losses.Length; first += Block)
        {
            var count = Math.Min(Block, losses.Length - first);
            EvaluateBlock(outputs, labels.Slice(first, count), losses.Slice(first, count), derivative, scale, first);
        }
        for (var i = 0; i < derivative.Rows; i++) derivative.Row(i)[losses.Length..].Clear();
    }

    /// <inheritdoc/>
    public override void CheckTargets(ReadOnlySpan<float> targets, int outputs, string place)
    {
        for (var i = 0; i < targets.Length; i++)
        {
            if (!(targets[i] >= 0 && targets[i] < outputs && targets[i] == MathF.Floor(targets[i])))
                throw new InvalidInputException($"{place}: the label of sample {i} must be an integer from 0 to {outputs - 1} (the network has {outputs} outputs), got {targets[i]}");
        }
    }

    private static void EvaluateBlock(ReadOnlyMatrix outputs, ReadOnlySpan<float> labels, Span<double> losses, Matrix derivative, float scale, int first)
    {
        var count = labels.Length;
        Span<float> largest = stackalloc float[Block], exponentials = stackalloc float[Block];
        largest = largest[..count];
        outputs.Row(0).Slice(first, count).CopyTo(largest);
        for (var i = 1; i < outputs.Rows; i++) TensorPrimitives.Max(largest, outputs.Row(i).Slice(first, count), largest);

        // The label's own term stays out of the sum: a confident, correct prediction keeps its small loss and derivative to full accuracy.
        losses.Clear();
        for (var i = 0; i < outputs.Rows; i++)
        {
            var row = derivative.IsEmpty ? exponentials[..count] : derivative.Row(i).Slice(first, count);
            TensorPrimitives.Subtract(outputs.Row(i).Slice(first, count), largest, row);
            TensorPrimitives.Exp(row, row);
            AddExceptLabel(row, labels, i, losses);
        }
        Span<float> factors = stackalloc float[Block], labelSlopes = stackalloc float[Block];
        factors = factors[..count];
        for (var s = 0; s < count; s++)
        {
            var others = losses[s];
            double own = outputs.Data[((int)labels[s] * outputs.Stride) + first + s] - largest[s];
            var sum = others + Math.Exp(own);
            losses[s] = (own == 0 ? LogOnePlus(others) : Math.Log(sum)) - own;
            factors[s] = (float)(scale / sum);
            labelSlopes[s] = (float)(-scale * (others / sum));
        }
        if (derivative.IsEmpty) return;
        for (var i = 0; i < derivative.Rows; i++)
        {
            var row = derivative.Row(i).Slice(first, count);
            TensorPrimitives.Multiply(row, factors, row);
        }
        for (var s = 0; s < count; s++) derivative.Data[((int)labels[s] * derivative.Stride) + first + s] = labelSlopes[s];
    }

    // log(1 + x), x ≥ 0, accurate for small x: the rounding of u = 1 + x is undone by the ratio x/(u − 1) (Kahan).
    private static double LogOnePlus(double x)
    {
        var u = 1 + x;
        return u == 1 || double.IsPositiveInfinity(u) ? x : Math.Log(u) * (x / (u - 1));
    }

    // sums[s] += row[s] where the label of s is not i.
    private static void AddExceptLabel(ReadOnlySpan<float> row, ReadOnlySpan<float> labels, int i, Span<double> sums)
    {
        var s = 0;
        for (; s <= row.Length - Vector<float>.Count; s += Vector<float>.Count)
        {
            var own = Vector.Equals(new Vector<float>(labels[s..]), new Vector<float>(i));
            Vector.Widen(Vector.ConditionalSelect(own, Vector<float>.Zero, new Vector<float>(row[s..])), out var low, out var high);
            var second = sums[(s + Vector<double>.Count)..];
            (low + new Vector<double>(sums[s..])).CopyTo(sums[s..]);
            (high + new Vector<double>(second)).CopyTo(second);
        }
        for (; s < row.Length; s++) sums[s] += labels[s] == i ? 0 : row[s];
    }
}
