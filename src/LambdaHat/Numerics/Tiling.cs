namespace LambdaHat.Numerics;

/// <summary>
/// A length cut into as few tiles of at most a given size as possible, their sizes as equal as possible, the larger ones
/// first. With a granule, every size but the last is a multiple of it.
/// </summary>
internal readonly struct Tiling
{
    private readonly int _length;
    private readonly int _granule;

    public Tiling(int length, int limit, int granule = 1)
    {
        _length = length;
        _granule = granule;
        Tiles = Count(length, limit);
        if (Tiles == 0) return;
        var granules = Count(length, granule);
        Least = granules / Tiles;
        Larger = granules % Tiles;
    }

    /// <summary>The number of tiles.</summary>
    public int Tiles { get; }

    /// <summary>The size of the smaller tiles, in granules.</summary>
    public int Least { get; }

    /// <summary>How many tiles hold one granule more.</summary>
    public int Larger { get; }

    /// <summary>The size of tile <paramref name="index"/>.</summary>
    public int Size(int index)
    {
        var size = (Least + (index < Larger ? 1 : 0)) * _granule;
        return index < Tiles - 1 ? size : _length - Start(index);
    }

    /// <summary>Where tile <paramref name="index"/> starts.</summary>
    public int Start(int index) => ((index * Least) + Math.Min(index, Larger)) * _granule;

    /// <summary>The number of tiles of a size that cover a length.</summary>
    public static int Count(int length, int size) => (int)(((long)length + size - 1) / size);
}
