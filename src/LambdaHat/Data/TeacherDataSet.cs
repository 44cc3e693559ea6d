using System.Runtime.Intrinsics;
using LambdaHat.Numerics;

namespace LambdaHat.Data;

/// <summary>
/// Samples of a linear teacher, made when they are read: inputs uniform on [−10, 10), targets T·x without noise. Sample i depends on
/// (seed, i) only, so a million samples of any width take no memory.
/// </summary>
public sealed class TeacherDataSet : DataSet, IDisposable
{
    /// <summary>Inputs are uniform on [−<see cref="InputRange"/>, <see cref="InputRange"/>).</summary>
    public const float InputRange = 10;

    private readonly float[] _teacher;
    private readonly ulong _seed;
    private readonly ThreadLocal<MatrixProduct> _product = new(() => new MatrixProduct(), trackAllValues: true);

    /// <summary>Describes <paramref name="count"/> samples of the teacher T (<paramref name="outputs"/> × <paramref name="inputs"/>, row-major).</summary>
    public TeacherDataSet(float[] teacher, int outputs, int inputs, int count, ulong seed)
    {
        if (teacher.Length != (long)outputs * inputs) throw new ArgumentException($"a {outputs} × {inputs} teacher has {(long)outputs * inputs} entries, got {teacher.Length}");
        if (count < 1) throw new InvalidInputException($"the number of samples n must be a whole number ≥ 1, got {count}");
        _teacher = teacher;
        _seed = seed;
        (InputSize, TargetSize, Count) = (inputs, outputs, count);
    }

    /// <summary>T, row-major.</summary>
    internal ReadOnlySpan<float> Teacher => _teacher;

    /// <summary>The seed of the inputs.</summary>
    internal ulong Seed => _seed;

    /// <inheritdoc/>
    public override int Count { get; }

    /// <inheritdoc/>
    public override int InputSize { get; }

    /// <inheritdoc/>
    public override int TargetSize { get; }

    /// <inheritdoc/>
    public override void Read(ReadOnlySpan<int> indices, Matrix x, Matrix y)
    {
        const int lanes = 16;
        Span<float> block = stackalloc float[4 * lanes];
        Span<uint> samples = stackalloc uint[lanes];
        for (var start = 0; start < indices.Length; start += lanes)
        {
            var take = Math.Min(lanes, indices.Length - start);
            samples.Clear();
            for (var j = 0; j < take; j++) samples[j] = (uint)indices[start + j];
            var counters = Vector512.Create<uint>(samples);
            for (var feature = 0; feature < InputSize; feature += 4)
            {
                Inputs(counters, (uint)(feature / 4), block);
                for (var k = 0; k < 4 && feature + k < InputSize; k++)
                    block.Slice(k * lanes, take).CopyTo(x.Row(feature + k)[start..]);
            }
        }
        for (var i = 0; i < InputSize; i++) x.Row(i)[indices.Length..].Clear();
        _product.Value!.Multiply(new ReadOnlyMatrix(_teacher, TargetSize, InputSize), false, x, false, y);
    }

    /// <summary>The same inputs with the targets of another teacher (<paramref name="outputs"/> × <see cref="DataSet.InputSize"/>, row-major).</summary>
    public TeacherDataSet Of(float[] teacher, int outputs) => new(teacher, outputs, InputSize, Count, _seed);

    /// <summary>The same samples held in memory.</summary>
    public ArrayDataSet Materialise()
    {
        var inputs = new float[checked(Count * InputSize)];
        var targets = new float[checked(Count * TargetSize)];
        const int chunk = 512;
        float[] x = new float[InputSize * chunk], y = new float[TargetSize * chunk];
        var indices = new int[chunk];
        for (var start = 0; start < Count; start += chunk)
        {
            var count = Math.Min(chunk, Count - start);
            for (var i = 0; i < count; i++) indices[i] = start + i;
            Read(indices.AsSpan(0, count), new Matrix(x, InputSize, chunk), new Matrix(y, TargetSize, chunk));
            for (var s = 0; s < count; s++)
            {
                for (var i = 0; i < InputSize; i++) inputs[((start + s) * InputSize) + i] = x[(i * chunk) + s];
                for (var o = 0; o < TargetSize; o++) targets[((start + s) * TargetSize) + o] = y[(o * chunk) + s];
            }
        }
        return new ArrayDataSet(inputs, InputSize, targets, TargetSize);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var product in _product.Values) product.Dispose();
        _product.Dispose();
    }

    // Four features of sixteen samples: words of the counters (quad, purpose, sample, 0), 24 bits each.
    private void Inputs(Vector512<uint> samples, uint quad, Span<float> block)
    {
        var r0 = Vector512.Create(quad);
        var r1 = Vector512.Create((uint)RandomPurpose.Data << 24);
        var r2 = samples;
        var r3 = Vector512<uint>.Zero;
        Philox.Encrypt(ref r0, ref r1, ref r2, ref r3, (uint)_seed, (uint)(_seed >> 32));
        Uniform(r0).CopyTo(block);
        Uniform(r1).CopyTo(block[16..]);
        Uniform(r2).CopyTo(block[32..]);
        Uniform(r3).CopyTo(block[48..]);
    }

    private static Vector512<float> Uniform(Vector512<uint> words) =>
        (Vector512.ConvertToSingle(Vector512.ShiftRightLogical(words, 8).AsInt32()) * Vector512.Create(2 * InputRange / (1 << 24))) - Vector512.Create(InputRange);
}
