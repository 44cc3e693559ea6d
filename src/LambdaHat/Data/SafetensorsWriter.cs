using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;

namespace LambdaHat.Data;

/// <summary>Writes safetensors files of float32 tensors.</summary>
public static class SafetensorsWriter
{
    /// <summary>
    /// Writes <paramref name="tensors"/> in the order given, each row-major. The header is padded with spaces so that the data start at a
    /// multiple of 8 bytes; it carries the metadata entry <c>"format": "pt"</c>, which other readers look for.
    /// </summary>
    public static void Write(Stream stream, IReadOnlyList<(string Name, int[] Shape, ReadOnlyMemory<float> Values)> tensors)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString("format", "pt");
            json.WriteEndObject();
            var offset = 0L;
            foreach (var (name, shape, values) in tensors)
            {
                if (shape.Aggregate(1L, (size, d) => size * d) != values.Length)
                    throw new ArgumentException($"tensor {name}: expected values for shape {TensorShape.Text(shape)}, got {values.Length}");
                json.WriteStartObject(name);
                json.WriteString("dtype", "F32");
                json.WriteStartArray("shape");
                foreach (var d in shape) json.WriteNumberValue(d);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += 4L * values.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        var padding = (8 - (buffer.WrittenCount % 8)) % 8;
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, buffer.WrittenCount + padding);
        stream.Write(length);
        stream.Write(buffer.WrittenSpan);
        stream.Write("        "u8[..padding]);
        foreach (var (_, _, values) in tensors) LittleEndian.Write(stream, values.Span);
    }
}
