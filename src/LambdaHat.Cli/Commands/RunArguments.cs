using System.CommandLine;
using LambdaHat.Cli.Parsing;

namespace LambdaHat.Cli.Commands;

/// <summary>The options that every command with a run has: seed, threads, where to write, how to print.</summary>
internal sealed class RunArguments
{
    private const int MostThreads = 1024;

    private readonly Setting<ulong> _seed = Setting.Seed("--seed", "SEED", "seed of every random number [0]");
    private readonly Setting<int> _threads = Setting.Whole("--threads", "T", "threads; the result does not depend on it [all cores]", least: 1, MostThreads);
    private readonly Setting<string?> _out;

    /// <summary>The options, with <paramref name="folder"/> saying what is written where.</summary>
    public RunArguments(string folder) => _out = Setting.Text("--out", "DIR", folder);

    /// <summary>Whether to print one JSON object.</summary>
    public Option<bool> Json { get; } = JsonOption();

    public static Option<bool> JsonOption() => new("--json") { Description = "print one JSON object and nothing else on standard output", Arity = ArgumentArity.Zero };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_seed, _threads, _out, Json]) command.Options.Add(option);
    }

    public RunSettings Read(Given given) =>
        new(given.Of(_seed, 0UL), given.Of(_threads, Math.Min(Environment.ProcessorCount, MostThreads)), given.Of(_out, null), given.Has(Json), given.CommandText);
}

/// <summary>The options of <see cref="RunArguments"/> as given; no folder stands for the command's own choice.</summary>
internal sealed record RunSettings(ulong Seed, int Threads, string? Folder, bool Json, string CommandText);
