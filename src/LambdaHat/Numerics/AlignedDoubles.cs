using System.Runtime.CompilerServices;

namespace LambdaHat.Numerics;

/// <summary>
/// A float64 buffer of one owner that grows when more is asked for, aligned to a cache line and never moved, so that pointers stay valid
/// until it grows. Growing loses the contents.
/// </summary>
internal sealed unsafe class AlignedDoubles
{
    private const int Line = 8;
    private double[] _data = [];

    /// <summary>
    /// At least <paramref name="length"/> numbers, of any value. The pointer keeps nothing alive: whoever works with it ends with <see cref="GC.KeepAlive"/> of the owner.
    /// </summary>
    public double* Reserve(long length)
    {
        if (_data.Length < length + Line) _data = GC.AllocateArray<double>(checked((int)length + Line), pinned: true);
        var address = (nint)Unsafe.AsPointer(ref _data[0]);
        return (double*)((address + 63) & ~(nint)63);
    }
}
