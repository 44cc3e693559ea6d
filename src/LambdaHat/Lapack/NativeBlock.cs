using System.Runtime.InteropServices;

namespace LambdaHat.Lapack;

/// <summary>Memory outside the garbage-collected heap, of any size, aligned to a cache line; not cleared.</summary>
internal sealed unsafe class NativeBlock : IDisposable
{
    private void* _pointer;

    public NativeBlock(long bytes) => _pointer = NativeMemory.AlignedAlloc((nuint)Math.Max(bytes, 1), 64);

    ~NativeBlock() => Release();

    public void* Pointer
    {
        get
        {
            ObjectDisposedException.ThrowIf(_pointer is null, this);
            return _pointer;
        }
    }

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
