using System.Text.RegularExpressions;
using LambdaHat.Cli;
using LambdaHat.Tests.Data;

namespace LambdaHat.Tests.Docs;

public class CommandLineTests
{
    /// <summary>Every line of a shell block that starts with <c>lambdahat</c>.</summary>
    public static TheoryData<string> Lines => [.. MarkdownFile.All.SelectMany(file => file.Blocks("sh"))
        .SelectMany(block => block.Code.Split('\n')).Where(line => line.StartsWith("lambdahat ", StringComparison.Ordinal)).Distinct()];

    // Commands are run with a cancellation that has already come: what is cheap is done, what takes time stops before its first step.
    [Theory, MemberData(nameof(Lines))]
    public void Command_lines_are_understood(string line)
    {
        using var folder = new TemporaryFolder();
        var (code, _, error) = Run(WithOwnFolder(Words(line)[1..], folder.Path), new CancellationToken(canceled: true));
        var fileMissing = code == ExitCode.BadInput && Regex.IsMatch(error, @"there is no (such )?folder|does not exist");
        Assert.True(code is ExitCode.Done or ExitCode.Interrupted || fileMissing, $"{line}\nexit code {code}\n{error}");
    }

    [Fact]
    public void The_readme_has_a_row_for_every_command_and_no_other()
    {
        var expected = Subcommands().SelectMany(name => Subcommands(name) is { Length: > 0 } leaves ? leaves.Select(leaf => $"{name} {leaf}") : [name]);
        Assert.Equal(expected.Order(StringComparer.Ordinal), Rows("command").Select(name => name["lambdahat ".Length..]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_readme_lists_the_exit_codes() =>
        Assert.Equal(typeof(ExitCode).GetFields().Select(field => (int)field.GetRawConstantValue()!).Order(), Rows("exit code").Select(int.Parse));

    [Fact]
    public void Every_option_named_in_the_docs_exists()
    {
        var helps = string.Concat(Subcommands().SelectMany(name => Subcommands(name).Select(leaf => Help(name, leaf)).Append(Help(name)))) + Help();
        var known = Regex.Matches(helps, @"--[a-z][a-z-]*").Select(match => match.Value).ToHashSet();
        var named = MarkdownFile.All.Where(file => file.Name.StartsWith("docs", StringComparison.Ordinal) || file.Name == "README.md")
            .SelectMany(file => Regex.Matches(file.Text, @"(?<=`)--[a-z][a-z-]*").Select(match => (file.Name, Option: match.Value))).ToArray();
        Assert.Contains(named, use => use.Option == "--step-size");
        Assert.All(named, use => Assert.Contains(use.Option, known));
    }

    private static IEnumerable<string> Rows(string firstHeading) => MarkdownFile.Named("README.md").Table(firstHeading).Select(row => row[0].Trim('`'));

    private static string[] Subcommands(params string[] path)
    {
        var section = Regex.Match(Help(path), @"^Commands:\n(.*?)(^\s*$|\z)", RegexOptions.Multiline | RegexOptions.Singleline).Groups[1].Value;
        return [.. Regex.Matches(section, @"^  (\S+)", RegexOptions.Multiline).Select(match => match.Groups[1].Value)];
    }

    private static string Help(params string[] path)
    {
        var (code, output, error) = Run([.. path, "--help"], CancellationToken.None);
        Assert.True(code == ExitCode.Done, error);
        return output.ReplaceLineEndings("\n");
    }

    private static (int Code, string Output, string Error) Run(string[] arguments, CancellationToken cancellation)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = LambdaHatCommand.Run(arguments, Terminal.Plain(output, error), cancellation);
        return (code, output.ToString(), error.ToString());
    }

    // Words as a shell would split them, quotes taken off.
    private static string[] Words(string line) => [.. Regex.Matches(line, @"(?:'[^']*'|""[^""]*""|[^\s'""])+").Select(match => match.Value.Replace("'", "").Replace("\"", ""))];

    // Runs write into their folder at once; it must be the test's own.
    private static string[] WithOwnFolder(string[] arguments, string folder)
    {
        var at = Array.IndexOf(arguments, "--out");
        if (at >= 0) return [.. arguments[..(at + 1)], folder, .. arguments[(at + 2)..]];
        return arguments[0] is "compare" or "demo" or "estimate" or "hessian" or "sweep" or "track" or "train" ? [.. arguments, "--out", folder] : arguments;
    }
}
