using System.Numerics.Tensors;
using LambdaHat.Data;
using LambdaHat.Numerics;

namespace LambdaHat.Losses;

/// <summary>The sums of z·zᵀ over one chunk of samples, z = (x, y − M·x) or x alone; the buffers of one thread.</summary>
internal sealed class ChunkSums : IDisposable
{
    /// <summary>Samples in a chunk.</summary>
    public const int Samples = 2048;

    private static readonly int s_stride = AlignedMemory.RowStride(Samples);

    private readonly DataSet _data;
    private readonly float[] _map;
    private readonly int _rows;
    private readonly int[] _indices = new int[Samples];
    private readonly AlignedMemory _stacked, _fitted;
    private readonly MatrixProduct _product = new();
    private readonly DoubleProduct _gram = new();
    private readonly double[] _sums;
    private bool _any, _exact;

    /// <summary><paramref name="rows"/> numbers in z: the inputs, or inputs and residuals. The map is M, row-major, or empty for none.</summary>
    public ChunkSums(DataSet data, float[] map, int rows)
    {
        (_data, _map, _rows) = (data, map, rows);
        _stacked = new AlignedMemory(checked((data.InputSize + data.TargetSize) * s_stride));
        _fitted = new AlignedMemory(map.Length == 0 ? 0 : checked(data.TargetSize * s_stride));
        _sums = new double[rows * rows];
    }

    /// <summary>Computes the chunk that starts at sample <paramref name="start"/>; beyond the data there is nothing.</summary>
    public void Compute(long start)
    {
        _any = start < _data.Count;
        if (!_any) return;
        var count = (int)Math.Min(Samples, _data.Count - start);
        for (var i = 0; i < count; i++) _indices[i] = (int)start + i;
        var stacked = new Matrix(_stacked.Span, _data.InputSize + _data.TargetSize, Samples, s_stride);
        Matrix x = stacked.RowRange(0, _data.InputSize), d = stacked.RowRange(_data.InputSize, _data.TargetSize);
        _data.Read(_indices.AsSpan(0, count), x, d);
        _exact = _map.Length == 0 || !Subtract(x, d);
        // Residuals that are all zero add nothing: the inputs alone, into the upper left corner.
        var rows = _exact ? _data.InputSize : _rows;
        var sums = _sums.AsSpan(0, rows * rows);
        sums.Clear();
        _gram.GramDouble(stacked.RowRange(0, rows), sums);
    }

    /// <summary>Adds the sums of the last chunk to <paramref name="total"/> (rows × rows).</summary>
    public void AddTo(Span<double> total)
    {
        if (!_any) return;
        var rows = _exact ? _data.InputSize : _rows;
        for (var i = 0; i < rows; i++)
        {
            var target = total.Slice(i * _rows, rows);
            TensorPrimitives.Add(target, _sums.AsSpan(i * rows, rows), target);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stacked.Dispose();
        _fitted.Dispose();
        _product.Dispose();
    }

    // d ← d − M·x; whether any of it is not zero. The columns beyond the samples are zero in both.
    private bool Subtract(Matrix x, Matrix d)
    {
        var fitted = new Matrix(_fitted.Span, d.Rows, Samples, s_stride);
        _product.Multiply(new ReadOnlyMatrix(_map, d.Rows, x.Rows), false, x, false, fitted);
        var any = false;
        for (var i = 0; i < d.Rows; i++)
        {
            TensorPrimitives.Subtract(d.Row(i), fitted.Row(i), d.Row(i));
            any |= d.Row(i).ContainsAnyExcept(0f);
        }
        return any;
    }
}
