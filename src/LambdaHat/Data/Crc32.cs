using System.Buffers.Binary;

namespace LambdaHat.Data;

/// <summary>The CRC-32 of zip files (reflected polynomial EDB88320), eight bytes a step.</summary>
internal struct Crc32
{
    private static readonly uint[] s_tables = Tables();
    private uint _register;

    /// <summary>The checksum of what was appended.</summary>
    public readonly uint Value => _register;

    /// <summary>Appends <paramref name="bytes"/>.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        var tables = s_tables.AsSpan();
        var crc = ~_register;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            var low = crc ^ BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = tables[(int)(0x700 + (low & 0xFF))] ^ tables[(int)(0x600 + ((low >> 8) & 0xFF))] ^ tables[(int)(0x500 + ((low >> 16) & 0xFF))] ^ tables[(int)(0x400 + (low >> 24))]
                ^ tables[(int)(0x300 + (high & 0xFF))] ^ tables[(int)(0x200 + ((high >> 8) & 0xFF))] ^ tables[(int)(0x100 + ((high >> 16) & 0xFF))] ^ tables[(int)(high >> 24)];
        }
        foreach (var b in bytes) crc = tables[(int)((crc ^ b) & 0xFF)] ^ (crc >> 8);
        _register = ~crc;
    }

    // Table k, at 256·k: the register after a byte and k zero bytes.
    private static uint[] Tables()
    {
        var tables = new uint[8 * 256];
        for (var i = 0u; i < 256; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320 : 0);
            tables[i] = crc;
        }
        for (var i = 256; i < tables.Length; i++) tables[i] = tables[tables[i - 256] & 0xFF] ^ (tables[i - 256] >> 8);
        return tables;
    }
}
