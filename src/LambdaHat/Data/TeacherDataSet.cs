using System.Numerics.Tensors;
using LambdaHat.Numerics;

namespace LambdaHat.Data;

/// <summary>
/// Samples made when they are read: input i is uniform on [−10, 10) (multiples of 20·2⁻²⁴, minus 10), drawn from the counter-based stream of (seed, i), and its target
/// is W·x without noise. Nothing is stored, so n may be a million at any width; sample i is the same bits whatever it is read together with, on
/// whatever thread: each product is a chain of fused multiply-adds in the order of the inputs.
/// </summary>
public sealed class TeacherDataSet : DataSet
{
    /// <summary>The inputs are uniform on [−Range, Range).</summary>
    public const float Range = 10;

    private const int Group = 16;

    [ThreadStatic]
    private static float[]? t_scratch;

    private readonly LinearTeacher _teacher;
    private readonly ulong _seed;

    /// <summary>Makes <paramref name="count"/> samples of the stream <paramref name="seed"/>.</summary>
    public TeacherDataSet(LinearTeacher teacher, int count, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _teacher = teacher;
        _seed = seed;
        Count = count;
    }

    /// <inheritdoc/>
    public override int Count { get; }

    /// <inheritdoc/>
    public override int InputSize => _teacher.Inputs;

    /// <inheritdoc/>
    public override int TargetSize => _teacher.Outputs;

    /// <inheritdoc/>
    public override void Read(ReadOnlySpan<int> indices, Matrix x, Matrix y)
    {
        if (x.Rows != InputSize || y.Rows != TargetSize || x.Columns < indices.Length || y.Columns < indices.Length)
            throw new ArgumentException($"{indices.Length} samples of {InputSize} and {TargetSize} numbers into {x.Rows} × {x.Columns} and {y.Rows} × {y.Columns}");
        var scratch = Scratch();
        for (var first = 0; first < indices.Length; first += Group)
        {
            var count = Math.Min(Group, indices.Length - first);
            for (var s = 0; s < count; s++)
            {
                if ((uint)indices[first + s] >= (uint)Count) throw new ArgumentOutOfRangeException(nameof(indices), $"sample {indices[first + s]} of {Count}");
                Input(indices[first + s], scratch.AsSpan(s * InputSize, InputSize));
            }
            for (var i = 0; i < InputSize; i++)
            {
                var row = x.Data.Slice((i * x.Stride) + first, count);
                for (var s = 0; s < row.Length; s++) row[s] = scratch[(s * InputSize) + i];
            }
        }
        for (var i = 0; i < InputSize; i++) x.Row(i)[indices.Length..].Clear();
        OrderedProduct.Multiply(_teacher.Matrix, x.FirstColumns(indices.Length), y.FirstColumns(indices.Length), scratch);
        for (var i = 0; i < TargetSize; i++) y.Row(i)[indices.Length..].Clear();
    }

    /// <summary>The same samples held in memory.</summary>
    /// <exception cref="InvalidInputException">They do not fit in an array.</exception>
    public ArrayDataSet ToArrays()
    {
        if ((long)Count * Math.Max(InputSize, TargetSize) > Array.MaxLength)
            throw new InvalidInputException($"{Count} samples of {InputSize} inputs and {TargetSize} targets; expected at most {Array.MaxLength} numbers of either to hold in memory");
        const int batch = 256;
        float[] inputs = new float[Count * InputSize], targets = new float[Count * TargetSize];
        float[] x = new float[InputSize * batch], y = new float[TargetSize * batch];
        var indices = new int[batch];
        for (var first = 0; first < Count; first += batch)
        {
            var count = Math.Min(batch, Count - first);
            for (var s = 0; s < count; s++) indices[s] = first + s;
            Read(indices.AsSpan(0, count), new Matrix(x, InputSize, batch), new Matrix(y, TargetSize, batch));
            Scatter(x, InputSize, inputs.AsSpan(first * InputSize, count * InputSize));
            Scatter(y, TargetSize, targets.AsSpan(first * TargetSize, count * TargetSize));
        }
        return new ArrayDataSet(inputs, InputSize, targets, TargetSize);

        static void Scatter(float[] features, int size, Span<float> samples)
        {
            for (var i = 0; i < samples.Length; i++) samples[i] = features[(i % size * batch) + (i / size)];
        }
    }

    private void Input(int sample, Span<float> x)
    {
        new RandomStream(_seed, RandomPurpose.Data, 0, sample).FillUniform(x);
        TensorPrimitives.Multiply(x, 2 * Range, x);
        TensorPrimitives.Subtract(x, Range, x);
    }

    private float[] Scratch()
    {
        var length = Group * InputSize;
        if (t_scratch is null || t_scratch.Length < length) t_scratch = new float[length];
        return t_scratch;
    }
}
