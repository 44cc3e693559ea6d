using System.Runtime.Intrinsics.X86;

namespace LambdaHat.Numerics;

/// <summary>Hints to the cache.</summary>
internal static unsafe class CacheLine
{
    /// <summary>Asks for the line that holds an address, where the processor takes such hints; any address is legal.</summary>
    public static void Prefetch(byte* address)
    {
        if (Sse.IsSupported) Sse.Prefetch0(address);
    }
}
