using System.Runtime.CompilerServices;

namespace LambdaHat.Numerics;

/// <summary>Copies parts of the operands into the order in which the kernel reads them.</summary>
internal static unsafe class PanelPacking<TLanes, TVector>
    where TLanes : struct, ISingleLanes<TVector>
    where TVector : struct
{
    /// <summary>How many rows ahead a copy asks for; rows lie too far apart for the processor to guess.</summary>
    private const int PrefetchDistance = 16;

    /// <summary>
    /// One panel of op(B): for each depth, its columns side by side, at most two registers of them. Strides in bytes.
    /// </summary>
    public static void PackPanel(byte* b, nint depthStride, nint columnStride, int columns, int depth, float* panel)
    {
        if (columnStride == sizeof(float)) Copy(b, depthStride, columns, depth, panel, 2 * TLanes.Count);
        else Transpose(b, columnStride, columns, depth, panel, 2 * TLanes.Count);
    }

    /// <summary>
    /// Tiles of rows of op(A), one after another: for each depth, the tile's rows side by side in the room of the
    /// highest tile. Strides in bytes.
    /// </summary>
    public static void PackRows(byte* a, nint rowStride, nint depthStride, in Tiling tiles, int depth, float* packed)
    {
        for (var tile = 0; tile < tiles.Tiles; tile++)
        {
            var rows = tiles.Size(tile);
            if (rowStride == sizeof(float)) Copy(a, depthStride, rows, depth, packed, TLanes.TileRows);
            else Transpose(a, rowStride, rows, depth, packed, TLanes.TileRows);
            a += rows * rowStride;
            packed += TLanes.TileRows * (nint)depth;
        }
    }

    /// <summary>At most two registers of numbers from each row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Copy(byte* source, nint stride, int count, int depth, float* result, int resultStride)
    {
        TVector mask0 = TLanes.Mask(count), mask1 = TLanes.Mask(count - TLanes.Count);
        if (count <= TLanes.Count)
        {
            for (var d = 0; d < depth; d++)
            {
                CacheLine.Prefetch(source + (PrefetchDistance * stride));
                TLanes.StoreMasked(result, mask0, TLanes.LoadMasked((float*)source, mask0));
                source += stride;
                result += resultStride;
            }
            return;
        }
        for (var d = 0; d < depth; d++)
        {
            CacheLine.Prefetch(source + (PrefetchDistance * stride));
            CacheLine.Prefetch(source + (PrefetchDistance * stride) + (TLanes.Count * sizeof(float)));
            TLanes.Store(result, TLanes.Load((float*)source));
            TLanes.StoreMasked(result + TLanes.Count, mask1, TLanes.LoadMasked((float*)source + TLanes.Count, mask1));
            source += stride;
            result += resultStride;
        }
    }

    /// <summary>Rows side by side, a register of them at a time.</summary>
    private static void Transpose(byte* source, nint stride, int count, int depth, float* result, int resultStride)
    {
        var rows = stackalloc byte*[TLanes.Count];
        for (var first = 0; first < count; first += TLanes.Count)
        {
            for (var lane = 0; lane < TLanes.Count; lane++) rows[lane] = source + (Math.Min(first + lane, count - 1) * stride);
            Strip<TLanes, TVector>.Transpose(rows, depth, result + first, resultStride, TLanes.Mask(count - first));
        }
    }
}
