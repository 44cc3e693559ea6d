using System.Runtime.InteropServices;

namespace LambdaHat.Numerics;

/// <summary>
/// Float32 memory outside the garbage-collected heap, zeroed, aligned to a cache line (64 bytes), of any length
/// that a span can address.
/// </summary>
public sealed unsafe class AlignedMemory : IDisposable
{
    private const nuint Alignment = 64;
    private float* _pointer;

    /// <summary>Allocates <paramref name="length"/> zeros.</summary>
    public AlignedMemory(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        var bytes = (nuint)Math.Max(length, 1) * sizeof(float);
        _pointer = (float*)NativeMemory.AlignedAlloc(bytes, Alignment);
        NativeMemory.Clear(_pointer, bytes);
    }

    /// <summary>Releases the memory if <see cref="Dispose"/> was not called.</summary>
    ~AlignedMemory() => Release();

    /// <summary>The number of elements.</summary>
    public int Length { get; }

    /// <summary>The elements. The span must not outlive this object.</summary>
    public Span<float> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(_pointer is null, this);
            return new(_pointer, Length);
        }
    }

    /// <summary>
    /// The row stride for feature-major matrices of <paramref name="columns"/> columns: whole cache lines, an odd number
    /// of them, so that walking down a column visits every set of the cache.
    /// </summary>
    public static int RowStride(int columns) => 16 * (((columns + 15) / 16) | 1);

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private void Release()
    {
        NativeMemory.AlignedFree(_pointer);
        _pointer = null;
    }
}
