using System.Runtime.CompilerServices;

namespace LambdaHat.Numerics;

/// <summary>Turns a strip of rows into columns, in registers: the packing of transposed operands and the gathering of records.</summary>
internal static unsafe class Strip<TLanes, TVector>
    where TLanes : struct, ISingleLanes<TVector>
    where TVector : struct
{
    /// <summary>
    /// result[i·stride + lane] ← rows[lane][i] for i &lt; length and the lanes of the mask; one row a lane, every pointer valid,
    /// also those outside the mask. The stride is in elements.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(byte** rows, int length, float* result, nint stride, TVector mask)
    {
        nint offset = 0;
        var i = 0;
        for (; i <= length - 4; i += 4)
        {
            var r0 = TLanes.LoadQuads(rows, offset);
            var r1 = TLanes.LoadQuads(rows + 1, offset);
            var r2 = TLanes.LoadQuads(rows + 2, offset);
            var r3 = TLanes.LoadQuads(rows + 3, offset);
            TVector low01 = TLanes.InterleaveLow(r0, r1), high01 = TLanes.InterleaveHigh(r0, r1);
            TVector low23 = TLanes.InterleaveLow(r2, r3), high23 = TLanes.InterleaveHigh(r2, r3);
            TLanes.StoreMasked(result, mask, TLanes.JoinLow(low01, low23));
            TLanes.StoreMasked(result + stride, mask, TLanes.JoinHigh(low01, low23));
            TLanes.StoreMasked(result + (2 * stride), mask, TLanes.JoinLow(high01, high23));
            TLanes.StoreMasked(result + (3 * stride), mask, TLanes.JoinHigh(high01, high23));
            result += 4 * stride;
            offset += 4 * sizeof(float);
        }
        for (; i < length; i++)
        {
            TLanes.StoreMasked(result, mask, TLanes.LoadColumn(rows, offset));
            result += stride;
            offset += sizeof(float);
        }
    }
}
