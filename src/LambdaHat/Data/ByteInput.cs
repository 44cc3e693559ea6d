using LambdaHat.Numerics;

namespace LambdaHat.Data;

/// <summary>
/// The bytes of a file that may be truncated, damaged or lying about its sizes. Nothing is allocated because a header asks for it:
/// the bytes must be there first, known from the stream's length or, in compressed data, read.
/// </summary>
internal sealed class ByteInput
{
    private readonly Stream _stream;
    private long? _remaining;

    /// <summary>Reads from <paramref name="stream"/>; <paramref name="place"/> names it in messages, <paramref name="remaining"/> is the bytes left in it where known.</summary>
    public ByteInput(Stream stream, string place, long? remaining)
    {
        _stream = stream;
        _remaining = remaining;
        Place = place;
    }

    /// <summary>The rest of <paramref name="stream"/>, decompressed if it is gzip.</summary>
    public static ByteInput Of(Stream stream, string place)
    {
        var plain = DecompressedStream.Unwrap(stream, place);
        return new ByteInput(plain, place, plain.CanSeek ? plain.Length - plain.Position : null);
    }

    /// <summary>The name of the input, for messages.</summary>
    public string Place { get; }

    /// <summary>Fills <paramref name="target"/>.</summary>
    /// <exception cref="InvalidInputException">The input ends before, or cannot be read or decompressed.</exception>
    public void Fill(Span<byte> target, string what)
    {
        var filled = 0;
        while (filled < target.Length)
        {
            var read = Read(target[filled..]);
            if (read == 0) throw TooShort(what, target.Length, filled);
            filled += read;
        }
    }

    /// <summary>Fails when the input is known to have fewer than <paramref name="bytes"/> left.</summary>
    public void Require(long bytes, string what)
    {
        if (_remaining < bytes) throw TooShort(what, bytes, _remaining.Value);
    }

    /// <summary>Fails when anything is left.</summary>
    public void RequireEnd()
    {
        Span<byte> one = stackalloc byte[1];
        if (Read(one) != 0) throw new InvalidInputException($"{Place}: expected the end of the data, got more bytes than the header announces");
    }

    /// <summary>Reads <paramref name="count"/> numbers into a new array, if the memory has room for it; with <paramref name="order"/>, from column-major to row-major.</summary>
    public float[] ReadNumbers(int count, NumberFormat format, string what, ColumnMajorOrder? order = null)
    {
        if (count == 0) return [];
        long bytes = (long)count * format.Size, numbers = (long)count * sizeof(float);
        if (_remaining is null)
        {
            var blocks = new BlockList<byte>();
            while (blocks.Count < bytes)
            {
                var room = blocks.Room(bytes - blocks.Count);
                Fill(room, what);
                blocks.Advance(room.Length);
            }
            AvailableMemory.Require(numbers, $"{Place}: {what}");
            var converter = new NumberSink(new float[count], format, order);
            foreach (var block in blocks.Blocks) converter.Take(block.Span);
            return converter.Result;
        }
        Require(bytes, what);
        AvailableMemory.Require(numbers, $"{Place}: {what}");
        var result = new float[count];
        ReadNumbers(result, format, what, order);
        return result;
    }

    /// <summary>Reads as many numbers as <paramref name="result"/> holds.</summary>
    public void ReadNumbers(Memory<float> result, NumberFormat format, string what, ColumnMajorOrder? order = null)
    {
        Require((long)result.Length * format.Size, what);
        var sink = new NumberSink(result, format, order);
        Span<byte> buffer = stackalloc byte[8192];
        for (var left = (long)result.Length * format.Size; left > 0;)
        {
            var chunk = buffer[..(int)Math.Min(left, buffer.Length)];
            Fill(chunk, what);
            sink.Take(chunk);
            left -= chunk.Length;
        }
    }

    private int Read(Span<byte> target)
    {
        try
        {
            var read = _stream.Read(target);
            _remaining -= read;
            return read;
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new InvalidInputException($"{Place}: cannot be read: {failure.Message}", failure);
        }
    }

    private InvalidInputException TooShort(string what, long expected, long got) =>
        new($"{Place}: ends too early: {what} should have {expected} bytes, {got} are there");
}
