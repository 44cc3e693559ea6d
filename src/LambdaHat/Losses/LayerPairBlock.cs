using System.Numerics.Tensors;
using LambdaHat.Numerics;

namespace LambdaHat.Losses;

/// <summary>A dense layer as it stands in the matrix: its number among the records, its shape, and the rows of its weight and bias, −1 where unselected.</summary>
internal readonly record struct DensePlace(int Index, int Inputs, int Outputs, int Weight, int Bias);

/// <summary>
/// The block of G between a layer (rows) and another not above it (columns): Σ_s (Σ_r δ δ'ᵀ)_s ⊗ (a a'ᵀ)_s. The sums over the network's outputs come first, into K (samples × pairs of units). Then for every input i
/// of the rows' layer one product, (K scaled by a_i)ᵀ·A' over the samples where a_i is not zero, makes all rows of that input. Within a layer both symmetries halve the work: pairs p ≥ q only,
/// and of every pair's square the part j ≤ i; <see cref="Mirror"/> copies the rest.
/// </summary>
internal sealed class LayerPairBlock(DenseRecords records, int outputs, LowerRows rows, WorkTeam? team, long budget, CancellationToken cancellation = default) : ITeamWork, IDisposable
{
    private const int Depth = 1024;

    private readonly PairBuffers[] _buffers = [.. Enumerable.Range(0, team?.Size ?? 1).Select(_ => new PairBuffers())];
    private (DensePlace Row, DensePlace Column) _pair;
    private AlignedMemory _sums = new(0);
    private int _firstUnit;
    private int _endUnit;
    private int _pairs;
    private Phase _phase;
    private int _pieces;
    private int _next;
    private Action<double>? _progress;

    private bool Within => _pair.Row.Index == _pair.Column.Index;

    /// <summary>Adds the samples' part to the rows of <paramref name="row"/> in the columns of <paramref name="column"/>; tells <paramref name="progress"/> what share of it is done.</summary>
    public void Add(DensePlace row, DensePlace column, Action<double>? progress = null)
    {
        (_pair, _progress) = ((row, column), progress);
        // Units at once, so that neither K nor the product of one input is larger than the budget.
        var limit = (int)Math.Clamp(budget / ((long)column.Outputs * Math.Max(records.Count, column.Inputs + 1)), 1, row.Outputs);
        for (_firstUnit = 0; _firstUnit < row.Outputs; _firstUnit = _endUnit)
        {
            _endUnit = Math.Min(row.Outputs, _firstUnit + limit);
            _pairs = 0;
            for (var p = _firstUnit; p < _endUnit; p++) _pairs += Columns(p);
            Grow(ref _sums, records.Count * _pairs);
            Share(Phase.Sum, records.Count);
            Share(Phase.Multiply, row.Inputs + 1);
        }
    }

    /// <summary>Sets the lower triangle of the whole matrix, of <paramref name="dimension"/> rows, to zero.</summary>
    public void Clear(int dimension) => Share(Phase.Clear, dimension);

    /// <summary>Completes the squares of the pairs p &gt; q of one layer's weights, after the last <see cref="Add"/>.</summary>
    public void Mirror(DensePlace layer)
    {
        _pair = (layer, layer);
        Share(Phase.Mirror, layer.Outputs);
    }

