using System.Runtime.CompilerServices;

namespace LambdaHat.Numerics;

/// <summary>
/// C (tiles of <c>Rows</c> rows, one panel of columns) ← A·B or C + A·B. A is read one element at a time through two strides, so
/// either order of storage serves; a row of B holds the panel's columns contiguously. Strides are in bytes.
/// </summary>
internal unsafe struct PanelWork
{
    public byte* A;
    public nint ARow;
    public nint ADepth;
    public nint ATile;
    public byte* B;
    public nint BDepth;
    public byte* C;
    public nint CRow;
    public int Depth;
    public int Tiles;
    public int Columns;
    public bool Accumulate;
}

/// <summary>
/// The tile of sums that stays in registers: up to twelve rows by two registers of columns. Every element is
/// summed in the order of the depth, in the same way in a tile of any height or width.
/// </summary>
internal static unsafe class PanelKernel<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <summary>The depth from which fetching the tile of C ahead is worth its instructions.</summary>
    private const int PrefetchDepth = 100;

    /// <summary>Runs the tiles of <paramref name="work"/>, each <paramref name="rows"/> high, down one panel of at most two registers of columns.</summary>
    public static void Run(int rows, in PanelWork work)
    {
        if (work.Columns == 2 * TLanes.Count) Run<Full>(rows, work);
        else if (work.Columns > TLanes.Count) Run<MaskedTwo>(rows, work);
        else Run<MaskedOne>(rows, work);
    }

    private static void Run<TColumns>(int rows, in PanelWork work) where TColumns : struct, IColumns
    {
        switch (rows)
        {
            case 1: Tiles<Constant1, TColumns>(work); break;
            case 2: Tiles<Constant2, TColumns>(work); break;
            case 3: Tiles<Constant3, TColumns>(work); break;
            case 4: Tiles<Constant4, TColumns>(work); break;
            case 5: Tiles<Constant5, TColumns>(work); break;
            case 6: Tiles<Constant6, TColumns>(work); break;
            case 7: Tiles<Constant7, TColumns>(work); break;
            case 8: Tiles<Constant8, TColumns>(work); break;
            case 9: Tiles<Constant9, TColumns>(work); break;
            case 10: Tiles<Constant10, TColumns>(work); break;
            case 11: Tiles<Constant11, TColumns>(work); break;
            case 12: Tiles<Constant12, TColumns>(work); break;
            default: throw new ArgumentOutOfRangeException(nameof(rows));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tiles<TRows, TColumns>(in PanelWork work)
        where TRows : struct, IConstant
        where TColumns : struct, IColumns
    {
        nint aRow = work.ARow, aDepth = work.ADepth, bDepth = work.BDepth, cRow = work.CRow;
        var accumulate = work.Accumulate;
        TVector mask0 = TLanes.Mask(work.Columns), mask1 = TLanes.Mask(work.Columns - TLanes.Count);
        var aTile = work.A;
        var c = work.C;
        for (var tile = work.Tiles; tile > 0; tile--)
        {
            byte* a0 = aTile, a1 = a0 + (3 * aRow), a2 = a1 + (3 * aRow), a3 = a2 + (3 * aRow);
            var b = work.B;
            TVector s0L = default, s0R = default, s1L = default, s1R = default, s2L = default, s2R = default;
            TVector s3L = default, s3R = default, s4L = default, s4R = default, s5L = default, s5R = default;
            TVector s6L = default, s6R = default, s7L = default, s7R = default, s8L = default, s8R = default;
            TVector s9L = default, s9R = default, s10L = default, s10R = default, s11L = default, s11R = default;
            if (work.Depth >= PrefetchDepth) Prefetch(c, cRow, TRows.Value, TColumns.Two);
            for (var depth = work.Depth; depth > 0; depth--)
            {
                var left = TColumns.Masked && !TColumns.Two ? TLanes.LoadMasked(b, mask0) : TLanes.Load(b);
                var right = !TColumns.Two ? default : TColumns.Masked ? TLanes.LoadMasked(b + TLanes.Bytes, mask1) : TLanes.Load(b + TLanes.Bytes);
                b += bDepth;
                Row<TColumns>(a0, left, right, ref s0L, ref s0R);
                if (TRows.Value > 1) Row<TColumns>(a0 + aRow, left, right, ref s1L, ref s1R);
                if (TRows.Value > 2) Row<TColumns>(a0 + (2 * aRow), left, right, ref s2L, ref s2R);
                if (TRows.Value > 3) Row<TColumns>(a1, left, right, ref s3L, ref s3R);
                if (TRows.Value > 4) Row<TColumns>(a1 + aRow, left, right, ref s4L, ref s4R);
                if (TRows.Value > 5) Row<TColumns>(a1 + (2 * aRow), left, right, ref s5L, ref s5R);
                if (TRows.Value > 6) Row<TColumns>(a2, left, right, ref s6L, ref s6R);
                if (TRows.Value > 7) Row<TColumns>(a2 + aRow, left, right, ref s7L, ref s7R);
                if (TRows.Value > 8) Row<TColumns>(a2 + (2 * aRow), left, right, ref s8L, ref s8R);
                if (TRows.Value > 9) Row<TColumns>(a3, left, right, ref s9L, ref s9R);
                if (TRows.Value > 10) Row<TColumns>(a3 + aRow, left, right, ref s10L, ref s10R);
                if (TRows.Value > 11) Row<TColumns>(a3 + (2 * aRow), left, right, ref s11L, ref s11R);
                a0 += aDepth;
                if (TRows.Value > 3) a1 += aDepth;
                if (TRows.Value > 6) a2 += aDepth;
                if (TRows.Value > 9) a3 += aDepth;
            }
            Finish<TColumns>(ref c, cRow, s0L, s0R, mask0, mask1, accumulate);
            if (TRows.Value > 1) Finish<TColumns>(ref c, cRow, s1L, s1R, mask0, mask1, accumulate);
            if (TRows.Value > 2) Finish<TColumns>(ref c, cRow, s2L, s2R, mask0, mask1, accumulate);
            if (TRows.Value > 3) Finish<TColumns>(ref c, cRow, s3L, s3R, mask0, mask1, accumulate);
            if (TRows.Value > 4) Finish<TColumns>(ref c, cRow, s4L, s4R, mask0, mask1, accumulate);
            if (TRows.Value > 5) Finish<TColumns>(ref c, cRow, s5L, s5R, mask0, mask1, accumulate);
            if (TRows.Value > 6) Finish<TColumns>(ref c, cRow, s6L, s6R, mask0, mask1, accumulate);
            if (TRows.Value > 7) Finish<TColumns>(ref c, cRow, s7L, s7R, mask0, mask1, accumulate);
            if (TRows.Value > 8) Finish<TColumns>(ref c, cRow, s8L, s8R, mask0, mask1, accumulate);
            if (TRows.Value > 9) Finish<TColumns>(ref c, cRow, s9L, s9R, mask0, mask1, accumulate);
            if (TRows.Value > 10) Finish<TColumns>(ref c, cRow, s10L, s10R, mask0, mask1, accumulate);
            if (TRows.Value > 11) Finish<TColumns>(ref c, cRow, s11L, s11R, mask0, mask1, accumulate);
            aTile += work.ATile;
        }
    }

    /// <summary>Asks for the lines of C that the end of the tile will read and write, so that they arrive meanwhile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(byte* c, nint stride, int rows, bool two)
    {
        for (var row = 0; row < rows; row++)
        {
            CacheLine.Prefetch(c);
            if (two) CacheLine.Prefetch(c + TLanes.Bytes);
            c += stride;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row<TColumns>(byte* a, TVector left, TVector right, ref TVector sumLeft, ref TVector sumRight)
        where TColumns : struct, IColumns
    {
        var factor = TLanes.Broadcast(a);
        sumLeft = TLanes.MultiplyAdd(factor, left, sumLeft);
        if (TColumns.Two) sumRight = TLanes.MultiplyAdd(factor, right, sumRight);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<TColumns>(ref byte* row, nint stride, TVector left, TVector right, TVector mask0, TVector mask1, bool accumulate)
        where TColumns : struct, IColumns
    {
        var c = row;
        row += stride;
        if (TColumns.Masked && !TColumns.Two)
        {
            TLanes.StoreMasked(c, mask0, accumulate ? TLanes.Add(TLanes.LoadMasked(c, mask0), left) : left);
            return;
        }
        TLanes.Store(c, accumulate ? TLanes.Add(TLanes.Load(c), left) : left);
        if (!TColumns.Two) return;
        c += TLanes.Bytes;
        if (TColumns.Masked) TLanes.StoreMasked(c, mask1, accumulate ? TLanes.Add(TLanes.LoadMasked(c, mask1), right) : right);
        else TLanes.Store(c, accumulate ? TLanes.Add(TLanes.Load(c), right) : right);
    }

    private interface IColumns
    {
        /// <summary>Two registers of columns rather than one.</summary>
        static abstract bool Two { get; }

        /// <summary>The last register is not full.</summary>
        static abstract bool Masked { get; }
    }

    private readonly struct Full : IColumns
    {
        public static bool Two => true;

        public static bool Masked => false;
    }

    private readonly struct MaskedTwo : IColumns
    {
        public static bool Two => true;

        public static bool Masked => true;
    }

    private readonly struct MaskedOne : IColumns
    {
        public static bool Two => false;

        public static bool Masked => true;
    }
}
