using System.CommandLine;
using System.Text.Json.Nodes;
using LambdaHat.Cli.Parsing;
using LambdaHat.Reporting;

namespace LambdaHat.Cli.Commands;

/// <summary><c>lambdahat verify</c>: runs a finished run again, elsewhere, and compares every number and every array.</summary>
internal static class VerifyCommand
{
    private const int MostShown = 10;

    /// <summary>The command; <paramref name="run"/> runs the words of another, without a word on standard output.</summary>
    public static Command Create(Terminal terminal, Func<string[], int> run)
    {
        var folder = new Argument<string?>("RUN_DIR") { Description = "the folder of a finished run", Arity = ArgumentArity.ExactlyOne };
        var threads = Setting.Whole("--threads", "T", "threads; the result does not depend on it [as begun]", least: 1);
        var json = RunArguments.JsonOption();
        var command = new Command("verify", "Run a finished run again and compare inputs, numbers and arrays, bit for bit.") { folder, threads, json };
        command.SetAction(parsed =>
        {
            var given = new Given(parsed);
            int? count = null;
            given.Apply(threads, v => count = v);
            var path = given.Text(folder);
            if (path is not null && !Directory.Exists(path)) given.Problem($"RUN_DIR: there is no folder {NearestName.Quote(path)}; expected one of a run");
            given.Check();
            var note = RunNote.Read(path!);
            if (note.Finished is null) throw new InvalidInputException($"the run in {NearestName.Quote(path!)} is not finished; expected lambdahat resume {path} first");
            var again = Directory.CreateTempSubdirectory("lambdahat-verify-");
            try
            {
                // A folder within, so that a command that refuses what is there finds nothing.
                var other = Path.Combine(again.FullName, "run");
                var code = run(note.Again(other, count, json: true));
                if (code != note.Code) return code == ExitCode.Done ? ExitCode.Differs : code;
                var comparison = RunComparison.Of(path!, other, note.Finished);
                Print(terminal, path!, comparison, given.Has(json));
                return comparison.Differences.Count == 0 ? ExitCode.Done : ExitCode.Differs;
            }
            finally
            {
                again.Delete(recursive: true);
            }
        });
        return command;
    }

    private static void Print(Terminal terminal, string path, RunComparison comparison, bool json)
    {
        if (json)
        {
            terminal.Out.WriteLine(new JsonObject
            {
                ["verified"] = comparison.Differences.Count == 0,
                ["files"] = new JsonArray([.. comparison.Files.Select(f => (JsonNode)f)]),
                ["differences"] = new JsonArray([.. comparison.Differences.Select(d => (JsonNode)d)]),
                ["version"] = LambdaHatCommand.Version,
            }.ToJsonString());
            return;
        }
        if (comparison.Differences.Count == 0)
        {
            terminal.Out.WriteLine($"verified: {path} came out the same, bit for bit, in {string.Join(", ", comparison.Files)}");
            return;
        }
        terminal.Out.WriteLine($"{path} came out otherwise, there as recorded, here as run again:");
        foreach (var difference in comparison.Differences.Take(MostShown)) terminal.Out.WriteLine($"  {difference}");
        if (comparison.Differences.Count > MostShown) terminal.Out.WriteLine($"  and {comparison.Differences.Count - MostShown} more");
        terminal.Out.WriteLine("a run that --max-minutes cut, another version or a processor with other vectors may be the reason");
    }
}