    /// <inheritdoc/>
    public void Execute(int part, int parts)
    {
        // Pieces in turn, since zeros and triangles make them unequal; every one has outputs of its own.
        for (var i = Interlocked.Increment(ref _next) - 1; i < _pieces && !cancellation.IsCancellationRequested; i = Interlocked.Increment(ref _next) - 1)
        {
            if (part == 0 && _phase == Phase.Multiply) _progress?.Invoke((_firstUnit + ((_endUnit - _firstUnit) * (double)i / _pieces)) / _pair.Row.Outputs);
            if (_phase == Phase.Clear) rows(i)[..(i + 1)].Clear();
            else if (_phase == Phase.Sum) Sum(i);
            else if (_phase == Phase.Mirror) MirrorUnit(_pair.Row, i);
            else if (i < _pair.Row.Inputs ? _pair.Row.Weight >= 0 : _pair.Row.Bias >= 0) AddInput(i, _buffers[part]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sums.Dispose();
        foreach (var buffers in _buffers) buffers.Dispose();
    }

    private int Columns(int unit) => Within ? unit + 1 : _pair.Column.Outputs;

    private void Share(Phase phase, int pieces)
    {
        (_phase, _pieces, _next) = (phase, pieces, 0);
        if (team is null) Execute(0, 1);
        else team.Run(this);
        cancellation.ThrowIfCancellationRequested();
    }

    // K_s[p, q] = Σ_r δ_rp δ'_rq.
    private void Sum(int s)
    {
        var sums = _sums.Span.Slice(s * _pairs, _pairs);
        sums.Clear();
        var (height, width) = (_pair.Row.Outputs, _pair.Column.Outputs);
        for (var r = 0; r < outputs; r++)
        {
            ReadOnlySpan<float> left = records.Slopes(_pair.Row.Index).Slice(((s * outputs) + r) * height, height), right = records.Slopes(_pair.Column.Index).Slice(((s * outputs) + r) * width, width);
            var rest = sums;
            for (var p = _firstUnit; p < _endUnit; p++)
            {
                var count = Columns(p);
                if (left[p] != 0) TensorPrimitives.MultiplyAdd(right[..count], left[p], rest[..count], rest[..count]);
                rest = rest[count..];
            }
        }
    }

    private void AddInput(int i, PairBuffers buffers)
    {
        var (row, column) = _pair;
        int height = row.Inputs + 1, width = column.Inputs + 1, used = Within && i < row.Inputs ? i + 1 : width;
        ReadOnlySpan<float> left = records.Arriving(row.Index), right = records.Arriving(column.Index);
        Grow(ref buffers.Scaled, Depth * _pairs);
        Grow(ref buffers.Arriving, Depth * used);
        Grow(ref buffers.Result, _pairs * used);
        var result = new Matrix(buffers.Result.Span, _pairs, used);
        var any = false;
        for (int s = 0, found = 0; s < records.Count; s++)
        {
            var a = left[(s * height) + i];
            if (a != 0)
            {
                TensorPrimitives.Multiply(_sums.Span.Slice(s * _pairs, _pairs), a, buffers.Scaled.Span[(found * _pairs)..]);
                right.Slice(s * width, used).CopyTo(buffers.Arriving.Span[(found * used)..]);
                found++;
            }
            if (found == 0 || (found < Depth && s < records.Count - 1)) continue;
            buffers.Product.Multiply(new(buffers.Scaled.Span, found, _pairs), true, new(buffers.Arriving.Span, found, used), false, result, accumulate: any);
            (any, found) = (true, 0);
        }
        if (any) AddRows(i, result);
    }

    private void AddRows(int i, Matrix result)
    {
        var (row, column) = _pair;
        var (bias, pair) = (i == row.Inputs, 0);
        for (var p = _firstUnit; p < _endUnit; p++)
        {
            var target = rows(bias ? row.Bias + p : row.Weight + (p * row.Inputs) + i);
            for (var q = 0; q < Columns(p); q++, pair++)
            {
                var sums = result.Row(pair);
                AddColumns(sums, q, target, column);
                // Rows of biases come after all weights of their layer: they have the pairs p < q as well.
                if (bias && Within && q < p && column.Weight >= 0) AddTo(rows(row.Bias + q).Slice(column.Weight + (p * column.Inputs), column.Inputs), sums[..column.Inputs]);
            }
        }
    }

    // Rows (p, i), columns (q, j) with q < p and j > i ← rows (p, j), columns (q, i).
    private void MirrorUnit(DensePlace layer, int p)
    {
        const int tile = 32;
        for (var top = 0; top < layer.Inputs; top += tile)
        {
            for (var left = top; left < layer.Inputs; left += tile)
            {
                for (var j = left; j < Math.Min(left + tile, layer.Inputs); j++)
                {
                    var source = rows(layer.Weight + (p * layer.Inputs) + j)[layer.Weight..];
                    for (var i = top; i < Math.Min(top + tile, j); i++)
                    {
                        var target = rows(layer.Weight + (p * layer.Inputs) + i)[layer.Weight..];
                        for (var q = 0; q < p; q++) target[(q * layer.Inputs) + j] = source[(q * layer.Inputs) + i];
                    }
                }
            }
        }
    }

    private static void AddColumns(ReadOnlySpan<float> sums, int q, Span<float> target, DensePlace column)
    {
        var count = Math.Min(sums.Length, column.Inputs);
        if (column.Weight >= 0) AddTo(target.Slice(column.Weight + (q * column.Inputs), count), sums[..count]);
        if (column.Bias >= 0 && sums.Length > column.Inputs) target[column.Bias + q] += sums[^1];
    }

    private static void AddTo(Span<float> target, ReadOnlySpan<float> values) => TensorPrimitives.Add(target, values, target);

    private static void Grow(ref AlignedMemory memory, int length)
    {
        if (memory.Length >= length) return;
        memory.Dispose();
        memory = new AlignedMemory(length);
    }

    private enum Phase
    {
        Clear,
        Sum,
        Multiply,
        Mirror,
    }

    private sealed class PairBuffers : IDisposable
    {
        public AlignedMemory Scaled = new(0), Arriving = new(0), Result = new(0);

        public MatrixProduct Product { get; } = new();

        public void Dispose()
        {
            Scaled.Dispose();
            Arriving.Dispose();
            Result.Dispose();
            Product.Dispose();
        }
    }
}
