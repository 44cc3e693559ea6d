using System.Buffers.Binary;

namespace LambdaHat.Data;

/// <summary>
/// The IDX format of the MNIST files, plain or gzip: two zero bytes, a type (8 = uint8, 9 = int8, 0x0B = int16, 0x0C = int32, 0x0D = float32,
/// 0x0E = float64), the number of dimensions, the dimensions as big-endian int32, then the values big-endian and row-major.
/// </summary>
public static class Idx
{
    /// <summary>Reads the file at <paramref name="path"/>.</summary>
    /// <exception cref="InvalidInputException">It cannot be read or is not valid IDX.</exception>
    public static Tensor Read(string path) => InputFile.Read(path, Read);

    /// <summary>Reads one array from <paramref name="stream"/>; gzip is recognised where the stream can seek. <paramref name="place"/> names it in messages.</summary>
    /// <exception cref="InvalidInputException">The data are truncated, damaged or not IDX.</exception>
    public static Tensor Read(Stream stream, string place)
    {
        var input = ByteInput.Of(stream, place);
        Span<byte> magic = stackalloc byte[4];
        input.Fill(magic, "the IDX header");
        var type = magic[2] switch
        {
            0x08 => NumberType.UInt8,
            0x09 => NumberType.Int8,
            0x0B => NumberType.Int16,
            0x0C => NumberType.Int32,
            0x0D => NumberType.Float32,
            0x0E => NumberType.Float64,
            _ => (NumberType?)null,
        };
        if (magic[0] != 0 || magic[1] != 0 || type is null || magic[3] == 0 || magic[3] > TensorShape.MaxRank)
            throw new InvalidInputException($"{place}: not an IDX file: expected it to start with 00 00, a type from 08, 09, 0B, 0C, 0D, 0E and 1 to {TensorShape.MaxRank} dimensions, got {Convert.ToHexString(magic)}");

        Span<long> dimensions = stackalloc long[magic[3]];
        Span<byte> word = stackalloc byte[4];
        foreach (ref var dimension in dimensions)
        {
            input.Fill(word, "the IDX header");
            dimension = BinaryPrimitives.ReadInt32BigEndian(word);
        }
        var (shape, count) = TensorShape.Check(dimensions, place);
        var values = input.ReadNumbers(count, new NumberFormat(type.Value, BigEndian: true), $"the array of shape {TensorShape.Text(shape)}");
        input.RequireEnd();
        return new Tensor("", shape, values);
    }
}
