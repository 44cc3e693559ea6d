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

    /// <summary>Refuses a search for eigenpairs whose basis, with the projected matrix and its eigenvectors, does not fit.</summary>
    /// <exception cref="InvalidInputException">It takes more than there is.</exception>
    public static void CheckPairs(long columns, int dimension, SpectrumOptions options)
    {
        var bytes = ((double)columns * dimension * sizeof(float)) + (3.0 * columns * columns * sizeof(double));
        var available = options.MemoryBytes ?? AvailableMemory.Bytes();
        if (bytes > available)
            throw new InvalidInputException($"{options.Pairs} eigenpairs of {dimension} parameters take {AvailableMemory.Gigabytes(bytes)} of memory, a basis of up to {columns} vectors, and there are {AvailableMemory.Gigabytes(available)}; expected fewer pairs");
    }
}
