using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LambdaHat.Numerics;

/// <summary>
/// Carries the state of an object out of it, or back into one that was made with the same settings. The object names what it consists of once, for both directions, so that what is read is what was written:
/// <code>
///     _count = state.Value(_count);
///     state.Values(_moments.Span);
/// </code>
/// Numbers keep their bits.
/// </summary>
public abstract class StateTransfer
{
    private const int Piece = 1 << 20;

    /// <summary>Whether values come from the state; otherwise they go to it.</summary>
    public abstract bool IsReading { get; }

    /// <summary>The bytes that are left to read; 0 when writing.</summary>
    protected abstract long Remaining { get; }

    /// <summary>Writes <paramref name="value"/> and returns it, or returns the one that was written.</summary>
    public T Value<T>(T value)
        where T : unmanaged
    {
        Move(MemoryMarshal.AsBytes(new Span<T>(ref value)));
        return value;
    }

    /// <summary>Writes a number that there may not be.</summary>
    public long? Value(long? value) => Value(value is not null) ? Value(value ?? 0) : null;

    /// <summary>Writes a number that there may not be.</summary>
    public double? Value(double? value) => Value(value is not null) ? Value(value ?? 0) : null;

    /// <summary>Writes or replaces <paramref name="values"/>, of a length that the settings fix.</summary>
    /// <exception cref="InvalidInputException">Another number of them was written.</exception>
    public void Values<T>(Span<T> values)
        where T : unmanaged
    {
        var length = Value(values.Length);
        if (length != values.Length) throw new InvalidInputException($"the saved state has {length} numbers where {values.Length} are expected");
        MoveAll(values);
    }

    /// <summary>Writes or replaces <paramref name="values"/>, as many as there are.</summary>
    /// <exception cref="InvalidInputException">The state ends before.</exception>
    public void Values<T>(List<T> values)
        where T : unmanaged
    {
        var count = Announced<T>(values.Count);
        if (IsReading) CollectionsMarshal.SetCount(values, count);
        MoveAll(CollectionsMarshal.AsSpan(values));
    }

    /// <summary>Writes the first <paramref name="count"/> of <paramref name="values"/>, or replaces them by those that were written, in a larger array where they need one. Returns how many.</summary>
    /// <exception cref="InvalidInputException">The state ends before.</exception>
    public int Values<T>(ref T[] values, int count)
        where T : unmanaged
    {
        count = Announced<T>(count);
        if (values.Length < count) values = new T[count];
        MoveAll(values.AsSpan(0, count));
        return count;
    }

    /// <summary>Writes <paramref name="bytes"/>, or fills them.</summary>
    protected abstract void Move(Span<byte> bytes);

    private int Announced<T>(int count)
        where T : unmanaged
    {
        count = Value(count);
        if (IsReading && (count < 0 || (long)count * Unsafe.SizeOf<T>() > Remaining)) throw new InvalidInputException($"the saved state ends before the {count} numbers that it announces");
        return count;
    }

    private void MoveAll<T>(Span<T> values)
        where T : unmanaged
    {
        for (; values.Length > Piece; values = values[Piece..]) Move(MemoryMarshal.AsBytes(values[..Piece]));
        Move(MemoryMarshal.AsBytes(values));
    }
}
