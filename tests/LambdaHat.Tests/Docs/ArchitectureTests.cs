using LambdaHat.Tests.Data;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LambdaHat.Tests.Docs;

/// <summary>
/// The rooms and arrows that ARCHITECTURE.md states, against the source: its using lines, and every name in it that means a type of the library (so that a
/// qualified or an inferred name counts too).
/// </summary>
public class ArchitectureTests
{
    private const string Library = "LambdaHat";
    private static readonly string s_source = Path.Combine(RepositoryFolder.Root, "src", Library);
    private static readonly Lazy<(HashSet<(string From, string To)> Arrows, HashSet<string> Rooms)> s_stated = new(Stated);
    private static readonly Lazy<Dictionary<(string From, string To), string>> s_measured = new(Measured);

    [Fact]
    public void Rooms_are_the_folders() =>
        Assert.Equal(Directory.GetDirectories(s_source).Select(folder => Path.GetFileName(folder)!).Where(name => name is not ("bin" or "obj")).Order(StringComparer.Ordinal), s_stated.Value.Rooms.Order(StringComparer.Ordinal));

    [Fact]
    public void No_arrow_points_the_wrong_way()
    {
        var wrong = s_measured.Value.Where(arrow => !s_stated.Value.Arrows.Contains(arrow.Key)).Select(arrow => $"{arrow.Key.From} → {arrow.Key.To}: {arrow.Value}").ToArray();
        Assert.True(wrong.Length == 0, string.Join("\n", wrong));
    }

    [Fact]
    public void Every_arrow_is_in_use() =>
        Assert.All(s_stated.Value.Arrows, arrow => Assert.Contains(arrow, s_measured.Value.Keys));

    [Fact]
    public void Arrows_make_no_circle()
    {
        var (arrows, rooms) = s_stated.Value;
        var rest = new HashSet<string>(rooms);
        while (rest.FirstOrDefault(room => !arrows.Any(arrow => arrow.From == room && rest.Contains(arrow.To))) is { } free) rest.Remove(free);
        Assert.Empty(rest);
    }

    [Fact]
    public void Theory_and_estimation_share_no_code_and_nothing_uses_reporting()
    {
        Assert.Contains("Theory", s_stated.Value.Rooms);
        Assert.Contains("Reporting", s_stated.Value.Rooms);
        Assert.DoesNotContain(s_measured.Value.Keys, arrow => arrow.To is "Reporting" || arrow is { To: "Theory", From: not "Experiments" } || arrow.From is "Theory" && arrow.To is not "Numerics");
    }

    private static (HashSet<(string, string)>, HashSet<string>) Stated()
    {
        var rows = MarkdownFile.Named("ARCHITECTURE.md").Table("room");
        return ([.. rows.SelectMany(row => row[2].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(to => (row[0], to)))], [.. rows.Select(row => row[0])]);
    }

    // Every arrow with one place where it is used; an empty room is the library's root, which all may use and which uses none.
    private static Dictionary<(string, string), string> Measured()
    {
        var files = Directory.GetFiles(s_source, "*.cs", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(s_source, path))
            .Where(path => path.Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj")).Order(StringComparer.Ordinal);
        var compilation = DocCompiler.Create(Library, OutputKind.DynamicallyLinkedLibrary, files.Select(path => (path, File.ReadAllText(Path.Combine(s_source, path)))), without: Library, NullableContextOptions.Annotations);
        Assert.Empty(compilation.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error));
        var arrows = new Dictionary<(string, string), string>();
        foreach (var tree in compilation.SyntaxTrees.Where(tree => tree.FilePath.Length > 0))
        {
            var from = tree.FilePath.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal) ? tree.FilePath.Split(Path.DirectorySeparatorChar)[0] : "";
            var model = compilation.GetSemanticModel(tree);
            foreach (var name in tree.GetRoot().DescendantNodes(descendIntoTrivia: false).OfType<SimpleNameSyntax>())
            {
                var symbol = model.GetSymbolInfo(name).Symbol;
                if (Room(symbol) is not { Length: > 0 } to || to == from) continue;
                arrows.TryAdd((from, to), $"{tree.FilePath}, line {name.GetLocation().GetLineSpan().StartLinePosition.Line + 1}: {name}");
            }
        }
        return arrows;
    }

    private static string? Room(ISymbol? symbol)
    {
        var space = symbol as INamespaceSymbol ?? symbol?.ContainingNamespace;
        var path = space?.ToDisplayString().Split('.');
        return path is [Library, var room, ..] ? room : null;
    }
}
