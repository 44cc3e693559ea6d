using System.Runtime.InteropServices;

namespace LambdaHat.Data;

/// <summary>
/// NumPy's .npy files. Reads versions 1 to 3, real numeric types of both byte orders, row- and column-major, plain or gzip; writes version 1.0.
/// </summary>
public static class Npy
{
    /// <summary>Reads the file at <paramref name="path"/>.</summary>
    /// <exception cref="InvalidInputException">It cannot be read or is not a valid numeric .npy file.</exception>
    public static Tensor Read(string path) => InputFile.Read(path, Read);

    /// <summary>Reads one array from <paramref name="stream"/>; <paramref name="place"/> names it in messages.</summary>
    /// <exception cref="InvalidInputException">The data are truncated, damaged or not a numeric .npy array.</exception>
    public static Tensor Read(Stream stream, string place) => Read(ByteInput.Of(stream, place), "");

    /// <summary>Writes <paramref name="values"/>, row-major of <paramref name="shape"/>, as float32.</summary>
    public static void Write(Stream stream, ReadOnlySpan<float> values, params int[] shape) => Write(stream, values, "<f4", shape);

    /// <summary>Writes <paramref name="values"/>, row-major of <paramref name="shape"/>, as float64.</summary>
    public static void Write(Stream stream, ReadOnlySpan<double> values, params int[] shape) => Write(stream, values, "<f8", shape);

    /// <summary>Writes <paramref name="values"/>, row-major of <paramref name="shape"/>, as int64.</summary>
    public static void Write(Stream stream, ReadOnlySpan<long> values, params int[] shape) => Write(stream, values, "<i8", shape);

    internal static Tensor Read(ByteInput input, string name)
    {
        var header = NpyHeader.Read(input);
        var order = header.ColumnMajor && header.Shape.Length > 1 ? new ColumnMajorOrder(header.Shape) : null;
        var values = input.ReadNumbers(header.Count, header.Format, $"the array of shape {TensorShape.Text(header.Shape)}", order);
        input.RequireEnd();
        return new Tensor(name, header.Shape, values);
    }

    private static void Write<T>(Stream stream, ReadOnlySpan<T> values, string descr, int[] shape) where T : unmanaged
    {
        if (shape.Any(d => d < 0) || shape.Aggregate(1L, (size, d) => size * d) != values.Length)
            throw new ArgumentException($"expected values for shape {TensorShape.Text(shape)}, got {values.Length}");
        stream.Write(NpyHeader.Write(descr, shape));
        LittleEndian.Write(stream, values);
    }
}

/// <summary>Writes numbers least significant byte first, whatever the machine's own order.</summary>
internal static class LittleEndian
{
    public static void Write<T>(Stream stream, ReadOnlySpan<T> values) where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(values);
        if (BitConverter.IsLittleEndian)
        {
            stream.Write(bytes);
            return;
        }
        var size = bytes.Length / Math.Max(values.Length, 1);
        Span<byte> number = stackalloc byte[8];
        for (var at = 0; at < bytes.Length; at += size)
        {
            bytes.Slice(at, size).CopyTo(number);
            number[..size].Reverse();
            stream.Write(number[..size]);
        }
    }
}
