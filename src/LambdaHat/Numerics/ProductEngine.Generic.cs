using System.Runtime.CompilerServices;

namespace LambdaHat.Numerics;

/// <summary>
/// The product for one width of register. Two ways: dot products along the depth, for small results over a long
/// depth with both operands contiguous along it, and panels, for everything else. Which one, and the blocks of the
/// depth, depend on the shape alone, so that a result does not depend on the number of threads.
/// </summary>
internal sealed unsafe class ProductEngine<TLanes, TVector> : ProductEngine, ITeamWork
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    public static int MaximumDepth = int.Parse(Environment.GetEnvironmentVariable("T_KC") ?? "256");
    public static int RowBlock = int.Parse(Environment.GetEnvironmentVariable("T_MC") ?? "768");
    public static int PackAFrom = int.Parse(Environment.GetEnvironmentVariable("T_PA") ?? "0");
    public static int PackBFrom = int.Parse(Environment.GetEnvironmentVariable("T_PB") ?? "0");
    public static int Path = int.Parse(Environment.GetEnvironmentVariable("T_PATH") ?? "0");
    private const long TeamWorth = 500_000;
    private const int MaximumDotDepth = 1024;

    private ProductTask _task;
    private bool _dots;
    private bool _packA;
    private bool _packB;
    private bool _splitRows;
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
        if (_splitRows) Region((int)((long)_task.M * part / parts), (int)((long)_task.M * (part + 1) / parts), 0, _task.N, _buffers[part]);
        else
        {
            var panels = Tiling.Count(_task.N, PanelColumns);
            var first = (int)((long)panels * part / parts) * PanelColumns;
            var end = (int)((long)panels * (part + 1) / parts) * PanelColumns;
            Region(0, _task.M, first, Math.Min(end, _task.N), _buffers[part]);
        }
    }

    public override void Dispose()
    {
        foreach (var buffer in _buffers) buffer.Dispose();
    }

    private void Plan()
    {
        ref var t = ref _task;
        int m = t.M, n = t.N, k = t.K;
        var rowsContiguous = t.ADepth == sizeof(float) && t.BDepth == sizeof(float) && t.BColumn != sizeof(float);
        var dotCost = (double)m * n * (((double)k / (2 * TLanes.Count)) + 2.2);
        var panelCost = (0.4 * n * k) + ((double)m * k * Tiling.Count(n, TLanes.Count) / 2);
        _dots = rowsContiguous && dotCost < panelCost;
        if (Path == 1) _dots = rowsContiguous;
        if (Path == 2) _dots = false;
        _packB = t.BColumn != sizeof(float) || (m >= 4 * TLanes.TileRows && t.BDepth % 128 != 64);
        var scattered = t.ADepth != sizeof(float) ? t.ADepth >= 2048 : t.ARow % 1024 == 0;
        _packA = scattered && m >= 64 && k >= 64 && n > PanelColumns;
        if (PackAFrom > 0) _packA = n >= PackAFrom;
        if (PackBFrom > 0) _packB = t.BColumn != sizeof(float) || m >= PackBFrom;
        _splitRows = n < 8 * PanelColumns && m > n;
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
        var packedA = _packA ? buffers.Left(((RowBlock / TLanes.TileRows) + 1) * TLanes.TileRows * MaximumDepth) : null;
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
            work.A = t.A + (rowStart * t.ARow) + ((nint)depthStart * sizeof(float));
            var c = t.C + (rowStart * t.CRow) + ((nint)columnStart * sizeof(float));
            for (var r = 0; r < rowTiles.Tiles; r++)
            {
                work.B = t.B + (columnStart * t.BColumn) + ((nint)depthStart * sizeof(float));
                work.C = c;
                for (var s = 0; s < columnTiles.Tiles; s++)
                {
                    var columns = columnTiles.Size(s);
                    DotKernel<TLanes, TVector>.Run(rowTiles.Size(r), columns, work);
                    work.B += columns * t.BColumn;
                    work.C += columns * sizeof(float);
                }
                work.A += rowTiles.Size(r) * t.ARow;
                c += rowTiles.Size(r) * t.CRow;
            }
            depthStart += work.Depth;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void GrowBuffers(int parts)
    {
        var old = _buffers;
        _buffers = new PackingBuffers[parts];
        for (var i = 0; i < parts; i++) _buffers[i] = i < old.Length ? old[i] : new();
    }
}
