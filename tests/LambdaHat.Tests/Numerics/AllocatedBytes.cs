namespace LambdaHat.Tests.Numerics;

/// <summary>What a piece of work allocates on its thread.</summary>
internal static class AllocatedBytes
{
    /// <summary>
    /// The bytes that <paramref name="work"/> allocates. A collection, which any thread of the process can cause, takes the rest of the thread's allocation
    /// context (up to 8 KB) for allocated, so that a count with one inside is made again.
    /// </summary>
    public static long Of(Action work)
    {
        for (var attempt = 1; ; attempt++)
        {
            var collections = GC.CollectionCount(0);
            var before = GC.GetAllocatedBytesForCurrentThread();
            work();
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (allocated == 0 || attempt == 50 || GC.CollectionCount(0) == collections) return allocated;
        }
    }
}
