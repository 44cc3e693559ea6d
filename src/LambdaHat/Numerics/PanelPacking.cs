namespace LambdaHat.Numerics;

/// <summary>Copies parts of the operands into the order in which the kernel reads them.</summary>
internal static unsafe class PanelPacking<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <summary>
    /// One panel of op(B): for each depth, its columns side by side, at most two registers of them. Strides in bytes.
    /// </summary>
    public static void PackPanel(byte* b, nint depthStride, nint columnStride, int columns, int depth, float* panel)
    {
        for (var first = 0; first < columns; first += TLanes.Count)
            Pack(b + (first * columnStride), depthStride, columnStride, columns - first, depth, panel + first, 2 * TLanes.Count);
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
            for (var first = 0; first < rows; first += TLanes.Count)
                Pack(a + (first * rowStride), depthStride, rowStride, rows - first, depth, packed + first, TLanes.TileRows);
            a += rows * rowStride;
            packed += TLanes.TileRows * (nint)depth;
        }
    }

    private static void Pack(byte* source, nint depthStride, nint laneStride, int lanes, int depth, float* result, nint resultStride)
    {
        var mask = TLanes.Mask(lanes);
        if (laneStride == sizeof(float))
        {
            for (var d = 0; d < depth; d++)
            {
                TLanes.StoreMasked(result, mask, TLanes.LoadMasked((float*)source, mask));
                source += depthStride;
                result += resultStride;
            }
            return;
        }
        var rows = stackalloc byte*[TLanes.Count];
        for (var lane = 0; lane < TLanes.Count; lane++) rows[lane] = source + (Math.Min(lane, lanes - 1) * laneStride);
        Strip<TLanes, TVector>.Transpose(rows, depth, result, resultStride, mask);
    }
}
