using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LambdaHat.Numerics;

/// <summary>
/// C (rows × columns) ← or += A·Bᵀ, the rows of A and of B contiguous: dot products along the depth. Strides are in bytes.
/// </summary>
internal unsafe struct DotWork
{
    public byte* A;
    public nint ARow;
    public byte* B;
    public nint BRow;
    public byte* C;
    public nint CRow;
    public int Depth;
    public bool Accumulate;
}

/// <summary>
/// A tile of dot products in registers: up to six rows by four columns, one register of partial sums each. The
/// registers of four columns are summed together. Every element is summed in the same way in a tile of any shape.
/// </summary>
internal static unsafe class DotKernel<TLanes, TVector>
    where TLanes : struct, ISingleLanes<TVector>
    where TVector : struct
{
    /// <summary>The most columns of a tile.</summary>
    public const int TileColumns = 4;

    /// <summary>Computes one tile.</summary>
    public static void Run(int rows, int columns, in DotWork work)
    {
        switch (columns)
        {
            case 1: Run<Constant1>(rows, work); break;
            case 2: Run<Constant2>(rows, work); break;
            case 3: Run<Constant3>(rows, work); break;
            case 4: Run<Constant4>(rows, work); break;
            default: throw new ArgumentOutOfRangeException(nameof(columns));
        }
    }

    private static void Run<TColumns>(int rows, in DotWork work) where TColumns : struct, IConstant
    {
        switch (rows)
        {
            case 1: Tile<Constant1, TColumns>(work); break;
            case 2: Tile<Constant2, TColumns>(work); break;
            case 3: Tile<Constant3, TColumns>(work); break;
            case 4: Tile<Constant4, TColumns>(work); break;
            case 5: Tile<Constant5, TColumns>(work); break;
            case 6: Tile<Constant6, TColumns>(work); break;
            default: throw new ArgumentOutOfRangeException(nameof(rows));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TRows, TColumns>(in DotWork work)
        where TRows : struct, IConstant
        where TColumns : struct, IConstant
    {
        nint aRow = work.ARow, bRow = work.BRow;
        byte* a0 = work.A, a1 = a0 + (3 * aRow), b = work.B, b3 = b + (3 * bRow);
        TVector s00 = default, s01 = default, s02 = default, s03 = default;
        TVector s10 = default, s11 = default, s12 = default, s13 = default;
        TVector s20 = default, s21 = default, s22 = default, s23 = default;
        TVector s30 = default, s31 = default, s32 = default, s33 = default;
        TVector s40 = default, s41 = default, s42 = default, s43 = default;
        TVector s50 = default, s51 = default, s52 = default, s53 = default;
        TVector r0, r1 = default, r2 = default, r3 = default, r4 = default, r5 = default;
        var depth = work.Depth;
        for (; depth >= TLanes.Count; depth -= TLanes.Count)
        {
            r0 = TLanes.Load((float*)a0);
            if (TRows.Value > 1) r1 = TLanes.Load((float*)(a0 + aRow));
            if (TRows.Value > 2) r2 = TLanes.Load((float*)(a0 + (2 * aRow)));
            if (TRows.Value > 3) r3 = TLanes.Load((float*)a1);
            if (TRows.Value > 4) r4 = TLanes.Load((float*)(a1 + aRow));
            if (TRows.Value > 5) r5 = TLanes.Load((float*)(a1 + (2 * aRow)));
            Column<TRows>(TLanes.Load((float*)b), r0, r1, r2, r3, r4, r5, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50);
            if (TColumns.Value > 1) Column<TRows>(TLanes.Load((float*)(b + bRow)), r0, r1, r2, r3, r4, r5, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
            if (TColumns.Value > 2) Column<TRows>(TLanes.Load((float*)(b + (2 * bRow))), r0, r1, r2, r3, r4, r5, ref s02, ref s12, ref s22, ref s32, ref s42, ref s52);
            if (TColumns.Value > 3) Column<TRows>(TLanes.Load((float*)b3), r0, r1, r2, r3, r4, r5, ref s03, ref s13, ref s23, ref s33, ref s43, ref s53);
            a0 += TLanes.Count * sizeof(float);
            a1 += TLanes.Count * sizeof(float);
            b += TLanes.Count * sizeof(float);
            b3 += TLanes.Count * sizeof(float);
        }
        if (depth > 0)
        {
            var mask = TLanes.Mask(depth);
            r0 = TLanes.LoadMasked((float*)a0, mask);
            if (TRows.Value > 1) r1 = TLanes.LoadMasked((float*)(a0 + aRow), mask);
            if (TRows.Value > 2) r2 = TLanes.LoadMasked((float*)(a0 + (2 * aRow)), mask);
            if (TRows.Value > 3) r3 = TLanes.LoadMasked((float*)a1, mask);
            if (TRows.Value > 4) r4 = TLanes.LoadMasked((float*)(a1 + aRow), mask);
            if (TRows.Value > 5) r5 = TLanes.LoadMasked((float*)(a1 + (2 * aRow)), mask);
            Column<TRows>(TLanes.LoadMasked((float*)b, mask), r0, r1, r2, r3, r4, r5, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50);
            if (TColumns.Value > 1) Column<TRows>(TLanes.LoadMasked((float*)(b + bRow), mask), r0, r1, r2, r3, r4, r5, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
            if (TColumns.Value > 2) Column<TRows>(TLanes.LoadMasked((float*)(b + (2 * bRow)), mask), r0, r1, r2, r3, r4, r5, ref s02, ref s12, ref s22, ref s32, ref s42, ref s52);
            if (TColumns.Value > 3) Column<TRows>(TLanes.LoadMasked((float*)b3, mask), r0, r1, r2, r3, r4, r5, ref s03, ref s13, ref s23, ref s33, ref s43, ref s53);
        }
        var c = work.C;
        Finish<TColumns>(c, s00, s01, s02, s03, work.Accumulate);
        if (TRows.Value > 1) Finish<TColumns>(c += work.CRow, s10, s11, s12, s13, work.Accumulate);
        if (TRows.Value > 2) Finish<TColumns>(c += work.CRow, s20, s21, s22, s23, work.Accumulate);
        if (TRows.Value > 3) Finish<TColumns>(c += work.CRow, s30, s31, s32, s33, work.Accumulate);
        if (TRows.Value > 4) Finish<TColumns>(c += work.CRow, s40, s41, s42, s43, work.Accumulate);
        if (TRows.Value > 5) Finish<TColumns>(c + work.CRow, s50, s51, s52, s53, work.Accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Column<TRows>(
        TVector b, TVector r0, TVector r1, TVector r2, TVector r3, TVector r4, TVector r5,
        ref TVector s0, ref TVector s1, ref TVector s2, ref TVector s3, ref TVector s4, ref TVector s5)
        where TRows : struct, IConstant
    {
        s0 = TLanes.MultiplyAdd(r0, b, s0);
        if (TRows.Value > 1) s1 = TLanes.MultiplyAdd(r1, b, s1);
        if (TRows.Value > 2) s2 = TLanes.MultiplyAdd(r2, b, s2);
        if (TRows.Value > 3) s3 = TLanes.MultiplyAdd(r3, b, s3);
        if (TRows.Value > 4) s4 = TLanes.MultiplyAdd(r4, b, s4);
        if (TRows.Value > 5) s5 = TLanes.MultiplyAdd(r5, b, s5);
    }

    /// <summary>Sums four registers together: two rounds of interleaving leave one partial sum of each in every group of four lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<TColumns>(byte* row, TVector s0, TVector s1, TVector s2, TVector s3, bool accumulate)
        where TColumns : struct, IConstant
    {
        var first = TLanes.Add(TLanes.InterleaveLow(s0, s1), TLanes.InterleaveHigh(s0, s1));
        var second = TColumns.Value > 2 ? TLanes.Add(TLanes.InterleaveLow(s2, s3), TLanes.InterleaveHigh(s2, s3)) : default;
        var sums = TLanes.SumQuads(TLanes.Add(TLanes.JoinLow(first, second), TLanes.JoinHigh(first, second)));
        var c = (float*)row;
        if (TColumns.Value == 4)
        {
            (accumulate ? Vector128.Load(c) + sums : sums).Store(c);
            return;
        }
        c[0] = accumulate ? c[0] + sums[0] : sums[0];
        if (TColumns.Value > 1) c[1] = accumulate ? c[1] + sums[1] : sums[1];
        if (TColumns.Value > 2) c[2] = accumulate ? c[2] + sums[2] : sums[2];
    }
}
