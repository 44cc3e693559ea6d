namespace LambdaHat.Data;

/// <summary>Opens files to read, with messages for people when that fails.</summary>
internal static class InputFile
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    /// <summary>Opens <paramref name="path"/>; what <paramref name="seeks"/> must be a file, not a pipe.</summary>
    /// <exception cref="InvalidInputException">There is no such file, or it may not be read.</exception>
    public static FileStream Open(string path, bool seeks = false)
    {
        try
        {
            var stream = Opened(path);
            if (!seeks || stream.CanSeek) return stream;
            stream.Dispose();
            throw new IOException("it is a pipe or a device, expected a file");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            var reason = failure is FileNotFoundException or DirectoryNotFoundException ? "there is no such file"
                : Directory.Exists(path) ? "it is a folder, expected a file"
                : failure.Message;
            throw new InvalidInputException($"cannot read \"{path}\": {reason}", failure);
        }
    }

    // A named pipe has no length, and to open one waits for whoever writes to it.
    private static FileStream Opened(string path)
    {
        FileStream Open() => new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        if (new FileInfo(path) is not { Exists: true, Length: 0 }) return Open();
        // A thread of its own, and patience from its start: a busy thread pool is not a pipe.
        var started = new TaskCompletionSource();
        var opening = Task.Factory.StartNew(() =>
        {
            started.SetResult();
            return Open();
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        started.Task.Wait();
        return Task.WaitAny([opening], s_patience) == 0 ? opening.GetAwaiter().GetResult() : throw new IOException("it is a pipe that nothing is written to, expected a file");
    }

    /// <summary>The result of <paramref name="read"/> on the file, whose path names the place in messages.</summary>
    public static T Read<T>(string path, Func<Stream, string, T> read, bool seeks = false)
    {
        using var stream = Open(path, seeks);
        return read(stream, path);
    }
}
