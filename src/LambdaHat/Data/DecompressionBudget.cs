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
