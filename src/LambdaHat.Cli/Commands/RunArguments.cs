using System.CommandLine;

namespace LambdaHat.Cli.Commands;

/// <summary>The options that every command with a run has: seed, threads, where to write, how to print.</summary>
internal sealed class RunArguments
{
    private readonly Option<ulong?> _seed = new("--seed") { Description = "seed of every random number [0]", HelpName = "SEED" };
    private readonly Option<int?> _threads = new("--threads") { Description = "threads; the result does not depend on it [all cores]", HelpName = "T" };
    private readonly Option<string?> _out = new("--out") { Description = "folder to write to", HelpName = "DIR" };
    private readonly Option<bool> _json = new("--json") { Description = "print one JSON object and nothing else on standard output" };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_seed, _threads, _out, _json]) command.Options.Add(option);
    }

    public ulong Seed(ParseResult parsed) => parsed.GetValue(_seed) ?? 0;

    public bool Json(ParseResult parsed) => parsed.GetValue(_json);

    public string? Out(ParseResult parsed) => parsed.GetValue(_out);

    public int Threads(ParseResult parsed, Problems problems)
    {
        var threads = parsed.GetValue(_threads) ?? Environment.ProcessorCount;
        if (threads is < 1 or > 1024) problems.Add($"threads must be a whole number from 1 to 1024, got {threads}");
        return Math.Clamp(threads, 1, 1024);
    }
}
