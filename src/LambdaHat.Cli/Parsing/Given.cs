using System.CommandLine;
using System.Diagnostics.CodeAnalysis;

namespace LambdaHat.Cli.Parsing;

/// <summary>What was given on the command line, read value by value; collects everything that is wrong with it, to be reported all at once.</summary>
internal sealed class Given(ParseResult parsed)
{
    private readonly List<string> _problems = [.. SyntaxProblems.Of(parsed)];

    /// <summary>The command line as typed, for the record of a run.</summary>
    public string CommandText => string.Join(' ', parsed.Tokens.Select(t => t.Value).Prepend("lambdahat").Select(Quoted));

    /// <summary>The words of the command line, options and their values apart.</summary>
    public IReadOnlyList<string> Words => [.. parsed.Tokens.Select(t => t.Value)];

    /// <summary>Whether the option is there, legal or not.</summary>
    public bool Has(Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <summary>The argument as typed; null where there is none, or an option that nobody knows in its place.</summary>
    public string? Text(Argument<string?> argument) => parsed.GetResult(argument) is { Tokens: [{ Value: [not '-', ..] text }, ..] } ? text : null;

    /// <summary>The values of an option that may be repeated.</summary>
    public string[] Texts(Option<string[]> option) => parsed.GetResult(option) is { } result ? [.. result.Tokens.Select(t => t.Value)] : [];

    /// <summary>The option's value; <paramref name="otherwise"/> where it is not given or not legal.</summary>
    public T Of<T>(Setting<T> setting, T otherwise) => TryRead(setting, out var value) ? value : otherwise;

    /// <summary>Hands the option's value on, if it is given, and notes what the receiver objects to; false when there is an objection.</summary>
    public bool Apply<T>(Setting<T> setting, Action<T> receiver)
    {
        var before = _problems.Count;
        if (TryRead(setting, out var value)) Try(setting.Name, () => receiver(value));
        return _problems.Count == before;
    }

    /// <summary>Runs <paramref name="action"/> and notes what it objects to, with the option at fault.</summary>
    public void Try(string option, Action action)
    {
        try
        {
            action();
        }
        catch (InvalidInputException e)
        {
            Problem($"{option}: {e.Message}");
        }
    }

    /// <summary>Notes a problem.</summary>
    public void Problem(string message) => _problems.Add(message);

    /// <summary>Ends the command if there is any problem.</summary>
    /// <exception cref="ConfigurationException">With every problem.</exception>
    public void Check()
    {
        if (_problems.Count > 0) throw new ConfigurationException([.. _problems.Distinct()]);
    }

    private bool TryRead<T>(Setting<T> setting, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (parsed.GetResult(setting) is not { Tokens: [var token, ..] }) return false;
        (var legal, value) = setting.Read(token.Value);
        if (!legal) Problem($"{setting.Name}: expected {setting.LegalValues}, got \"{token.Value}\"");
        return legal;
    }

    private static string Quoted(string text) =>
        text.Length > 0 && text.All(c => char.IsLetterOrDigit(c) || "-_./:,=+".Contains(c, StringComparison.Ordinal)) ? text : $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}

/// <summary>Everything that is wrong with a command line.</summary>
internal sealed class ConfigurationException(IReadOnlyList<string> problems) : Exception(string.Join('\n', problems))
{
    /// <summary>One message a problem.</summary>
    public IReadOnlyList<string> Problems => problems;
}
