using System.IO.Compression;

namespace LambdaHat.Data;

/// <summary>
/// An .npz archive open for reading: named .npy arrays, stored or deflated, each read when asked for. Nothing is ever extracted to
/// disk, so an entry's name is only a key.
/// </summary>
public sealed class NpzFile : IDisposable
{
    private readonly Stream _stream;
    private readonly ZipArchive _archive;
    private readonly string _place;
    private readonly DecompressionBudget _budget;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.Ordinal);

    /// <summary>Opens the archive in <paramref name="stream"/>, which must seek and belongs to this object from here on; <paramref name="place"/> names it in messages.</summary>
    /// <exception cref="InvalidInputException">It is not a valid archive, or two arrays share a name.</exception>
    public NpzFile(Stream stream, string place)
    {
        _stream = stream;
        _place = place;
        _budget = new DecompressionBudget(stream.Length, place);
        try
        {
            _archive = Guarded(() => new ZipArchive(stream, ZipArchiveMode.Read));
            foreach (var entry in Guarded(() => _archive.Entries))
            {
                if (!entry.FullName.EndsWith(".npy", StringComparison.Ordinal)) continue;
                if (!_entries.TryAdd(entry.FullName[..^4], entry)) throw new InvalidInputException($"{place}: two arrays are named {NearestName.Quote(entry.FullName[..^4])}");
            }
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The names of the arrays, without <c>.npy</c>, in the order of the archive.</summary>
    public IReadOnlyCollection<string> Names => _entries.Keys;

    /// <summary>Opens the archive at <paramref name="path"/>.</summary>
    /// <exception cref="InvalidInputException">It cannot be read or is not a valid archive.</exception>
    public static NpzFile Open(string path) => new(InputFile.Open(path, seeks: true), path);

    /// <summary>Reads the array <paramref name="name"/>.</summary>
    /// <exception cref="InvalidInputException">There is no such array, or it is damaged or of an unsupported type.</exception>
    public Tensor Read(string name)
    {
        if (!_entries.TryGetValue(name, out var entry))
            throw new InvalidInputException($"{_place}: no array named {NearestName.Quote(name)}; it has {Listing.Of(Names)}{NearestName.Hint(name, Names)}");
        var place = $"{_place}, array {NearestName.Quote(name)}";
        using var content = new DecompressedStream(Guarded(entry.Open), _budget, place, null, entry.Crc32);
        // Equal sizes mean that the entry is stored, so its bytes are in the archive's own length.
        var stored = entry.CompressedLength == entry.Length && entry.Length <= _stream.Length;
        return Npy.Read(new ByteInput(content, place, stored ? entry.Length : null), name);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _archive.Dispose();
        _stream.Dispose();
    }

    private T Guarded<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException or NotSupportedException or ArgumentException or OverflowException)
        {
            throw new InvalidInputException($"{_place}: not a readable .npz (zip) archive: {failure.Message}", failure);
        }
    }
}
