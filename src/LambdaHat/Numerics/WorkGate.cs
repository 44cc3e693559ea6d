using System.Diagnostics;

namespace LambdaHat.Numerics;

/// <summary>Where one thread waits for a number that another thread changes: spinning first, then asleep.</summary>
internal sealed class WorkGate : IDisposable
{
    private const double SpinSeconds = 50e-6;
    private static readonly long SpinTicks = Environment.ProcessorCount > 1 ? (long)(SpinSeconds * Stopwatch.Frequency) : 0;
    private readonly AutoResetEvent _wake = new(false);
    private int _asleep;

    /// <summary>Returns when <paramref name="location"/> no longer holds <paramref name="value"/>. One thread at a time.</summary>
    public void WaitWhile(ref int location, int value)
    {
        if (Volatile.Read(ref location) != value) return;
        var deadline = Stopwatch.GetTimestamp() + SpinTicks;
        while (Stopwatch.GetTimestamp() < deadline)
        {
            if (Volatile.Read(ref location) != value) return;
            Thread.SpinWait(1);
        }
        while (true)
        {
            // Announced before the number is read again; the other side changes the number before it looks here.
            Interlocked.Exchange(ref _asleep, 1);
            if (Volatile.Read(ref location) != value)
            {
                if (Interlocked.Exchange(ref _asleep, 0) == 0) _wake.WaitOne();
                return;
            }
            _wake.WaitOne();
            if (Volatile.Read(ref location) != value) return;
        }
    }

    /// <summary>Wakes the waiting thread, if asleep; called after the number was changed with a full fence.</summary>
    public void Open()
    {
        if (Interlocked.Exchange(ref _asleep, 0) == 1) _wake.Set();
    }

    /// <inheritdoc/>
    public void Dispose() => _wake.Dispose();
}
