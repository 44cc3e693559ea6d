using System.Buffers.Binary;

namespace LambdaHat.Data;

/// <summary>
/// A safetensors file open for reading: 8 bytes with the header's length, a JSON header, the little-endian data. The header is checked as
/// a whole when the file is opened; tensors are read when asked for.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    private const string Data = "the data of a tensor";
    private readonly Stream _stream;
    private readonly string _place;
    private readonly long _dataStart;
    private readonly Dictionary<string, SafetensorsEntry> _entries;

    /// <summary>Opens the file in <paramref name="stream"/>, which must seek and belongs to this object from here on; <paramref name="place"/> names it in messages.</summary>
    /// <exception cref="InvalidInputException">The header is damaged, or does not fit the data.</exception>
    public SafetensorsFile(Stream stream, string place)
    {
        _stream = stream;
        _place = place;
        try
        {
            var input = new ByteInput(stream, place, stream.Length - stream.Position);
            Span<byte> size = stackalloc byte[8];
            input.Fill(size, "the safetensors header's length");
            var length = BinaryPrimitives.ReadUInt64LittleEndian(size);
            if (length > SafetensorsHeader.MaxLength)
                throw new InvalidInputException($"{place}: not a safetensors file: a header of {length} bytes; expected at most {SafetensorsHeader.MaxLength}");
            input.Require((long)length, "the safetensors header");
            var json = new byte[length];
            input.Fill(json, "the safetensors header");
            _dataStart = stream.Position;
            _entries = SafetensorsHeader.Parse(json, stream.Length - _dataStart, place);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The names of the tensors, in the order of the header.</summary>
    public IReadOnlyCollection<string> Names => _entries.Keys;

    /// <summary>Opens the file at <paramref name="path"/>.</summary>
    /// <exception cref="InvalidInputException">It cannot be read or is not a valid safetensors file.</exception>
    public static SafetensorsFile Open(string path) => new(InputFile.Open(path, seeks: true), path);

    /// <summary>The shape of the tensor <paramref name="name"/> and its dtype as the file spells it (F32, BF16, …), or null when there is none.</summary>
    public (int[] Shape, string Type)? Find(string name) => _entries.TryGetValue(name, out var entry) ? (entry.Shape, entry.Type) : null;

    /// <summary>Reads the tensor <paramref name="name"/>.</summary>
    /// <exception cref="InvalidInputException">There is no such tensor, or the file cannot be read.</exception>
    public Tensor Read(string name)
    {
        var entry = Entry(name);
        return new Tensor(name, entry.Shape, Seek(entry).ReadNumbers(entry.Count, entry.Format, Data));
    }

    /// <summary>Reads the tensor <paramref name="name"/> into <paramref name="values"/>, whose length must be its number of elements.</summary>
    /// <exception cref="InvalidInputException">There is no such tensor, or the file cannot be read.</exception>
    public void Read(string name, Memory<float> values)
    {
        var entry = Entry(name);
        if (values.Length != entry.Count) throw new ArgumentException($"tensor {name} has {entry.Count} elements, got room for {values.Length}");
        Seek(entry).ReadNumbers(values, entry.Format, Data);
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private SafetensorsEntry Entry(string name) => _entries.TryGetValue(name, out var entry)
        ? entry
        : throw new InvalidInputException($"{_place}: no tensor named {NearestName.Quote(name)}; it has {Listing.Of(Names)}{NearestName.Hint(name, Names)}");

    private ByteInput Seek(SafetensorsEntry entry)
    {
        _stream.Position = _dataStart + entry.Begin;
        return new ByteInput(_stream, _place, _stream.Length - _stream.Position);
    }
}
