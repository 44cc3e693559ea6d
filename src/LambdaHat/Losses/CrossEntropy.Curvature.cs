using System.Numerics;
using System.Numerics.Tensors;
using LambdaHat.Numerics;

namespace LambdaHat.Losses;

/// <content>The second derivative diag(p) − p·pᵀ, the covariance of e_y for a label y drawn from p.</content>
public sealed partial class CrossEntropy
{
    /// <summary>
    /// result_i ← scale · p_i·(t_i − Σ_j p_j t_j). Tangents are taken relative to that of the largest output: where one p is nearly 1 the differences, not the tangents,
    /// are averaged, and nothing cancels.
    /// </summary>
    public override void ApplyCurvature(ReadOnlyMatrix outputs, ReadOnlyMatrix targets, int samples, ReadOnlyMatrix tangents, Matrix result, float scale)
    {
        Span<float> floats = stackalloc float[5 * Block];
        Span<double> doubles = stackalloc double[2 * Block];
        for (var first = 0; first < samples; first += Block)
        {
            var count = Math.Min(Block, samples - first);
            Span<float> largest = floats[..count], center = floats.Slice(Block, count), factor = floats.Slice(2 * Block, count);
            Span<float> mean = floats.Slice(3 * Block, count), difference = floats.Slice(4 * Block, count);
            Span<double> sum = doubles[..count], moment = doubles.Slice(Block, count);
            FindLargest(outputs, tangents, first, largest, center);
            Softmax(outputs, first, largest, result, sum);
            moment.Clear();
            for (var i = 0; i < result.Rows; i++)
            {
                TensorPrimitives.Subtract(tangents.Row(i).Slice(first, count), center, difference);
                TensorPrimitives.Multiply(difference, result.Row(i).Slice(first, count), difference);
                WideSum.Add(difference, moment);
            }
            for (var s = 0; s < count; s++)
            {
                factor[s] = (float)(scale / sum[s]);
                mean[s] = (float)(moment[s] / sum[s]);
            }
            for (var i = 0; i < result.Rows; i++)
            {
                var row = result.Row(i).Slice(first, count);
                TensorPrimitives.Subtract(tangents.Row(i).Slice(first, count), center, difference);
                TensorPrimitives.Subtract(difference, mean, difference);
                TensorPrimitives.Multiply(row, factor, row);
                TensorPrimitives.Multiply(row, difference, row);
            }
        }
        for (var i = 0; i < result.Rows; i++) result.Row(i)[samples..].Clear();
    }

    /// <summary>u = p − e_y with the label y of every sample drawn from p.</summary>
    public override void SampleCurvature(ReadOnlyMatrix outputs, ReadOnlyMatrix targets, int samples, in RandomStream noise, Matrix probes, float scale)
    {
        Span<uint> words = stackalloc uint[Block];
        Span<float> largest = stackalloc float[Block], labels = stackalloc float[Block];
        Span<double> losses = stackalloc double[Block], sum = stackalloc double[Block];
        for (var first = 0; first < samples; first += Block)
        {
            var count = Math.Min(Block, samples - first);
            FindLargest(outputs, default, first, largest[..count], default);
            Softmax(outputs, first, largest[..count], probes, sum[..count]);
            FillWords(noise, first, words);
            Draw(probes, first, words, sum[..count], labels[..count]);
            EvaluateBlock(outputs, labels[..count], losses[..count], probes, scale, first);
        }
        for (var i = 0; i < probes.Rows; i++) probes.Row(i)[samples..].Clear();
    }

    /// <summary>diag(√p)·(I − 1pᵀ): (RᵀR)_jk = Σ_i p_i (δ_ij − p_j)(δ_ik − p_k) = p_j δ_jk − p_j p_k.</summary>
    public override void CurvatureRoot(ReadOnlySpan<double> outputs, ReadOnlySpan<float> targets, Span<double> root)
    {
        var (k, largest, sum) = (outputs.Length, TensorPrimitives.Max(outputs), 0.0);
        foreach (var output in outputs) sum += Math.Exp(output - largest);
        for (var i = 0; i < k; i++)
        {
            var p = Math.Exp(outputs[i] - largest) / sum;
            var others = 0.0;
            for (var j = 0; j < k; j++)
            {
                root[(i * k) + j] = -Math.Sqrt(p) * (Math.Exp(outputs[j] - largest) / sum);
                if (j != i) others += Math.Exp(outputs[j] - largest) / sum;
            }
            // 1 − p of the others' sum, which a p near 1 does not swallow.
            root[(i * k) + i] = Math.Sqrt(p) * others;
        }
    }

