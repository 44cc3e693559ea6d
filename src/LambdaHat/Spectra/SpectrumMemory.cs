using LambdaHat.Numerics;

namespace LambdaHat.Spectra;

/// <summary>Whether a matrix fits, before anything is allocated.</summary>
internal static class SpectrumMemory
{
    /// <summary>Refuses what does not fit.</summary>
    /// <exception cref="InvalidInputException">It takes more than there is.</exception>
    public static void Check(string method, int dimension, double bytes, SpectrumOptions options)
    {
        var available = options.MemoryBytes ?? AvailableMemory.Bytes();
        if (bytes > available)
            throw new InvalidInputException($"method {method}: the matrix of {dimension} parameters takes {AvailableMemory.Gigabytes(bytes)} of memory, and there are {AvailableMemory.Gigabytes(available)}; expected the method krylov, or fewer parameters by restrict");
    }

    /// <summary>
    /// The most columns that a search for eigenpairs may take: those of the options; four times the pairs and 256 by default, fewer where these do not fit, but twice the pairs and 128 at least. Beside the basis, 4·d bytes a
    /// column, m columns take the projected matrix, half of it stored and all of it decomposed in the room of three: 28·m² bytes.
    /// </summary>
    /// <exception cref="InvalidInputException">They take more than there is.</exception>
    public static int Columns(int dimension, SpectrumOptions options)
    {
        const double square = 28;
        var line = (double)sizeof(float) * dimension;
        var available = options.MemoryBytes ?? AvailableMemory.Bytes();
        var fitting = (Math.Sqrt((line * line) + (4 * square * available)) - line) / (2 * square);
        var columns = Math.Min(dimension, options.MaxColumns ?? ((4L * options.Pairs) + 256));
        if (columns <= fitting) return (int)columns;
        if (options.MaxColumns is null) columns = Math.Min(dimension, (2L * options.Pairs) + 128);
        if (columns <= fitting) return (int)fitting;
        throw new InvalidInputException($"{options.Pairs} eigenpairs of {dimension} parameters take {AvailableMemory.Gigabytes((columns * line) + (square * columns * columns))} of memory, a basis of up to {columns} vectors, and there are {AvailableMemory.Gigabytes(available)}; expected fewer pairs");
    }
}
