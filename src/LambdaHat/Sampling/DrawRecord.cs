using System.Collections;
using LambdaHat.Numerics;

namespace LambdaHat.Sampling;

/// <summary>
/// What a chain records of its steps t = 0, s, 2s, …, s the stride. Where it is full, every other number goes and the stride doubles, so that a chain of any length leaves a record of bounded size, over the whole of it. Which
/// steps it has depends on how many were made and on nothing else: those of chains of equal length are the same.
/// </summary>
public sealed class DrawRecord : IReadOnlyList<double>
{
    /// <summary>A bounded record of more numbers than this is long: it has all of its memory.</summary>
    internal const int LongFrom = 4096;

    private const int FirstSize = 16;

    private readonly int? _most;
    private double[] _values = [];

    /// <summary>A record of every <paramref name="every"/>-th step, 0 for none, that keeps at most <paramref name="most"/> numbers; null for all.</summary>
    /// <exception cref="InvalidInputException"><paramref name="most"/> is odd or below 2: the step that finds the record full would not be one of those that stay.</exception>
    public DrawRecord(int every, int? most)
    {
        if (most is { } given && (given < 2 || given % 2 != 0)) throw new InvalidInputException($"a bounded record keeps an even number ≥ 2 of numbers, got {given}");
        (Stride, _most) = (every, most);
    }

    /// <summary>s: a number is there for every s-th step; 0 for none.</summary>
    public int Stride { get; private set; }

    /// <summary>How many numbers there are.</summary>
    public int Count { get; private set; }

    /// <summary>The number of step <paramref name="index"/>·<see cref="Stride"/>.</summary>
    public double this[int index] => _values.AsSpan(0, Count)[index];

    /// <summary>The numbers of the steps from <paramref name="from"/> to before <paramref name="until"/>, as far as they are there; good until more is recorded.</summary>
    public ReadOnlyMemory<double> Between(long from, long until = long.MaxValue)
    {
        if (Stride == 0) return default;
        var end = IndexOf(Math.Min(until, (long)Count * Stride));
        return _values.AsMemory(Math.Min(IndexOf(from), end)..end);

        int IndexOf(long step) => (int)Math.Min((step + Stride - 1) / Stride, Count);
    }

    /// <summary>Takes the number of <paramref name="step"/>, where it is one to be recorded. The steps come one after the other.</summary>
    public void Add(long step, double value)
    {
        if (Stride == 0 || step % Stride != 0) return;
        if (Count == _most) KeepEveryOther();
        if (Count == _values.Length) Array.Resize(ref _values, Math.Max(NextSize(), FirstSize));
        _values[Count++] = value;
    }

    /// <summary>Takes <paramref name="value"/> for all steps to come before <paramref name="until"/>.</summary>
    public void Fill(long until, double value)
    {
        if (Stride == 0) return;
        while ((long)Count * Stride < until) Add((long)Count * Stride, value);
    }

    /// <summary>Writes or reads what there is.</summary>
    public void Transfer(StateTransfer state)
    {
        Stride = state.Value(Stride);
        Count = state.Values(ref _values, Count);
    }

    /// <inheritdoc/>
    public IEnumerator<double> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return _values[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // From there to full at once: a run that gets long then has the memory that it will have, and leaves none that it has outgrown.
    private int NextSize() => _most is { } most && (Count >= LongFrom || 2 * Count > most) ? most : (int)Math.Min(2L * Count, Array.MaxLength);

    private void KeepEveryOther()
    {
        Count /= 2;
        for (var i = 0; i < Count; i++) _values[i] = _values[2 * i];
        Stride *= 2;
    }
}
