using System.Text.Json.Nodes;

namespace LambdaHat.Data;

/// <summary>The stores of a run that consists of parts, each with a state of its own in one folder: <c>state-PART.run</c>.</summary>
public sealed class StateStores(string folder)
{
    private const string Prefix = "state-";

    /// <summary>The time between two saves of one part. Default 30 seconds.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Hears in words what went wrong or was found.</summary>
    public Action<string>? Note { get; init; }

    /// <summary>The store of a part; <paramref name="identity"/> is what makes its result.</summary>
    public StateStore Of(string part, JsonObject identity) => new(Path.Combine(folder, $"{Prefix}{part}.run"), identity) { Interval = Interval, Note = Note };

    /// <summary>Whether any part has left something to go on from.</summary>
    public bool Any => Files.Length > 0;

    private string[] Files => Directory.Exists(folder) ? Directory.GetFiles(folder, $"{Prefix}*.run*") : [];

    /// <summary>Takes the states of all parts away, as when the run is finished or the parts at hand are.</summary>
    public void Delete()
    {
        foreach (var path in Files)
        {
            try
            {
                File.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The folder is closed: what is there belongs to a part that is done, and is not looked at again.
            }
        }
    }
}
