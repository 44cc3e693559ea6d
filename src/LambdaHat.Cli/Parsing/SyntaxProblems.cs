using System.CommandLine;
using System.CommandLine.Parsing;

namespace LambdaHat.Cli.Parsing;

/// <summary>What is wrong with a command line before any value is read, in words for people: unknown, missing, repeated.</summary>
internal static class SyntaxProblems
{
    public static IEnumerable<string> Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        string[] unknown = [.. UnknownOptions(parsed).Distinct()];
        var known = command.Options.Select(o => o.Name).ToArray();
        if (command.Subcommands.Count > 0 && !(parsed.UnmatchedTokens is [var first, ..] && unknown.Contains(Name(first))))
        {
            var names = command.Subcommands.Select(c => c.Name).ToArray();
            yield return parsed.UnmatchedTokens is [var mistyped, ..]
                ? $"unknown command {NearestName.Quote(mistyped)}; expected one of {string.Join(", ", names)}{NearestName.Hint(mistyped, names)}"
                : $"a command is needed: one of {string.Join(", ", names)}";
            yield break;
        }
        foreach (var name in unknown) yield return $"unknown option {NearestName.Quote(name)}{NearestName.Hint(name, known)}";
        // The value of an unknown option stands there as an argument of its own.
        if (unknown.Length == 0)
            foreach (var extra in parsed.UnmatchedTokens) yield return $"unexpected argument {NearestName.Quote(extra)}";
        foreach (var option in command.Options)
        {
            var result = parsed.GetResult(option);
            if (result is null or { Implicit: true })
            {
                if (option.Required) yield return $"{option.Name} is needed: {option.Description}";
            }
            else if (result.Tokens.Count < option.Arity.MinimumNumberOfValues) yield return $"{option.Name} needs a value: {option.Description}";
            else if (result.Tokens.Count > option.Arity.MaximumNumberOfValues) yield return $"{option.Name} is given {result.Tokens.Count} times; expected once";
        }
        foreach (var argument in command.Arguments)
        {
            if ((parsed.GetResult(argument)?.Tokens.Count ?? 0) < argument.Arity.MinimumNumberOfValues) yield return $"{argument.Name} is needed: {argument.Description}";
        }
    }

    // A word that begins with a dash is the value of the option before it, or an option that nobody knows.
    private static IEnumerable<string> UnknownOptions(ParseResult parsed)
    {
        var options = parsed.CommandResult.Command.Options.Where(o => o.Arity.MaximumNumberOfValues > 0).Select(o => o.Name).ToHashSet();
        Token? previous = null;
        foreach (var token in parsed.Tokens)
        {
            var isValue = previous is { Type: TokenType.Option } && options.Contains(previous.Value);
            if (token.Type == TokenType.Argument && !isValue && token.Value.Length > 1 && token.Value[0] == '-') yield return Name(token.Value);
            previous = token;
        }
    }

    private static string Name(string token) => token.Split('=')[0];
}
