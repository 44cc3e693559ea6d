namespace LambdaHat.Numerics;

/// <summary>
/// The product for one width of register. Two ways: dot products along the depth, for small results over a long
/// depth with both operands contiguous along it, and panels, for everything else. Which one, and the blocks of the
/// depth, depend on the shape alone, so that a result does not depend on the number of threads.
/// </summary>
internal sealed unsafe class ProductEngine<TLanes, TVector> : ProductEngine, ITeamWork
    where TLanes : struct, ISingleLanes<TVector>
    where TVector : struct
{
    /// <summary>The depth of a packed panel: 32 columns of it (512-bit registers) take 32 KiB, two thirds of the first-level cache.</summary>
    private const int MaximumDepth = 256;

    /// <summary>The rows of A that are packed at a time: 768 KiB, well within the second-level cache.</summary>
    private const int RowBlock = 768;

    /// <summary>The depth of a tile of dot products: ten rows of it take 40 KiB.</summary>
    private const int MaximumDotDepth = 1024;

    /// <summary>The tiles of columns that all rows pass over before the next ones: 64 rows of B at most, 256 KiB of that depth, which stay in the second-level cache.</summary>
    private const int DotTiles = 16;

    /// <summary>Numbers of B that leave the second-level cache (2 MiB): packing, which fetches them ahead, is quicker than its price.</summary>
    private const long LargeB = 1L << 19;

    /// <summary>The multiplications from which a team is quicker than one thread: some microseconds of work.</summary>
    private const long TeamWorth = 500_000;

    private ProductTask _task;
    private bool _dots;
    private bool _packA;
    private bool _packB;
    private PackingBuffers[] _buffers = [];

    private static int PanelColumns => 2 * TLanes.Count;

    public override void Multiply(in ProductTask task, WorkTeam? team)
    {
        _task = task;
        Plan();
        var parts = team is null || (long)task.M * task.N * task.K < TeamWorth ? 1 : team.Size;
        if (_buffers.Length < parts) GrowBuffers(parts);
        if (parts == 1) Execute(0, 1);
        else team!.Run(this);
    }

    public void Execute(int part, int parts)
    {
        // Columns are split between panels, rows anywhere; rows only where columns would not share out evenly.
        var unit = _dots ? DotKernel<TLanes, TVector>.TileColumns : PanelColumns;
        var units = Tiling.Count(_task.N, unit);
        if (units >= 8 * parts || units >= _task.M)
            Region(0, _task.M, Share(units, part, parts) * unit, Math.Min(Share(units, part + 1, parts) * unit, _task.N), _buffers[part]);
        else
            Region(Share(_task.M, part, parts), Share(_task.M, part + 1, parts), 0, _task.N, _buffers[part]);
    }

    public override void Dispose()
    {
        foreach (var buffer in _buffers) buffer.Dispose();
    }

    private static int Share(int units, int part, int parts) => (int)((long)units * part / parts);

    /// <summary>
    /// Costs in cycles at two fused multiply-adds a cycle: a dot product ends with a sum across its register (2.2, measured), a panel
    /// begins with the transposition of B (0.4 a number, measured). B is packed where its rows would fall on few sets of the
    /// cache or across lines, and is used often enough; A where neighbours in a tile lie on different pages, or on one set of the cache.
    /// </summary>
    private void Plan()
    {
        int m = _task.M, n = _task.N, k = _task.K;
        var contiguousDepth = _task.ADepth == sizeof(float) && _task.BDepth == sizeof(float) && _task.BColumn != sizeof(float);
        var dotCost = (double)m * n * (((double)k / (2 * TLanes.Count)) + 2.2);
        var panelCost = (0.4 * n * k) + ((double)m * k * Tiling.Count(n, TLanes.Count) / 2);
        _dots = contiguousDepth && dotCost < panelCost;
        _packB = _task.BColumn != sizeof(float) || (m >= 4 * TLanes.TileRows && (_task.BDepth % 128 != 64 || (long)n * k > LargeB));
        var scattered = _task.ADepth != sizeof(float) ? _task.ADepth >= 2048 : _task.ARow % 1024 == 0;
        _packA = scattered && m >= 64 && k >= 64 && n > PanelColumns;
    }

    private void Region(int rowStart, int rowEnd, int columnStart, int columnEnd, PackingBuffers buffers)
    {
        if (rowStart == rowEnd || columnStart == columnEnd) return;
        if (_dots) Dots(rowStart, rowEnd, columnStart, columnEnd);
        else Panels(rowStart, rowEnd, columnStart, columnEnd, buffers);
    }

    private void Panels(int rowStart, int rowEnd, int columnStart, int columnEnd, PackingBuffers buffers)
    {
        ref readonly var t = ref _task;
        var depthBlocks = new Tiling(t.K, MaximumDepth);
        for (int d = 0, depthStart = 0; d < depthBlocks.Tiles; d++)
        {
            var depth = depthBlocks.Size(d);
            var rowBlocks = new Tiling(rowEnd - rowStart, RowBlock);
            for (int r = 0, row = rowStart; r < rowBlocks.Tiles; r++)
            {
                var rows = rowBlocks.Size(r);
                RowsOfPanels(row, rows, depthStart, depth, columnStart, columnEnd, buffers);
                row += rows;
            }
            depthStart += depth;
        }
    }

    private void RowsOfPanels(int row, int rows, int depthStart, int depth, int columnStart, int columnEnd, PackingBuffers buffers)
    {
        ref readonly var t = ref _task;
        var tiles = new Tiling(rows, TLanes.TileRows);
        var a = t.A + (row * t.ARow) + (depthStart * t.ADepth);
        var packedA = _packA ? buffers.Left(Tiling.Count(RowBlock, TLanes.TileRows) * TLanes.TileRows * MaximumDepth) : null;
        if (_packA) PanelPacking<TLanes, TVector>.PackRows(a, t.ARow, t.ADepth, tiles, depth, packedA);
        PanelWork work = default;
        work.Depth = depth;
        work.CRow = t.CRow;
        work.Accumulate = t.Accumulate || depthStart > 0;
        for (var column = columnStart; column < columnEnd; column += PanelColumns)
        {
            work.Columns = Math.Min(PanelColumns, columnEnd - column);
            work.B = t.B + (depthStart * t.BDepth) + (column * t.BColumn);
            work.BDepth = t.BDepth;
            if (_packB)
            {
                var packedB = buffers.Right(PanelColumns * MaximumDepth);
                PanelPacking<TLanes, TVector>.PackPanel(work.B, t.BDepth, t.BColumn, work.Columns, depth, packedB);
                work.B = (byte*)packedB;
                work.BDepth = PanelColumns * sizeof(float);
            }
            work.C = t.C + (row * t.CRow) + ((nint)column * sizeof(float));
            work.A = a;
            work.ARow = t.ARow;
            work.ADepth = t.ADepth;
            if (_packA)
            {
                work.A = (byte*)packedA;
                work.ARow = sizeof(float);
                work.ADepth = TLanes.TileRows * sizeof(float);
            }
            Tiles(ref work, tiles.Larger, tiles.Least + 1);
            Tiles(ref work, tiles.Tiles - tiles.Larger, tiles.Least);
        }
    }

    private void Tiles(ref PanelWork work, int count, int height)
    {
        if (count == 0) return;
        work.Tiles = count;
        work.ATile = _packA ? TLanes.TileRows * (nint)work.Depth * sizeof(float) : height * work.ARow;
        PanelKernel<TLanes, TVector>.Run(height, work);
        work.A += count * work.ATile;
        work.C += count * height * work.CRow;
    }

    private void Dots(int rowStart, int rowEnd, int columnStart, int columnEnd)
    {
        ref readonly var t = ref _task;
        var depthBlocks = new Tiling(t.K, MaximumDotDepth, TLanes.Count);
        var rowTiles = new Tiling(rowEnd - rowStart, TLanes.DotRows);
        var columnTiles = new Tiling(columnEnd - columnStart, DotKernel<TLanes, TVector>.TileColumns);
        DotWork work;
        work.ARow = t.ARow;
        work.BRow = t.BColumn;
        work.CRow = t.CRow;
        for (int d = 0, depthStart = 0; d < depthBlocks.Tiles; d++)
        {
            work.Depth = depthBlocks.Size(d);
            work.Accumulate = t.Accumulate || depthStart > 0;
            for (var first = 0; first < columnTiles.Tiles; first += DotTiles)
            {
                var last = Math.Min(first + DotTiles, columnTiles.Tiles);
                var column = columnStart + columnTiles.Start(first);
                work.A = t.A + (rowStart * t.ARow) + ((nint)depthStart * sizeof(float));
                var c = t.C + (rowStart * t.CRow) + ((nint)column * sizeof(float));
                for (var r = 0; r < rowTiles.Tiles; r++)
                {
                    work.B = t.B + (column * t.BColumn) + ((nint)depthStart * sizeof(float));
                    work.C = c;
                    for (var s = first; s < last; s++)
                    {
                        var columns = columnTiles.Size(s);
                        DotKernel<TLanes, TVector>.Run(rowTiles.Size(r), columns, work);
                        work.B += columns * t.BColumn;
                        work.C += columns * sizeof(float);
                    }
                    work.A += rowTiles.Size(r) * t.ARow;
                    c += rowTiles.Size(r) * t.CRow;
                }
            }
            depthStart += work.Depth;
        }
    }

    private void GrowBuffers(int parts)
    {
        var old = _buffers;
        _buffers = new PackingBuffers[parts];
        for (var i = 0; i < parts; i++) _buffers[i] = i < old.Length ? old[i] : new();
    }
}
