using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Json.Nodes;

namespace LambdaHat.Data;

/// <summary>
/// Where an unfinished run keeps its state: the latest and, beside it, the one before. A state is saved every <see cref="Interval"/>, more rarely where saving would take more than a fiftieth of the time. A state that cannot be
/// saved is no reason to end a run: it is noted, and tried again.
/// </summary>
public sealed class StateStore(string path, JsonObject identity)
{
    // Of the time, what saving may take: 1/50.
    private const double MostShare = 0.02;

    private const string Products = ".products";

    private TimeSpan _next = TimeSpan.MaxValue;
    private long? _began;
    private string? _noted;

    /// <summary>The time between two saves. Default 30 seconds.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What tells the time.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The most bytes that a state may have; the disk holds up to three for a moment. Default 8 GiB. A larger one is not saved, and a note says so.</summary>
    public long MostBytes { get; init; } = 8L << 30;

    /// <summary>Hears in words what went wrong or was found.</summary>
    public Action<string>? Note { get; init; }

    /// <summary>The latest state.</summary>
    public string Path { get; } = path;

    /// <summary>The state before it.</summary>
    public string Previous => Path + ".previous";

    /// <summary>What the run is, the kind of machine included.</summary>
    internal JsonObject Identity { get; } = WithMachine(identity);

    /// <summary>Where products of a part of the run are kept; deleted with its states.</summary>
    internal string PathOfProducts(string part) => $"{Path}.{part}{Products}";

    /// <summary>Whether the last save succeeded, or products are kept: whether there is something to go on from.</summary>
    public bool IsSaved { get; internal set; }

    /// <summary>The time until the next save is due.</summary>
    public TimeSpan Left
    {
        get
        {
            var left = (_next == TimeSpan.MaxValue ? Interval : _next) - Elapsed;
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>Saves <paramref name="sections"/>; the latest state becomes the previous one.</summary>
    public void Save(IEnumerable<StateSection> sections)
    {
        var began = Elapsed;
        var fresh = Path + ".new";
        try
        {
            IsSaved = false;
            StateFile.Write(fresh, Identity, sections);
            if (new FileInfo(fresh).Length is var bytes && bytes > MostBytes) throw new InvalidInputException($"it would take {bytes} bytes, more than {MostBytes}");
            if (File.Exists(Path)) File.Move(Path, Previous, overwrite: true);
            File.Move(fresh, Path, overwrite: true);
            (IsSaved, _noted) = (true, null);
        }
        catch (Exception e) when (e is InvalidInputException or IOException or UnauthorizedAccessException)
        {
            if (_noted != e.Message) Note?.Invoke($"the state of the run is not saved: {e.Message}");
            _noted = e.Message;
            Remove(fresh);
        }
        var now = Elapsed;
        var cost = TimeSpan.FromMilliseconds(Math.Max((now - began).TotalMilliseconds, 1)) / MostShare;
        _next = now + (cost > Interval ? cost : Interval);
    }

    /// <summary>The latest state that is whole; null where there is none. What is passed over is noted.</summary>
    /// <exception cref="InvalidInputException">It is that of another run, version or kind of machine; the message names every difference.</exception>
    public StateFile? Load()
    {
        RemoveUnfinished();
        foreach (var path in (string[])[Path, Previous])
        {
            if (!File.Exists(path)) continue;
            StateFile file;
            try
            {
                file = StateFile.Open(path);
            }
            catch (InvalidInputException e)
            {
                Note?.Invoke($"{e.Message}; it is passed over");
                continue;
            }
            string[] differences = [.. Differences.Between(file.Identity, Identity)];
            if (differences.Length > 0)
                throw new InvalidInputException($"\"{path}\" is the state of another run: {string.Join(", ", differences)}; expected the same to go on with it, or another folder");
            return file;
        }
        return null;
    }

    /// <summary>Takes the states away, and the products kept beside them, as when the run is finished.</summary>
    public void Delete()
    {
        RemoveUnfinished();
        foreach (var path in (string[])[Path, Previous, .. Beside($"*{Products}")]) Remove(path);
    }

    // What a process that was killed while it saved has left.
    private void RemoveUnfinished()
    {
        foreach (var path in Beside("new*")) Remove(path);
    }

    private string[] Beside(string ending) =>
        System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path)) is { } folder && Directory.Exists(folder) ? Directory.GetFiles(folder, $"{System.IO.Path.GetFileName(Path)}.{ending}") : [];

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its folder is gone or closed: what is there is passed over when it is read.
        }
    }

    private TimeSpan Elapsed => Clock.GetElapsedTime(_began ??= Clock.GetTimestamp());

    // Numbers of another word length or byte order cannot be read, those made with other vectors are rounded otherwise.
    private static JsonObject WithMachine(JsonObject identity)
    {
        var whole = (JsonObject)identity.DeepClone();
        whole["machine"] = $"{RuntimeInformation.ProcessArchitecture}, {8 * IntPtr.Size} bit, {(BitConverter.IsLittleEndian ? "little" : "big")}-endian, vectors of {8 * System.Numerics.Vector<byte>.Count}{(Vector512.IsHardwareAccelerated ? " and 512" : "")} bit";
        return whole;
    }
}
