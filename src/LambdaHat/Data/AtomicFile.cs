namespace LambdaHat.Data;

/// <summary>
/// Writes a file so that its name always leads to a complete one: to a temporary file beside it, flushed to the disk, then renamed.
/// </summary>
public static class AtomicFile
{
    /// <summary>Replaces the file at <paramref name="path"/> by what <paramref name="write"/> writes; creates its folder.</summary>
    /// <exception cref="InvalidInputException">The file cannot be written; the old one, if any, is untouched.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
            try
            {
                using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
                {
                    write(stream);
                    stream.Flush(flushToDisk: true);
                }
                File.Move(temporary, path, overwrite: true);
            }
            catch
            {
                File.Delete(temporary);
                throw;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InvalidInputException($"cannot write \"{path}\": {failure.Message}", failure);
        }
    }
}
