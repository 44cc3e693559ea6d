using System.IO.Compression;

namespace LambdaHat.Data;

/// <summary>
/// Writes an .npz archive that <c>numpy.load</c> opens: one uncompressed .npy entry an array. The bytes depend on the arrays alone
/// (the entries carry a fixed date).
/// </summary>
public sealed class NpzWriter : IDisposable
{
    private static readonly DateTimeOffset s_date = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly ZipArchive _archive;

    /// <summary>Writes to <paramref name="stream"/>, which stays open.</summary>
    public NpzWriter(Stream stream) => _archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);

    /// <summary>Adds a float32 array, row-major of <paramref name="shape"/>.</summary>
    public void Add(string name, ReadOnlySpan<float> values, params int[] shape)
    {
        using var entry = Open(name);
        Npy.Write(entry, values, shape);
    }

    /// <summary>Adds a float64 array, row-major of <paramref name="shape"/>.</summary>
    public void Add(string name, ReadOnlySpan<double> values, params int[] shape)
    {
        using var entry = Open(name);
        Npy.Write(entry, values, shape);
    }

    /// <summary>Adds an int64 array, row-major of <paramref name="shape"/>.</summary>
    public void Add(string name, ReadOnlySpan<long> values, params int[] shape)
    {
        using var entry = Open(name);
        Npy.Write(entry, values, shape);
    }

    /// <summary>Writes the archive's directory. The archive is not valid before.</summary>
    public void Dispose() => _archive.Dispose();

    private Stream Open(string name)
    {
        var entry = _archive.CreateEntry($"{name}.npy", CompressionLevel.NoCompression);
        entry.LastWriteTime = s_date;
        return entry.Open();
    }
}
