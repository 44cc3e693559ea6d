using System.Numerics;
using LambdaHat.Numerics;

namespace LambdaHat.Sampling;

/// <summary>What the statistics of draws are worked out in, one after the other: memory that is there for the next ones, and grows to the most that was asked for.</summary>
internal sealed class DrawWorkspace
{
    private double[] _values = [], _sorted = [], _covariance = [];
    private int[] _places = [];
    private Complex[] _padded = [];

    /// <summary>Takes the memory for statistics of as many <paramref name="chains"/> of at most <paramref name="length"/> draws each.</summary>
    public void Reserve(int chains, int length)
    {
        var count = (int)Math.Min((long)chains * length, Array.MaxLength);
        Values(count);
        Sorted(count);
        Places(count);
        Covariance(length / 2);
        Padded(Autocovariance.PaddedLength(length / 2));
    }

    /// <summary>One number for each draw: what is made of the draws.</summary>
    public Memory<double> Values(int count) => Sized(ref _values, count);

    /// <summary>Draws to be put in order.</summary>
    public Span<double> Sorted(int count) => Sized(ref _sorted, count).Span;

    /// <summary>Where a draw in order came from.</summary>
    public Span<int> Places(int count) => Sized(ref _places, count).Span;

    /// <summary>One number for each lag.</summary>
    public Span<double> Covariance(int count) => Sized(ref _covariance, count).Span;

    /// <summary>A sequence to be transformed.</summary>
    public Span<Complex> Padded(int count) => Sized(ref _padded, count).Span;

    private static Memory<T> Sized<T>(ref T[] array, int count)
    {
        if (array.Length < count) array = new T[(int)Math.Min(BitOperations.RoundUpToPowerOf2((uint)count), (uint)Array.MaxLength)];
        return array.AsMemory(0, count);
    }
}
