using System.Runtime.Intrinsics;

namespace LambdaHat.Numerics;

/// <summary>A float64 product for one width of register; operands by pointers and strides in bytes.</summary>
internal abstract unsafe class DoubleEngine
{
    /// <summary>
    /// Computes the product on the calling thread. With <paramref name="lower"/>, of a square result that is known to be symmetric,
    /// the lower triangle and as much of the upper as lies in the same tiles.
    /// </summary>
    public abstract void Multiply(in ProductTask task, bool lower = false);

    /// <summary>result[i] ← source[i] in float64.</summary>
    public abstract void Widen(float* source, double* result, int count);

    /// <summary>The engine for registers of <paramref name="bits"/> bits, or for the widest that the processor has (0).</summary>
    public static DoubleEngine Create(int bits) => RegisterWidth.Resolve(bits) switch
    {
        512 => new DoubleEngine<DoubleLanes512, Vector512<double>>(),
        256 => new DoubleEngine<DoubleLanes256, Vector256<double>>(),
        _ => new DoubleEngine<DoubleLanes128, Vector128<double>>(),
    };
}

/// <summary>
/// Panels of op(B), two registers wide and packed where their rows would not be contiguous, against tiles of rows of op(A), read in
/// place where neighbours in a tile are close.
/// </summary>
internal sealed unsafe class DoubleEngine<TLanes, TVector> : DoubleEngine
    where TLanes : struct, IDoubleLanes<TVector>
    where TVector : struct
{
    /// <summary>The depth of a packed panel: 16 columns (512-bit registers) and a tile of twelve rows of it take 42 of the 48 KiB of the first-level cache.</summary>
    private const int MaximumDepth = 192;

    /// <summary>The rows of A that are packed at a time: 600 KiB.</summary>
    private const int RowBlock = 384;

    /// <summary>The distance of packed rows of A: an odd number of cache lines, so that a tile's rows fall on different sets.</summary>
    private const int PackedStride = MaximumDepth + 8;

    private readonly AlignedDoubles _left = new();
    private readonly AlignedDoubles _right = new();

    private static int PanelColumns => 2 * TLanes.Count;

    public override void Multiply(in ProductTask task, bool lower)
    {
        // B is packed where its rows are used often enough: they lie across lines of the cache, on few sets of it or on many pages. A is
        // packed, as in the float32 engine, where neighbours in a tile lie on different pages or on one set.
        var packB = task.BColumn != sizeof(double) || task.M >= 4 * TLanes.TileRows;
        var scattered = task.ADepth != sizeof(double) ? task.ADepth >= 2048 : task.ARow % 1024 == 0;
        var packA = scattered && task.M >= 64 && task.K >= 64 && task.N > PanelColumns;
        var depthBlocks = new Tiling(task.K, MaximumDepth);
        var rowBlocks = new Tiling(task.M, RowBlock);
        for (int d = 0, depth = 0; d < depthBlocks.Tiles; depth += depthBlocks.Size(d++))
        {
            for (int r = 0, row = 0; r < rowBlocks.Tiles; row += rowBlocks.Size(r++))
                Rows(task, row, rowBlocks.Size(r), depth, depthBlocks.Size(d), packA, packB, lower);
        }
        GC.KeepAlive(this);
    }

    public override void Widen(float* source, double* result, int count)
    {
        var i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count) TLanes.Store(result + i, TLanes.LoadWidened(source + i));
        for (; i < count; i++) result[i] = source[i];
    }

    private void Rows(in ProductTask t, int row, int rows, int depthStart, int depth, bool packA, bool packB, bool lower)
    {
        PanelWork work = default;
        work.Depth = depth;
        work.CRow = t.CRow;
        work.Accumulate = t.Accumulate || depthStart > 0;
        var a = t.A + (row * t.ARow) + (depthStart * t.ADepth);
        nint aRow = t.ARow, aDepth = t.ADepth;
        if (packA)
        {
            var packed = _left.Reserve(RowBlock * PackedStride);
            Interleave(a, t.ARow, t.ADepth, rows, depth, packed, PackedStride);
            a = (byte*)packed;
            (aRow, aDepth) = (PackedStride * sizeof(double), sizeof(double));
        }
        for (var column = 0; column < t.N; column += PanelColumns)
        {
            // Tiles start at the first row that the panel's lower triangle has.
            var skipped = lower ? Math.Max(0, column - row) : 0;
            if (skipped >= rows) break;
            work.Columns = Math.Min(PanelColumns, t.N - column);
            work.B = t.B + (depthStart * t.BDepth) + (column * t.BColumn);
            work.BDepth = t.BDepth;
            if (packB)
            {
                var packed = _right.Reserve(16 * MaximumDepth);
                Interleave(work.B, t.BDepth, t.BColumn, depth, work.Columns, packed, PanelColumns);
                work.B = (byte*)packed;
                work.BDepth = PanelColumns * sizeof(double);
            }
            work.ARow = aRow;
            work.ADepth = aDepth;
            work.A = a + (skipped * aRow);
            work.C = t.C + ((row + skipped) * t.CRow) + ((nint)column * sizeof(double));
            var tiles = new Tiling(rows - skipped, TLanes.TileRows);
            Tiles(ref work, tiles.Larger, tiles.Least + 1);
            Tiles(ref work, tiles.Tiles - tiles.Larger, tiles.Least);
        }
    }

    private static void Tiles(ref PanelWork work, int count, int height)
    {
        if (count == 0) return;
        work.Tiles = count;
        work.ATile = height * work.ARow;
        PanelKernel<TLanes, TVector>.Run(height, work);
        work.A += count * work.ATile;
        work.C += count * height * work.CRow;
    }

    /// <summary>packed[d·stride + j] ← the number at source + d·depthStride + j·columnStride, d below depth and j below columns.</summary>
    private static void Interleave(byte* source, nint depthStride, nint columnStride, int depth, int columns, double* packed, int stride)
    {
        if (columnStride == sizeof(double))
        {
            for (var d = 0; d < depth; d++)
            {
                double* from = (double*)(source + (d * depthStride)), to = packed + (d * (nint)stride);
                var j = 0;
                for (; j <= columns - TLanes.Count; j += TLanes.Count) TLanes.Store(to + j, TLanes.Load(from + j));
                if (j < columns) TLanes.StoreMasked(to + j, TLanes.Mask(columns - j), TLanes.LoadMasked(from + j, TLanes.Mask(columns - j)));
            }
            return;
        }
        var pair = 0;
        for (; pair <= columns - 2; pair += 2) Pair(source + (pair * columnStride), source + ((pair + 1) * columnStride), depthStride, depth, packed + pair, stride);
        for (var d = 0; d < depth && pair < columns; d++) packed[(d * (nint)stride) + pair] = *(double*)(source + (pair * columnStride) + (d * depthStride));
    }

    private static void Pair(byte* first, byte* second, nint depthStride, int depth, double* packed, nint stride)
    {
        for (var d = 0; d < depth; d++)
        {
            Vector128.Create(*(double*)first, *(double*)second).Store(packed);
            first += depthStride;
            second += depthStride;
            packed += stride;
        }
    }
}
