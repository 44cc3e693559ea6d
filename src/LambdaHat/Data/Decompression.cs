using System.IO.Compression;

namespace LambdaHat.Data;

/// <summary>
/// What one compressed file may expand to: <see cref="MaxRatio"/> times its size, or <see cref="FreeBytes"/> if that is more.
/// </summary>
internal sealed class DecompressionBudget(long compressedBytes, string place)
{
    /// <summary>The highest ratio of decompressed to compressed bytes.</summary>
    public const int MaxRatio = 200;

    /// <summary>Decompressed bytes that are allowed whatever the ratio.</summary>
    public const long FreeBytes = 64L << 20;

    private readonly long _limit = Math.Max(FreeBytes, MaxRatio * compressedBytes);
    private long _used;

    /// <summary>Counts decompressed bytes.</summary>
    /// <exception cref="InvalidInputException">They are more than the file may expand to.</exception>
    public void Spend(int bytes)
    {
        _used += bytes;
        if (_used > _limit)
            throw new InvalidInputException($"{place}: {compressedBytes} compressed bytes expand to more than {_limit} bytes, the limit (the larger of {FreeBytes >> 20} MiB and {MaxRatio} times the size); store the data uncompressed if they are genuine");
    }
}

/// <summary>A decompressed stream whose bytes are counted against a <see cref="DecompressionBudget"/>.</summary>
internal sealed class DecompressedStream(Stream source, DecompressionBudget budget) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>
    /// <paramref name="stream"/> itself, or its decompressed content when it can seek and starts with gzip's two magic bytes.
    /// </summary>
    public static Stream Unwrap(Stream stream, string place)
    {
        if (!stream.CanSeek || stream.Length - stream.Position < 2) return stream;
        var (first, second) = (stream.ReadByte(), stream.ReadByte());
        stream.Position -= 2;
        if (first != 0x1F || second != 0x8B) return stream;
        var budget = new DecompressionBudget(stream.Length - stream.Position, place);
        return new DecompressedStream(new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true), budget);
    }

    public override int Read(Span<byte> buffer)
    {
        var read = source.Read(buffer);
        budget.Spend(read);
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
