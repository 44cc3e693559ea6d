using LambdaHat.Numerics;

namespace LambdaHat.Tests.Data;

/// <summary>Files changed at random: which change is number i depends on the seed and i alone.</summary>
internal static class DamagedBytes
{
    private const int Changes = 4, WordsPerChange = 5;

    /// <summary>One to four bytes set, bits turned, runs cut out or doubled.</summary>
    public static byte[] Mutated(byte[] whole, ulong seed, long number)
    {
        Span<uint> words = stackalloc uint[1 + (Changes * WordsPerChange)];
        new RandomStream(seed, RandomPurpose.Probe, 0, number).Fill(words);
        var bytes = whole.ToList();
        var changes = 1 + Below(words[0], Changes);
        for (var c = 0; c < changes && bytes.Count > 0; c++)
        {
            var word = words.Slice(1 + (c * WordsPerChange), WordsPerChange);
            var at = Below(word[0], bytes.Count);
            var run = Math.Min(1 + Below(word[1], 8), bytes.Count - at);
            switch (Below(word[2], 5))
            {
                case 0: bytes[at] = (byte)word[3]; break;
                case 1: bytes[at] ^= (byte)(1 << Below(word[3], 8)); break;
                case 2: bytes[at] = (byte)(Below(word[3], 2) == 0 ? 0xFF : 0x7F); break;
                case 3: bytes.RemoveRange(at, run); break;
                default: bytes.InsertRange(at, bytes.GetRange(at, run)); break;
            }
        }
        return [.. bytes];
    }

    private static int Below(uint word, int count) => (int)(((ulong)word * (uint)count) >> 32);
}
