using System.Globalization;

namespace LambdaHat.Numerics;

/// <summary>The memory that work may take, for refusals before it is allocated.</summary>
internal static class AvailableMemory
{
    private const long Small = 1 << 26;

    /// <summary>What Linux says is free or can be freed; elsewhere, and in a container, what the runtime may use.</summary>
    public static long Bytes()
    {
        const string file = "/proc/meminfo";
        var limit = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var line = File.Exists(file) ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith("MemAvailable:", StringComparison.Ordinal)) : null;
        return line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kibibytes, ..] && long.TryParse(kibibytes, CultureInfo.InvariantCulture, out var free) ? Math.Min(limit, free * 1024) : limit;
    }

    /// <summary>Refuses an array of <paramref name="bytes"/> that there is no room for. Small ones are not looked at.</summary>
    /// <exception cref="InvalidInputException">It takes more than there is; the message begins with <paramref name="what"/>.</exception>
    public static void Require(long bytes, string what)
    {
        if (bytes < Small) return;
        var there = Bytes();
        if (bytes > there) throw new InvalidInputException($"{what} takes {Gigabytes(bytes)} of memory, and there are {Gigabytes(there)}; expected less data, or a machine with more");
    }

    /// <summary>A number of bytes in words.</summary>
    public static string Gigabytes(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:G3} GB");
}
