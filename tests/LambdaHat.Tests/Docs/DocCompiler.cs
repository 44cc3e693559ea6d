using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LambdaHat.Tests.Docs;

/// <summary>Compiles C# against the library as a project of the SDK would: implicit usings, nullable references, no warnings.</summary>
internal static class DocCompiler
{
    /// <summary>The assembly name to which the library shows its internal types: this test project's own.</summary>
    public const string FriendName = "LambdaHat.Tests";

    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly CSharpParseOptions s_parse = new(LanguageVersion.Latest);

    private static readonly MetadataReference[] s_references = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        .Where(path => Path.GetFileNameWithoutExtension(path) != FriendName).Select(path => MetadataReference.CreateFromFile(path))];

    /// <summary>
    /// A compilation of <paramref name="sources"/> (path and text); references to <paramref name="without"/> are left out. The analysis of nulls, nearly half
    /// of the work, is for those who ask for warnings.
    /// </summary>
    public static CSharpCompilation Create(string assemblyName, OutputKind kind, IEnumerable<(string Path, string Text)> sources, string? without = null, NullableContextOptions nulls = NullableContextOptions.Enable) => CSharpCompilation.Create(
        assemblyName,
        [CSharpSyntaxTree.ParseText(ImplicitUsings, s_parse), .. sources.Select(source => CSharpSyntaxTree.ParseText(source.Text, s_parse, source.Path))],
        s_references.Where(reference => Path.GetFileNameWithoutExtension(reference.Display) != without),
        new CSharpCompilationOptions(kind, nullableContextOptions: nulls, allowUnsafe: true));

    /// <summary>Everything the compiler has to say about <paramref name="compilation"/>, warnings included.</summary>
    public static IEnumerable<string> Complaints(CSharpCompilation compilation) =>
        compilation.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning).Select(d => d.ToString());

    /// <summary>Runs a program and returns what it printed. One program at a time: it writes to the process's console.</summary>
    public static string Run(CSharpCompilation program)
    {
        using var image = new MemoryStream();
        var result = program.Emit(image);
        Assert.True(result.Success, string.Join("\n", result.Diagnostics));
        var entry = Assembly.Load(image.ToArray()).EntryPoint!;
        var console = Console.Out;
        using var printed = new StringWriter();
        Console.SetOut(printed);
        try
        {
            entry.Invoke(null, [Array.Empty<string>()]);
        }
        finally
        {
            Console.SetOut(console);
        }
        return printed.ToString();
    }
}
