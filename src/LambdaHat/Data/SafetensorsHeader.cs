using System.Text.Json;

namespace LambdaHat.Data;

/// <summary>One tensor of a safetensors file as its header describes it: where its bytes are, counted from the end of the header.</summary>
internal sealed record SafetensorsEntry(string Name, string Type, NumberFormat Format, int[] Shape, int Count, long Begin);

/// <summary>
/// The JSON header of a safetensors file. Each tensor's byte range must have the size that type and shape ask for, and the ranges must
/// cover the data exactly, without gaps or overlaps, as the format demands.
/// </summary>
internal static class SafetensorsHeader
{
    /// <summary>The longest header that is read, the limit of the reference implementation.</summary>
    public const long MaxLength = 100_000_000;

    private static readonly (string Name, NumberType Type)[] s_types =
    [
        ("F32", NumberType.Float32), ("F64", NumberType.Float64), ("F16", NumberType.Float16), ("BF16", NumberType.BFloat16),
        ("I64", NumberType.Int64), ("I32", NumberType.Int32), ("I16", NumberType.Int16), ("I8", NumberType.Int8),
        ("U64", NumberType.UInt64), ("U32", NumberType.UInt32), ("U16", NumberType.UInt16), ("U8", NumberType.UInt8), ("BOOL", NumberType.Bool),
    ];

    /// <summary>The entries in the order of the header, which stands before <paramref name="dataLength"/> bytes of data.</summary>
    public static List<SafetensorsEntry> Parse(ReadOnlySpan<byte> json, long dataLength, string place)
    {
        var entries = new List<SafetensorsEntry>();
        try
        {
            var reader = new Utf8JsonReader(json);
            Expect(ref reader, JsonTokenType.StartObject, "an object of tensors", place);
            var names = new HashSet<string>(StringComparer.Ordinal);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                if (!names.Add(name)) throw new InvalidInputException($"{place}: two tensors are named {NearestName.Quote(name)}");
                if (name == "__metadata__") reader.Skip();
                else entries.Add(Entry(ref reader, name, $"{place}, tensor {NearestName.Quote(name)}"));
            }
            while (reader.Read()) { }
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw new InvalidInputException($"{place}: the safetensors header is not valid JSON: {failure.Message}", failure);
        }
        CheckCover(entries, dataLength, place);
        return entries;
    }

    private static SafetensorsEntry Entry(ref Utf8JsonReader reader, string name, string place)
    {
        Expect(ref reader, JsonTokenType.StartObject, "an object", place);
        string? type = null;
        List<long>? shape = null, offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            switch (reader.GetString())
            {
                case "dtype" when type is null:
                    Expect(ref reader, JsonTokenType.String, "a dtype", place);
                    type = reader.GetString();
                    break;
                case "shape" when shape is null:
                    shape = Sizes(ref reader, TensorShape.MaxRank, "shape", place);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = Sizes(ref reader, 2, "data_offsets", place);
                    break;
                default:
                    throw new InvalidInputException($"{place}: expected the keys dtype, shape and data_offsets, once each");
            }
        }
        if (type is null || shape is null || offsets is not { Count: 2 })
            throw new InvalidInputException($"{place}: expected dtype, shape and data_offsets of two numbers");
        var known = Array.Find(s_types, t => t.Name == type);
        if (known.Name is null)
            throw new InvalidInputException($"{place}: dtype {NearestName.Quote(type)} is not supported; expected one of {string.Join(", ", s_types.Select(t => t.Name))}");
        var format = new NumberFormat(known.Type, BigEndian: false);
        var (dimensions, count) = TensorShape.Check(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(shape), place);
        if (offsets[1] - offsets[0] != (long)count * format.Size)
            throw new InvalidInputException($"{place}: data_offsets [{offsets[0]}, {offsets[1]}] do not span the {(long)count * format.Size} bytes of {type} {TensorShape.Text(dimensions)}");
        return new SafetensorsEntry(name, known.Name, format, dimensions, count, offsets[0]);
    }

    private static List<long> Sizes(ref Utf8JsonReader reader, int most, string key, string place)
    {
        Expect(ref reader, JsonTokenType.StartArray, $"an array for {key}", place);
        var sizes = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (sizes.Count == most || reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var size) || size < 0)
                throw new InvalidInputException($"{place}: {key} must be at most {most} whole numbers from 0");
            sizes.Add(size);
        }
        return sizes;
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type, string what, string place)
    {
        if (!reader.Read() || reader.TokenType != type) throw new InvalidInputException($"{place}: expected {what} in the safetensors header, got {reader.TokenType}");
    }

    private static void CheckCover(List<SafetensorsEntry> entries, long dataLength, string place)
    {
        var end = 0L;
        foreach (var entry in entries.OrderBy(e => e.Begin).ThenBy(e => e.Count))
        {
            if (entry.Begin != end)
                throw new InvalidInputException($"{place}: tensor {NearestName.Quote(entry.Name)} starts at byte {entry.Begin}; expected {end}, where the tensor before it ends");
            end += (long)entry.Count * entry.Format.Size;
            if (end > dataLength) break;
        }
        if (end != dataLength)
            throw new InvalidInputException($"{place}: the tensors take {(end > dataLength ? "at least " : "")}{end} bytes, but {dataLength} bytes follow the header (a truncated file?)");
    }
}
