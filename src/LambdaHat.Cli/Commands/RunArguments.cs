using System.CommandLine;
using System.Text.Json.Nodes;
using LambdaHat.Cli.Parsing;
using LambdaHat.Data;
using LambdaHat.Reporting;

namespace LambdaHat.Cli.Commands;

/// <summary>The options that every command with a run has: seed, threads, where to write, how to print.</summary>
internal sealed class RunArguments
{
    private const int MostThreads = 1024;
    private const double DefaultSaveEvery = 30;

    private readonly Setting<ulong> _seed = Setting.Seed("--seed", "SEED", "seed of every random number [0]");
    private readonly Setting<int> _threads = Setting.Whole("--threads", "T", "threads; the result does not depend on it [all cores]", least: 1, MostThreads);
    private readonly Setting<string?> _out;
    private readonly Setting<double>? _saveEvery;

    /// <summary>The options, with <paramref name="folder"/> saying what is written where; with <paramref name="saves"/> for a run that saves its state as it goes.</summary>
    public RunArguments(string folder, bool saves = false)
    {
        _out = Setting.Text("--out", "DIR", folder);
        _saveEvery = saves ? Setting.Number("--save-every", "S", $"seconds between two saves of the state that resume goes on from, at most 2 % of the time in all [{DefaultSaveEvery}]") : null;
    }

    /// <summary>Whether to print one JSON object.</summary>
    public Option<bool> Json { get; } = JsonOption();

    public static Option<bool> JsonOption() => new("--json") { Description = "print one JSON object and nothing else on standard output", Arity = ArgumentArity.Zero };

    public void AddTo(Command command)
    {
        foreach (var option in (Option?[])[_seed, _threads, _out, _saveEvery, Json])
            if (option is not null) command.Options.Add(option);
    }

    public RunSettings Read(Given given)
    {
        var seconds = DefaultSaveEvery;
        if (_saveEvery is not null) given.Apply(_saveEvery, v => seconds = v is >= 0 and <= 1e6 ? v : throw new InvalidInputException($"expected a number from 0 to 1000000, got {v}"));
        return new(given.Of(_seed, 0UL), given.Of(_threads, Math.Min(Environment.ProcessorCount, MostThreads)), given.Of(_out, null), given.Has(Json), given.CommandText)
        {
            Words = given.Words,
            SaveEvery = TimeSpan.FromSeconds(seconds),
        };
    }
}

/// <summary>The options of <see cref="RunArguments"/> as given; no folder stands for the command's own choice.</summary>
internal sealed record RunSettings(ulong Seed, int Threads, string? Folder, bool Json, string CommandText)
{
    /// <summary>The words of the command line.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>The time between two saves of the state.</summary>
    public TimeSpan SaveEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>These in the folder of a run of <paramref name="kind"/> that was begun there.</summary>
    /// <exception cref="InvalidInputException">There is a folder already, or the one named holds no such run.</exception>
    public RunSettings GoingOnIn(string folder, string kind)
    {
        if (Folder is not null) throw new InvalidInputException("it names the folder, and so does --out; expected one of them");
        if (!File.Exists(Path.Combine(folder, $"{kind}.json"))) throw new InvalidInputException($"there is no {kind}.json in {NearestName.Quote(folder)}; expected the folder of a {kind}, or --out to begin one");
        return this with { Folder = folder };
    }

    /// <summary>Where the state of a run is kept while it is not finished.</summary>
    public StateStore Store(Terminal terminal, string path, JsonObject identity) => new(path, identity) { Interval = SaveEvery, Note = Note(terminal) };

    /// <summary>The stores of a run of several parts in <paramref name="folder"/>.</summary>
    public StateStores States(Terminal terminal, string folder) => new(folder) { Interval = SaveEvery, Note = Note(terminal) };

    /// <summary>Writes the note that <c>resume</c> goes by.</summary>
    public RunNote Begin(string folder, DateTimeOffset started) => RunNote.Begin(folder, CommandText, Words, LambdaHatCommand.Version, started);

    private static Action<string> Note(Terminal terminal) => text => terminal.Error.WriteLine($"lambdahat: {text}");
}
