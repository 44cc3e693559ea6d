using System.CommandLine;
using LambdaHat.Cli.Parsing;
using LambdaHat.Reporting;

namespace LambdaHat.Cli.Commands;

/// <summary><c>lambdahat resume</c>: goes on with whatever was begun in a folder.</summary>
internal static class ResumeCommand
{
    /// <summary>The command; <paramref name="run"/> runs the words of another.</summary>
    public static Command Create(Terminal terminal, Func<string[], int> run)
    {
        var folder = new Argument<string?>("RUN_DIR") { Description = "the folder of a run that was interrupted, by a signal or otherwise", Arity = ArgumentArity.ExactlyOne };
        var threads = Setting.Whole("--threads", "T", "threads; the result does not depend on it [as begun]", least: 1);
        var json = RunArguments.JsonOption();
        var command = new Command("resume", "Go on with the run in a folder: same options, same result as without the interruption.") { folder, threads, json };
        command.SetAction(parsed =>
        {
            var given = new Given(parsed);
            int? count = null;
            given.Apply(threads, v => count = v);
            var path = given.Text(folder);
            if (path is not null && !Directory.Exists(path)) given.Problem($"RUN_DIR: there is no folder {NearestName.Quote(path)}; expected one of a run");
            given.Check();
            var note = RunNote.Read(path!);
            if (note.Finished is not null)
            {
                if (given.Has(json)) terminal.Out.WriteLine(note.Result().ToJsonString());
                else terminal.Out.WriteLine($"finished already: {note.Command}; its result is {Path.Combine(path!, note.Finished)}");
                return note.Code;
            }
            terminal.Error.WriteLine($"goes on with: {note.Command}");
            if (note.Directory != Environment.CurrentDirectory) terminal.Error.WriteLine($"which was begun in {note.Directory}; paths in it are looked for from {Environment.CurrentDirectory}");
            return run(note.Again(path!, count, given.Has(json)));
        });
        return command;
    }
}
