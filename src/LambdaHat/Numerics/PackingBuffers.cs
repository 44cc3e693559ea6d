using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LambdaHat.Numerics;

/// <summary>The packed parts of the operands that one thread works on, allocated when first needed.</summary>
internal sealed unsafe class PackingBuffers : IDisposable
{
    private AlignedMemory? _left;
    private AlignedMemory? _right;

    /// <summary>Room for packed rows of A.</summary>
    public float* Left(int length) => Pointer(ref _left, length);

    /// <summary>Room for a packed panel of B.</summary>
    public float* Right(int length) => Pointer(ref _right, length);

    /// <inheritdoc/>
    public void Dispose()
    {
        _left?.Dispose();
        _right?.Dispose();
    }

    private static float* Pointer(ref AlignedMemory? memory, int length)
    {
        if (memory is null || memory.Length < length)
        {
            memory?.Dispose();
            memory = new(length);
        }
        // The memory lies outside the garbage-collected heap and does not move.
        return (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(memory.Span));
    }
}
