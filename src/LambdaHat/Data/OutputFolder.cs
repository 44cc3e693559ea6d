namespace LambdaHat.Data;

/// <summary>
/// A folder to write to, created, tried and locked before any work is done, so that a place that cannot be written to, or that another run writes to, shows at once. Disposing it lets go of it and takes
/// back the folders it created as far as they are still empty.
/// </summary>
public sealed class OutputFolder : IDisposable
{
    // Innermost first.
    private readonly List<string> _created;
    private readonly FolderLock _lock;

    private OutputFolder(string path, List<string> created, FolderLock held)
    {
        _lock = held;
        Path = path;
        _created = created;
    }

    /// <summary>The full path.</summary>
    public string Path { get; }

    /// <summary>Creates the folder at <paramref name="path"/>, and those above it, where they are missing, and locks it by a file in it.</summary>
    /// <exception cref="InvalidInputException">The folder cannot be created or written to, or another run is at work in it.</exception>
    public static OutputFolder Create(string path)
    {
        try
        {
            var full = System.IO.Path.GetFullPath(path);
            var missing = new List<string>();
            for (var folder = full; folder is not null && !Directory.Exists(folder); folder = System.IO.Path.GetDirectoryName(folder)) missing.Add(folder);
            Directory.CreateDirectory(full);
            return new OutputFolder(full, missing, FolderLock.Take(full));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InvalidInputException($"cannot write to the folder \"{path}\": {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _lock.Dispose();
        foreach (var folder in _created)
        {
            try
            {
                Directory.Delete(folder);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Something is in it.
                return;
            }
        }
    }
}
