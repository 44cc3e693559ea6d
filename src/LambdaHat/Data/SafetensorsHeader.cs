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

    /// <summary>The entries by name, in the order of the header, which stands before <paramref name="dataLength"/> bytes of data.</summary>
    public static Dictionary<string, SafetensorsEntry> Parse(ReadOnlySpan<byte> json, long dataLength, string place)
    {
        var entries = new Dictionary<string, SafetensorsEntry>(StringComparer.Ordinal);
        try
        {
            var reader = new Utf8JsonReader(json);
            Expect(ref reader, JsonTokenType.StartObject, "an object of tensors", place);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                if (name == "__metadata__") reader.Skip();
                else if (!entries.TryAdd(name, Entry(ref reader, name, place))) throw new InvalidInputException($"{place}: two tensors are named {NearestName.Quote(name)}");
            }
            while (reader.Read()) { }
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw new InvalidInputException($"{place}: the safetensors header is not valid JSON: {failure.Message}", failure);
        }
        CheckCover(entries.Values, dataLength, place);
        return entries;
    }

    private static SafetensorsEntry Entry(ref Utf8JsonReader reader, string name, string place)
    {
        Expect(ref reader, JsonTokenType.StartObject, "an object for each tensor", place);
        (string Name, NumberType Type)? type = null;
        Span<long> sizes = stackalloc long[TensorShape.MaxRank], offsets = stackalloc long[2];
        int rank = -1, ends = -1;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (type is null && reader.ValueTextEquals("dtype"))
            {
                Expect(ref reader, JsonTokenType.String, "a dtype", place);
                type = Type(ref reader, name, place);
            }
            else if (rank < 0 && reader.ValueTextEquals("shape"))
            {
                rank = Sizes(ref reader, sizes, "shape", name, place);
            }
            else if (ends < 0 && reader.ValueTextEquals("data_offsets"))
            {
                ends = Sizes(ref reader, offsets, "data_offsets", name, place);
            }
            else
            {
                throw Wrong(name, place, "expected the keys dtype, shape and data_offsets, once each");
            }
        }
        if (type is not var (typeName, number) || rank < 0 || ends != 2) throw Wrong(name, place, "expected dtype, shape and data_offsets of two numbers");
        var format = new NumberFormat(number, BigEndian: false);
        var (shape, count) = TensorShape.Check(sizes[..rank], place);
        if (offsets[1] - offsets[0] != (long)count * format.Size)
            throw Wrong(name, place, $"data_offsets [{offsets[0]}, {offsets[1]}] do not span the {(long)count * format.Size} bytes of {typeName} {TensorShape.Text(shape)}");
        return new SafetensorsEntry(name, typeName, format, shape, count, offsets[0]);
    }

    private static (string Name, NumberType Type) Type(ref Utf8JsonReader reader, string name, string place)
    {
        foreach (var type in s_types)
        {
            if (reader.ValueTextEquals(type.Name)) return type;
        }
        throw Wrong(name, place, $"dtype {NearestName.Quote(reader.GetString()!)} is not supported; expected one of {string.Join(", ", s_types.Select(t => t.Name))}");
    }

    // Fills sizes from the array that follows; returns how many there are.
    private static int Sizes(ref Utf8JsonReader reader, scoped Span<long> sizes, string key, string name, string place)
    {
        Expect(ref reader, JsonTokenType.StartArray, "an array of sizes", place);
        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (count == sizes.Length || reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out sizes[count]) || sizes[count] < 0)
                throw Wrong(name, place, $"{key} must be at most {sizes.Length} whole numbers from 0");
            count++;
        }
        return count;
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type, string what, string place)
    {
        if (!reader.Read() || reader.TokenType != type) throw new InvalidInputException($"{place}: expected {what} in the safetensors header, got {reader.TokenType}");
    }

    private static InvalidInputException Wrong(string name, string place, string problem) => new($"{place}, tensor {NearestName.Quote(name)}: {problem}");

    private static void CheckCover(Dictionary<string, SafetensorsEntry>.ValueCollection entries, long dataLength, string place)
    {
        SafetensorsEntry[] ordered = [.. entries];
        Array.Sort(ordered, static (a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.Count.CompareTo(b.Count));
        var end = 0L;
        foreach (var entry in ordered)
        {
            if (entry.Begin != end)
                throw Wrong(entry.Name, place, $"starts at byte {entry.Begin}; expected {end}, where the tensor before it ends");
            end += (long)entry.Count * entry.Format.Size;
            if (end > dataLength) break;
        }
        if (end != dataLength)
            throw new InvalidInputException($"{place}: the tensors take {(end > dataLength ? "at least " : "")}{end} bytes, but {dataLength} bytes follow the header (a truncated file?)");
    }
}
