using System.Globalization;

namespace LambdaHat.Spectra;

/// <summary>Whether a matrix fits, before anything is allocated.</summary>
internal static class SpectrumMemory
{
    /// <summary>Refuses what does not fit.</summary>
    /// <exception cref="InvalidInputException">It takes more than there is.</exception>
    public static void Check(string method, int dimension, double bytes, SpectrumOptions options)
    {
        var available = options.MemoryBytes ?? Available();
        if (bytes > available)
            throw new InvalidInputException($"method {method}: the matrix of {dimension} parameters takes {Gigabytes(bytes)} of memory, and there are {Gigabytes(available)}; expected the method krylov, or fewer parameters by restrict");
    }

    /// <summary>Refuses a search for eigenpairs whose basis, with the projected matrix and its eigenvectors, does not fit.</summary>
    /// <exception cref="InvalidInputException">It takes more than there is.</exception>
    public static void CheckPairs(long columns, int dimension, SpectrumOptions options)
    {
        var bytes = ((double)columns * dimension * sizeof(float)) + (3.0 * columns * columns * sizeof(double));
        var available = options.MemoryBytes ?? Available();
        if (bytes > available)
            throw new InvalidInputException($"{options.Pairs} eigenpairs of {dimension} parameters take {Gigabytes(bytes)} of memory, a basis of up to {columns} vectors, and there are {Gigabytes(available)}; expected fewer pairs");
    }

    // What Linux says is free or can be freed; elsewhere, and in a container, what the runtime may use.
    private static long Available()
    {
        const string file = "/proc/meminfo";
        var limit = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var line = File.Exists(file) ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith("MemAvailable:", StringComparison.Ordinal)) : null;
        return line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kibibytes, ..] && long.TryParse(kibibytes, CultureInfo.InvariantCulture, out var free) ? Math.Min(limit, free * 1024) : limit;
    }

    private static string Gigabytes(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:G3} GB");
}
