namespace LambdaHat.Tests.Numerics;

/// <summary>What a piece of work allocates on its thread.</summary>
internal static class AllocatedBytes
{
    // A true allocation is there every time; a background collection, which no count shows, is not there three times on end.
    private const int LeastAttempts = 3, MostAttempts = 50;

    /// <summary>
    /// The bytes that <paramref name="work"/> allocates: the least of several counts. A collection, which any thread of the process can cause, takes the rest of the thread's allocation context (up to 8 KB) for allocated;
    /// a count with one inside is made again, and so is the first, for a collection in the background stops threads a second time without being counted.
    /// </summary>
    public static long Of(Action work)
    {
        var least = long.MaxValue;
        for (var attempt = 1; ; attempt++)
        {
            var collections = GC.CollectionCount(0);
            var before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            if (least == 0 || attempt == MostAttempts || (attempt >= LeastAttempts && GC.CollectionCount(0) == collections)) return least;
        }
    }
}
