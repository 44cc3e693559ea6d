namespace LambdaHat.Data;

/// <summary>
/// The right to write to a folder, for one run at a time: a lock of the operating system on a file in it, which ends with the process however that ends. The file itself says nothing: one that is left behind by a killed process is
/// taken over.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    /// <summary>The name of the file.</summary>
    public const string FileName = ".lock";

    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <summary>Takes the lock of <paramref name="folder"/>, which is there.</summary>
    /// <exception cref="InvalidInputException">Another run has it.</exception>
    public static FolderLock Take(string folder)
    {
        var path = Path.Combine(folder, FileName);
        while (true)
        {
            FileStream file;
            try
            {
                file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            }
            catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException) && File.Exists(path))
            {
                throw new InvalidInputException($"another run is at work in \"{folder}\"; expected it to end first, or another folder", e);
            }
            if (File.Exists(path)) return new FolderLock(file);
            // Its owner took it away between our opening and our locking it.
            file.Dispose();
        }
    }

    /// <summary>Takes the file away, then lets go of the lock.</summary>
    public void Dispose()
    {
        try
        {
            File.Delete(_file.Name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The folder is gone, or closed.
        }
        _file.Dispose();
    }
}
