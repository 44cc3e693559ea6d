using LambdaHat.Numerics;

namespace LambdaHat.Curvature;

/// <summary>
/// A growing set of float32 vectors q_1 … q_m of length d, the rows of Q, and the products of blocks with all of them. Q is read once for every product, a tile
/// of coordinates at a time, while the block's part stays in the cache. Every tile is computed as it would be alone: results do not depend on the number of threads.
/// </summary>
internal sealed class BasisRows : IDisposable
{
    /// <summary>The rows of one piece of memory, a multiple of <see cref="TileRows"/>; the depth of a packed panel of the float32 product.</summary>
    public const int ChunkRows = 256;

    /// <summary>The coordinates that are worked on at a time; float32 sums are this long at most before they are added in float64.</summary>
    public const int TileColumns = 1024;

    private const int TileRows = 64;

    // With all rows of a piece half a mebibyte, within the second-level cache.
    private const int StripColumns = 512;

    private readonly List<AlignedMemory> _chunks = [];
    private readonly WorkTeam? _team;
    private readonly Worker[] _workers;

    public BasisRows(int dimension, WorkTeam? team)
    {
        (Dimension, Stride, _team) = (dimension, AlignedMemory.RowStride(dimension), team);
        _workers = new Worker[team?.Size ?? 1];
        for (var i = 0; i < _workers.Length; i++) _workers[i] = new();
    }

    /// <summary>d.</summary>
    public int Dimension { get; }

    /// <summary>The distance between rows, in the basis and in every block that it is given.</summary>
    public int Stride { get; }

    /// <summary>m.</summary>
    public int Count { get; private set; }

    /// <summary>q_i.</summary>
    public Span<float> Row(int i) => _chunks[i / ChunkRows].Span.Slice(i % ChunkRows * Stride, Dimension);

    /// <summary>Adds the rows of <paramref name="block"/>.</summary>
    public void Append(ReadOnlyMatrix block)
    {
        Resize(Count + block.Rows);
        for (var i = 0; i < block.Rows; i++) block.Row(i).CopyTo(Row(Count - block.Rows + i));
    }

    /// <summary>m ← <paramref name="count"/>: rows of any value are added, or the last ones dropped.</summary>
    public void Resize(int count)
    {
        Count = count;
        var chunks = Tiling.Count(count, ChunkRows);
        while (_chunks.Count < chunks) _chunks.Add(new(ChunkRows * Stride));
        for (; _chunks.Count > chunks; _chunks.RemoveAt(_chunks.Count - 1)) _chunks[^1].Dispose();
    }

    /// <summary>C (m × b, dense) ← Q·Wᵀ for the rows of <paramref name="w"/> (b × d): float32 products over <see cref="TileColumns"/> coordinates, added up in float64.</summary>
    public void Project(ReadOnlyMatrix w, double[] c) => Run(new Projection(this, w, c));

    /// <summary>W ← W − Cᵀ·Q in float32, C as <see cref="Project"/> leaves it.</summary>
    public void Subtract(double[] c, Matrix w)
    {
        using var factors = new AlignedMemory(Math.Max(1, w.Rows * Count));
        for (var i = 0; i < Count; i++)
            for (var j = 0; j < w.Rows; j++)
                factors.Span[(j * Count) + i] = (float)-c[(i * w.Rows) + j];
        Run(new Combination(this, factors, w, accumulate: true));
    }

    /// <summary>W (r × d) ← A·Q in float32, A (r × m) dense.</summary>
    public void Combine(AlignedMemory a, Matrix w) => Run(new Combination(this, a, w, accumulate: false));

    /// <summary>The first r rows of Q ← A·Q in float32, the others dropped; A (r × m) dense, r ≤ m.</summary>
    public void Replace(AlignedMemory a, int rows)
    {
        Run(new Combination(this, a, rows));
        Resize(rows);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Resize(0);
        foreach (var worker in _workers) worker.Dispose();
    }

    private void Run(ITeamWork work)
    {
        if (_team is null) work.Execute(0, 1);
        else _team.Run(work);
    }

    private ReadOnlyMatrix Tile(int row, int rows, int column, int columns) =>
        new(_chunks[row / ChunkRows].Span[((row % ChunkRows * Stride) + column)..], rows, columns, Stride);

    // Row after row, as memory likes it: the product reads a few numbers of every row in turn.
    private static unsafe void Fetch(ReadOnlyMatrix tile)
    {
        const int line = 64 / sizeof(float);
        fixed (float* data = tile.Data)
        {
            for (var i = 0; i < tile.Rows; i++)
                for (var j = 0; j < tile.Columns; j += line) CacheLine.Prefetch((byte*)(data + ((nint)i * tile.Stride) + j));
        }
    }