    // The largest output of every sample and the tangent of that output.
    private static void FindLargest(ReadOnlyMatrix outputs, ReadOnlyMatrix tangents, int first, Span<float> largest, Span<float> tangent)
    {
        var count = largest.Length;
        outputs.Row(0).Slice(first, count).CopyTo(largest);
        if (!tangents.IsEmpty) tangents.Row(0).Slice(first, count).CopyTo(tangent);
        for (var i = 1; i < outputs.Rows; i++)
        {
            var f = outputs.Row(i).Slice(first, count);
            var t = tangents.IsEmpty ? default : tangents.Row(i).Slice(first, count);
            if (!t.IsEmpty) Replace(f, largest, t, tangent);
            TensorPrimitives.Max(largest, f, largest);
        }
    }

    // tangent[s] ← t[s] where f[s] > largest[s].
    private static void Replace(ReadOnlySpan<float> f, ReadOnlySpan<float> largest, ReadOnlySpan<float> t, Span<float> tangent)
    {
        var s = 0;
        for (; s <= f.Length - Vector<float>.Count; s += Vector<float>.Count)
        {
            var greater = Vector.GreaterThan(new Vector<float>(f[s..]), new Vector<float>(largest[s..]));
            Vector.ConditionalSelect(greater, new Vector<float>(t[s..]), new Vector<float>(tangent[s..])).CopyTo(tangent[s..]);
        }
        for (; s < f.Length; s++)
            if (f[s] > largest[s]) tangent[s] = t[s];
    }

    // exponentials ← exp(f − largest), and their sum over the outputs.
    private static void Softmax(ReadOnlyMatrix outputs, int first, ReadOnlySpan<float> largest, Matrix exponentials, Span<double> sum)
    {
        sum.Clear();
        for (var i = 0; i < outputs.Rows; i++)
        {
            var row = exponentials.Row(i).Slice(first, sum.Length);
            TensorPrimitives.Subtract(outputs.Row(i).Slice(first, sum.Length), largest, row);
            TensorPrimitives.Exp(row, row);
            WideSum.Add(row, sum);
        }
    }

    // labels[s] ← the first i whose cumulated exponentials exceed a uniform share of their sum; the last sum, added in the same order, always does.
    private static void Draw(ReadOnlyMatrix exponentials, int first, ReadOnlySpan<uint> words, ReadOnlySpan<double> sum, Span<float> labels)
    {
        Span<double> left = stackalloc double[Block];
        for (var s = 0; s < labels.Length; s++)
        {
            left[s] = (words[s] + 0.5) / (1L << 32) * sum[s];
            labels[s] = 0;
        }
        Span<double> cumulated = stackalloc double[Block];
        cumulated.Clear();
        for (var i = 0; i < exponentials.Rows; i++)
        {
            var row = exponentials.Row(i).Slice(first, labels.Length);
            for (var s = 0; s < labels.Length; s++)
            {
                if (cumulated[s] <= left[s]) labels[s] = i;
                cumulated[s] += row[s];
            }
        }
    }

    private static void FillWords(in RandomStream noise, int first, Span<uint> words)
    {
        for (var k = 0; k < Block; k += 64)
        {
            noise.Words((uint)((first + k) / 64), out var r0, out var r1, out var r2, out var r3);
            System.Runtime.Intrinsics.Vector512.CopyTo(r0, words[k..]);
            System.Runtime.Intrinsics.Vector512.CopyTo(r1, words[(k + 16)..]);
            System.Runtime.Intrinsics.Vector512.CopyTo(r2, words[(k + 32)..]);
            System.Runtime.Intrinsics.Vector512.CopyTo(r3, words[(k + 48)..]);
        }
    }
}
