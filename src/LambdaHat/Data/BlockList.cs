namespace LambdaHat.Data;

/// <summary>
/// A sequence that grows by whole blocks, so that what is already there is never copied: allocates at most
/// twice what is appended plus one first block.
/// </summary>
internal sealed class BlockList<T> where T : struct
{
    private const int FirstBlock = 1 << 14, LargestBlock = 1 << 20;
    private readonly List<T[]> _blocks = [];
    private int _used;

    /// <summary>The number of elements appended.</summary>
    public long Count { get; private set; }

    /// <summary>The full blocks and the used part of the last, in order.</summary>
    public IEnumerable<ReadOnlyMemory<T>> Blocks => _blocks.Select((block, i) => (ReadOnlyMemory<T>)block.AsMemory(0, i == _blocks.Count - 1 ? _used : block.Length));

    /// <summary>Room for at least one more element and at most <paramref name="atMost"/>; say how much was used with <see cref="Advance"/>.</summary>
    public Span<T> Room(long atMost)
    {
        if (_blocks.Count == 0 || _used == _blocks[^1].Length)
        {
            _blocks.Add(new T[Math.Clamp(Count, Math.Min(atMost, FirstBlock), Math.Min(atMost, LargestBlock))]);
            _used = 0;
        }
        var free = _blocks[^1].AsSpan(_used);
        return free.Length > atMost ? free[..(int)atMost] : free;
    }

    /// <summary>Counts <paramref name="count"/> elements written into <see cref="Room"/>.</summary>
    public void Advance(int count)
    {
        _used += count;
        Count += count;
    }

    /// <summary>Appends one element.</summary>
    public void Add(T value)
    {
        Room(long.MaxValue)[0] = value;
        Advance(1);
    }

    /// <summary>All elements in one array.</summary>
    public T[] ToArray()
    {
        var result = new T[Count];
        var offset = 0;
        foreach (var block in Blocks)
        {
            block.Span.CopyTo(result.AsSpan(offset));
            offset += block.Length;
        }
        return result;
    }
}