    private static (int From, int To) Share(int units, int part, int parts) => ((int)((long)units * part / parts), (int)((long)units * (part + 1) / parts));

    /// <summary>One thread's product and temporary memory.</summary>
    private sealed class Worker : IDisposable
    {
        private AlignedMemory? _memory;

        public MatrixProduct Product { get; } = new();

        public Span<float> Room(int length)
        {
            if (_memory is null || _memory.Length < length)
            {
                _memory?.Dispose();
                _memory = new(length);
            }
            return _memory.Span[..length];
        }

        public void Dispose()
        {
            Product.Dispose();
            _memory?.Dispose();
        }
    }

    private sealed unsafe class Projection : ITeamWork
    {
        private readonly BasisRows _basis;
        private readonly double[] _c;
        private readonly float* _w;
        private readonly int _block, _stride;

        // The caller's memory is native or pinned for the call: blocks are AlignedMemory.
        public Projection(BasisRows basis, ReadOnlyMatrix w, double[] c)
        {
            (_basis, _c, _block, _stride) = (basis, c, w.Rows, w.Stride);
            fixed (float* pointer = w.Data) _w = pointer;
        }

        public void Execute(int part, int parts)
        {
            var (from, to) = Share(Tiling.Count(_basis.Count, TileRows), part, parts);
            if (from == to) return;
            var worker = _basis._workers[part];
            var last = Math.Min(to * TileRows, _basis.Count);
            _c.AsSpan(from * TileRows * _block, (last - (from * TileRows)) * _block).Clear();
            var room = worker.Room(TileRows * _block);
            for (var column = 0; column < _basis.Dimension; column += TileColumns)
            {
                var columns = Math.Min(TileColumns, _basis.Dimension - column);
                var w = new ReadOnlyMatrix(new(_w + column, ((_block - 1) * _stride) + columns), _block, columns, _stride);
                for (var row = from * TileRows; row < last; row += TileRows)
                {
                    var rows = Math.Min(TileRows, last - row);
                    var tile = _basis.Tile(row, rows, column, columns);
                    Fetch(tile);
                    worker.Product.Multiply(tile, false, w, true, new(room, rows, _block));
                    WideSum.Add(room[..(rows * _block)], _c.AsSpan(row * _block, rows * _block));
                }
            }
        }
    }

    private sealed unsafe class Combination : ITeamWork
    {
        private readonly BasisRows _basis;
        private readonly AlignedMemory _a;
        private readonly float* _w;
        private readonly int _rows;
        private readonly bool _accumulate;

        public Combination(BasisRows basis, AlignedMemory a, Matrix w, bool accumulate)
        {
            (_basis, _a, _rows, _accumulate) = (basis, a, w.Rows, accumulate);
            if (w.Rows > 0 && w.Stride != basis.Stride) throw new ArgumentException($"expected rows {basis.Stride} elements apart, got {w.Stride}");
            fixed (float* pointer = w.Data) _w = pointer;
        }

        public Combination(BasisRows basis, AlignedMemory a, int rows) => (_basis, _a, _rows) = (basis, a, rows);

        public void Execute(int part, int parts)
        {
            var (from, to) = Share(Tiling.Count(_basis.Dimension, StripColumns), part, parts);
            for (var tile = from; tile < to; tile++)
            {
                var column = tile * StripColumns;
                var columns = Math.Min(StripColumns, _basis.Dimension - column);
                if (_w is not null) Product(part, column, columns, new(new Span<float>(_w + column, ((_rows - 1) * _basis.Stride) + columns), _rows, columns, _basis.Stride));
                else InPlace(part, column, columns);
            }
        }

        private void InPlace(int part, int column, int columns)
        {
            // An odd number of cache lines, so that rows fall on different sets.
            const int stride = StripColumns + 16;
            var result = new Matrix(_basis._workers[part].Room(_rows * stride), _rows, columns, stride);
            Product(part, column, columns, result);
            for (var i = 0; i < _rows; i++) result.Row(i).CopyTo(_basis.Row(i).Slice(column, columns));
        }

        private void Product(int part, int column, int columns, Matrix result)
        {
            var m = _basis.Count;
            if (m == 0 && !_accumulate) result.Fill(0);
            for (var row = 0; row < m; row += ChunkRows)
            {
                var rows = Math.Min(ChunkRows, m - row);
                var tile = _basis.Tile(row, rows, column, columns);
                Fetch(tile);
                _basis._workers[part].Product.Multiply(new(_a.Span[row..], _rows, rows, m), false, tile, false, result, _accumulate || row > 0);
            }
        }
    }
}
