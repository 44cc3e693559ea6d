using System.CommandLine;

namespace LambdaHat.Cli.Commands;

/// <summary>The command line as typed, for the record of a run.</summary>
internal static class CommandText
{
    public static string Of(ParseResult parsed) => string.Join(' ', parsed.Tokens.Select(t => t.Value).Prepend("lambdahat").Select(Quoted));

    private static string Quoted(string text) => text.Length > 0 && text.All(c => char.IsLetterOrDigit(c) || "-_./:,=+".Contains(c, StringComparison.Ordinal)) ? text : $"'{text}'";
}
