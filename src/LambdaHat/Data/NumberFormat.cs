using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace LambdaHat.Data;

/// <summary>The numeric types that the supported files hold.</summary>
internal enum NumberType
{
    Bool, UInt8, Int8, UInt16, Int16, UInt32, Int32, UInt64, Int64, Float16, BFloat16, Float32, Float64,
}

/// <summary>How a number is stored: its type and byte order.</summary>
internal readonly record struct NumberFormat(NumberType Type, bool BigEndian)
{
    /// <summary>Bytes a number.</summary>
    public int Size => Type switch
    {
        NumberType.Bool or NumberType.UInt8 or NumberType.Int8 => 1,
        NumberType.UInt16 or NumberType.Int16 or NumberType.Float16 or NumberType.BFloat16 => 2,
        NumberType.UInt32 or NumberType.Int32 or NumberType.Float32 => 4,
        _ => 8,
    };

    /// <summary>result[i] ← number i of <paramref name="bytes"/>, rounded to the nearest float32; a boolean becomes 0 or 1.</summary>
    public void Convert(ReadOnlySpan<byte> bytes, Span<float> result)
    {
        switch (Size)
        {
            case 1: ConvertBytes(bytes, result); break;
            case 2: ConvertPairs(bytes, result); break;
            case 4: ConvertQuads(bytes, result); break;
            default: ConvertOctets(bytes, result); break;
        }
    }

    private void ConvertBytes(ReadOnlySpan<byte> bytes, Span<float> result)
    {
        if (Type == NumberType.UInt8) TensorPrimitives.ConvertTruncating(bytes[..result.Length], result);
        else if (Type == NumberType.Int8) TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, sbyte>(bytes)[..result.Length], result);
        else for (var i = 0; i < result.Length; i++) result[i] = bytes[i] != 0 ? 1f : 0f;
    }

    private void ConvertPairs(ReadOnlySpan<byte> bytes, Span<float> result)
    {
        for (var i = 0; i < result.Length; i++)
        {
            var word = BigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes[(2 * i)..]) : BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]);
            result[i] = Type switch
            {
                NumberType.UInt16 => word,
                NumberType.Int16 => (short)word,
                NumberType.Float16 => (float)BitConverter.UInt16BitsToHalf(word),
                _ => BitConverter.UInt32BitsToSingle((uint)word << 16),
            };
        }
    }

    private void ConvertQuads(ReadOnlySpan<byte> bytes, Span<float> result)
    {
        if (Type == NumberType.Float32 && BigEndian != BitConverter.IsLittleEndian)
        {
            bytes[..(4 * result.Length)].CopyTo(MemoryMarshal.AsBytes(result));
            return;
        }
        for (var i = 0; i < result.Length; i++)
        {
            var word = BigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes[(4 * i)..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 * i)..]);
            result[i] = Type switch
            {
                NumberType.UInt32 => word,
                NumberType.Int32 => (int)word,
                _ => BitConverter.UInt32BitsToSingle(word),
            };
        }
    }

    private void ConvertOctets(ReadOnlySpan<byte> bytes, Span<float> result)
    {
        for (var i = 0; i < result.Length; i++)
        {
            var word = BigEndian ? BinaryPrimitives.ReadUInt64BigEndian(bytes[(8 * i)..]) : BinaryPrimitives.ReadUInt64LittleEndian(bytes[(8 * i)..]);
            result[i] = Type switch
            {
                NumberType.UInt64 => word,
                NumberType.Int64 => (long)word,
                _ => (float)BitConverter.UInt64BitsToDouble(word),
            };
        }
    }
}
