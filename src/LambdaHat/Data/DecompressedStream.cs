using System.Buffers.Binary;
using System.IO.Compression;

namespace LambdaHat.Data;

/// <summary>
/// A decompressed stream whose bytes are counted against a <see cref="DecompressionBudget"/> and, at its end, compared with what the file says about
/// them: their number modulo 2³² (gzip, whose own checksum the decompressor compares) or their CRC-32 (zip).
/// </summary>
internal sealed class DecompressedStream(Stream source, DecompressionBudget budget, string place, uint? length, uint? checksum) : Stream
{
    private Crc32 _crc;
    private uint _length;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>
    /// <paramref name="stream"/> itself, or its decompressed content when it can seek and starts with gzip's two magic bytes. Files of several gzip
    /// members are refused at their end: their length, by which a cut file is known, is not recorded.
    /// </summary>
    public static Stream Unwrap(Stream stream, string place)
    {
        if (!stream.CanSeek || stream.Length - stream.Position < 2) return stream;
        var start = stream.Position;
        Span<byte> bytes = stackalloc byte[4];
        stream.ReadExactly(bytes[..2]);
        stream.Position = start;
        if (bytes[0] != 0x1F || bytes[1] != 0x8B) return stream;
        if (stream.Length - start < 18) throw new InvalidInputException($"{place}: gzip data that are cut short");
        stream.Position = stream.Length - 4;
        stream.ReadExactly(bytes);
        stream.Position = start;
        var budget = new DecompressionBudget(stream.Length - start, place);
        return new DecompressedStream(new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true), budget, place, BinaryPrimitives.ReadUInt32LittleEndian(bytes), null);
    }

    public override int Read(Span<byte> buffer)
    {
        var read = source.Read(buffer);
        budget.Spend(read);
        _length += (uint)read;
        if (checksum is not null) _crc.Append(buffer[..read]);
        if (read == 0 && buffer.Length > 0)
        {
            if (length is not null && length != _length)
                throw new InvalidInputException($"{place}: gzip data that are cut short, or of more than one member: {_length} bytes, expected {length} (modulo 2³²)");
            if (checksum is not null && checksum != _crc.Value)
                throw new InvalidInputException($"{place}: damaged: the data have the CRC-32 {_crc.Value:X8}, expected {checksum:X8}");
        }
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) source.Dispose();
        base.Dispose(disposing);
    }
}
