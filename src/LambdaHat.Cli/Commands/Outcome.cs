using System.Text.Json.Nodes;
using LambdaHat.Reporting;

namespace LambdaHat.Cli.Commands;

/// <summary>How a run ends: its files, then the result for people or programs. What was computed is said even where it cannot be written, and that it is not in the folder is then the command's failure.</summary>
internal sealed record Outcome
{
    /// <summary>The file of the folder that holds the object of <c>--json</c>.</summary>
    public required string File { get; init; }

    /// <summary>Writes the files.</summary>
    public required Action Write { get; init; }

    /// <summary>Deletes the states that the run would have gone on from, once it is noted as finished.</summary>
    public Action? Clean { get; init; }

    /// <summary>The object of <c>--json</c>.</summary>
    public required Func<JsonObject> Json { get; init; }

    /// <summary>Prints the result for people.</summary>
    public required Action Print { get; init; }

    /// <summary>The page, if there is one.</summary>
    public string? Page { get; init; }

    /// <summary>What to say of a run whose every chain diverged; null where one did not.</summary>
    public string? Diverged { get; init; }

    /// <summary>Ends the run.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="InvalidInputException">The files could not be written.</exception>
    public int End(Terminal terminal, RunSettings settings, RunNote note)
    {
        var code = Diverged is null ? ExitCode.Done : ExitCode.AllChainsDiverged;
        var failure = Saving.Try(() =>
        {
            Write();
            note.Finish(File, code);
            Clean?.Invoke();
        });
        if (settings.Json) terminal.Out.WriteLine(Json().ToJsonString());
        else
        {
            Print();
            if (Page is not null && failure is null) terminal.Out.WriteLine($"report: {Page}");
        }
        if (failure is not null) throw Saving.Failed(note, failure);
        if (Diverged is not null) terminal.Error.WriteLine($"lambdahat: {Diverged}");
        return code;
    }
}
