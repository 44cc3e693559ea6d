using System.Runtime.ExceptionServices;

namespace LambdaHat.Numerics;

/// <summary>A piece of work that a <see cref="WorkTeam"/> splits into parts; parts must not depend on each other.</summary>
public interface ITeamWork
{
    /// <summary>Does part <paramref name="part"/> of <paramref name="parts"/>.</summary>
    void Execute(int part, int parts);
}

/// <summary>
/// A fixed set of threads that run the parts of one piece of work together, without allocating. The split of the
/// work must not change any result: parts write disjoint outputs, each computed as it would be alone. Threads take
/// the parts in turn, so that the caller does not wait for one that is asleep or has lost its processor. A thread without
/// work spins for some microseconds, then sleeps. One caller at a time.
/// </summary>
public sealed class WorkTeam : IDisposable
{
    private readonly WorkGate[] _start;
    private readonly WorkGate _finish = new();
    private readonly Thread[] _members;
    private readonly ExceptionDispatchInfo?[] _failures;
    private ITeamWork? _work;
    private long _ticket;
    private int _round;
    private int _pending;
    private int _completed;
    private int _running;
    private bool _disposed;

    /// <summary>Starts a team of <paramref name="size"/> threads, the calling one included.</summary>
    public WorkTeam(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        Size = size;
        _ticket = size;
        _failures = new ExceptionDispatchInfo?[size];
        _start = new WorkGate[size - 1];
        _members = new Thread[size - 1];
        for (var i = 0; i < _members.Length; i++) _start[i] = new();
        for (var i = 0; i < _members.Length; i++)
        {
            var gate = _start[i];
            _members[i] = new(() => Serve(gate)) { IsBackground = true, Name = $"WorkTeam {i + 1}" };
            _members[i].Start();
        }
    }

    /// <summary>The number of threads, the calling one included.</summary>
    public int Size { get; }

    /// <summary>
    /// Runs every part of <paramref name="work"/>, each on any thread of the team, and returns when all are done. When parts throw, the
    /// exception of the first of them is thrown here, after all parts have ended.
    /// </summary>
    /// <exception cref="InvalidOperationException">The team is running work already.</exception>
    public void Run(ITeamWork work)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentNullException.ThrowIfNull(work);
        if (Interlocked.Exchange(ref _running, 1) != 0)
            throw new InvalidOperationException("expected one piece of work at a time, got a second while the team was running the first");
        try
        {
            if (Size == 1)
            {
                work.Execute(0, 1);
                return;
            }
            _work = work;
            Volatile.Write(ref _pending, Size);
            var before = _round;
            Volatile.Write(ref _ticket, (long)(before + 1) << 32);
            NextRound();
            TakeParts();
            _finish.WaitWhile(ref _completed, before);
            _work = null;
            ThrowFirstFailure();
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }

    /// <summary>Ends the threads. Must not be called while work is running.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        NextRound();
        foreach (var member in _members) member.Join();
        foreach (var gate in _start) gate.Dispose();
        _finish.Dispose();
    }

    private void NextRound()
    {
        Interlocked.Increment(ref _round);
        foreach (var gate in _start) gate.Open();
    }

    private void Serve(WorkGate gate)
    {
        while (true)
        {
            var round = Volatile.Read(ref _round);
            if (_disposed) return;
            TakeParts();
            gate.WaitWhile(ref _round, round);
        }
    }

    /// <summary>
    /// Runs parts until none is left. A ticket holds the round (upper half) and the next part (lower half) in one number, so that a
    /// thread that is late cannot take a part of one round for a part of another.
    /// </summary>
    private void TakeParts()
    {
        while (true)
        {
            var ticket = Volatile.Read(ref _ticket);
            var part = (int)(ticket & int.MaxValue);
            if (part >= Size) return;
            if (Interlocked.CompareExchange(ref _ticket, ticket + 1, ticket) != ticket) continue;
            Execute(_work!, part);
            if (Interlocked.Decrement(ref _pending) > 0) continue;
            Interlocked.Exchange(ref _completed, (int)(ticket >> 32));
            _finish.Open();
        }
    }

    private void Execute(ITeamWork work, int part)
    {
#pragma warning disable CA1031 // Whatever a part throws is thrown again to the caller.
        try
        {
            work.Execute(part, Size);
        }
        catch (Exception e)
        {
            _failures[part] = ExceptionDispatchInfo.Capture(e);
        }
#pragma warning restore CA1031
    }

    private void ThrowFirstFailure()
    {
        ExceptionDispatchInfo? first = null;
        foreach (var failure in _failures) first ??= failure;
        if (first is null) return;
        Array.Clear(_failures);
        first.Throw();
    }
}
