using System.Text.RegularExpressions;
using LambdaHat.Tests.Data;

namespace LambdaHat.Tests.Docs;

/// <summary>One fenced block of a Markdown file.</summary>
internal sealed record CodeBlock(string Place, string Language, string Code);

/// <summary>A Markdown file of the repository, read for what the tests check.</summary>
internal sealed record MarkdownFile(string Name, string Text)
{
    /// <summary>The files at the root and below docs/.</summary>
    public static IReadOnlyList<MarkdownFile> All { get; } = [.. Directory.GetFiles(RepositoryFolder.Root, "*.md")
        .Concat(Directory.GetFiles(Path.Combine(RepositoryFolder.Root, "docs"), "*.md", SearchOption.AllDirectories))
        .Order(StringComparer.Ordinal)
        .Select(path => new MarkdownFile(Path.GetRelativePath(RepositoryFolder.Root, path), File.ReadAllText(path)))];

    public string[] Lines => Text.TrimEnd('\n').Split('\n');

    public static MarkdownFile Named(string name) => All.Single(file => file.Name == name);

    /// <summary>The fenced blocks in one language.</summary>
    public IEnumerable<CodeBlock> Blocks(string language) =>
        Regex.Matches(Text, @"^```(\w*)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)
            .Where(match => match.Groups[1].Value == language)
            .Select(match => new CodeBlock($"{Name}, line {Text.AsSpan(0, match.Index).Count('\n') + 1}", language, match.Groups[2].Value));

    /// <summary>The targets of links and images, with their line.</summary>
    public IEnumerable<(int Line, string Target)> Links() =>
        Lines.SelectMany((line, i) => Regex.Matches(line, @"\]\(([^)\s]+)\)").Select(match => (i + 1, match.Groups[1].Value)));

    /// <summary>The anchors that headings have on the usual hosts.</summary>
    public IEnumerable<string> Anchors() => Regex.Matches(Text, @"^#+ (.*)$", RegexOptions.Multiline)
        .Select(match => Regex.Replace(match.Groups[1].Value.ToLowerInvariant().Replace(' ', '-'), @"[^\p{L}\p{N}_-]", ""));

    /// <summary>The rows of the table whose header starts with <paramref name="firstHeading"/>, cells trimmed, header and rule left out.</summary>
    public string[][] Table(string firstHeading)
    {
        var rows = Lines.SkipWhile(line => !line.StartsWith($"| {firstHeading} |", StringComparison.Ordinal)).TakeWhile(line => line.StartsWith('|'))
            .Skip(2).Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray()).ToArray();
        return rows.Length > 0 ? rows : throw new InvalidOperationException($"{Name} has no table whose first column is \"{firstHeading}\"");
    }
}
