using System.Text.Json.Nodes;
using LambdaHat.Cli;

namespace LambdaHat.Tests.Cli;

/// <summary>One command run inside the tests, with what it said.</summary>
internal sealed record CommandRun(int Code, string Out, string Error)
{
    /// <summary>Runs <paramref name="line"/>, words separated by spaces, then <paramref name="more"/> as they are.</summary>
    public static CommandRun Of(string line, params string[] more)
    {
        using StringWriter output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };
        var code = LambdaHatCommand.Run([.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries), .. more], Terminal.Plain(output, error), CancellationToken.None);
        return new(code, output.ToString().ReplaceLineEndings("\n"), error.ToString().ReplaceLineEndings("\n"));
    }

    /// <summary>The messages for the user, without the command's name before each and the pointer to the help after them.</summary>
    public string[] Problems => [.. Error.Split('\n').Where(line => line.StartsWith("lambdahat: ", StringComparison.Ordinal)).Select(line => line["lambdahat: ".Length..])];

    /// <summary>Standard output as the one JSON object that it has to be.</summary>
    public JsonObject Json => JsonNode.Parse(Out)!.AsObject();
}
