using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace LambdaHat.Tests.Docs;

public class CodeBlockTests
{
    [Fact]
    public void Every_csharp_block_compiles_without_a_warning()
    {
        var blocks = MarkdownFile.All.SelectMany(file => file.Blocks("csharp").Select(block => (file.Name, Block: block))).ToArray();
        Assert.True(blocks.Length >= 5, $"{blocks.Length} blocks found");
        foreach (var (file, block) in blocks)
        {
            var kind = Regex.IsMatch(block.Code, @"^namespace ", RegexOptions.Multiline) ? OutputKind.DynamicallyLinkedLibrary : OutputKind.ConsoleApplication;
            // The skeletons of CONTRIBUTING.md stand inside the library and may use its internal types; everything else is a user's code.
            var name = file == "CONTRIBUTING.md" ? DocCompiler.FriendName : "Example";
            var complaints = DocCompiler.Complaints(DocCompiler.Create(name, kind, [(block.Place, block.Code)])).ToArray();
            Assert.True(complaints.Length == 0, $"{block.Place}:\n{string.Join("\n", complaints)}");
        }
    }

    [Fact]
    public void The_readme_example_prints_what_the_readme_says()
    {
        var readme = MarkdownFile.Named("README.md");
        var block = Assert.Single(readme.Blocks("csharp"));
        Assert.True(block.Code.Split('\n').Count(line => line.Length > 0) <= 10, "the example is longer than ten lines");
        var printed = DocCompiler.Run(DocCompiler.Create("Example", OutputKind.ConsoleApplication, [(block.Place, block.Code)]));
        var (value, error) = Numbers(printed);
        var (stated, statedError) = Numbers(readme.Text);
        // Rounding differs from machine to machine and chains amplify it, so another machine draws another sample of the same law.
        Assert.InRange(error, statedError / 2, statedError * 2);
        Assert.InRange(value, stated - (4 * (error + statedError)), stated + (4 * (error + statedError)));
        // The exact value at four standard errors: the sampler is exact, and γ takes 0.3 % (8 directions of nβh > 10,000 beside γ = 54).
        Assert.InRange(value, (4 * 0.997) - (4 * error), 4 + (4 * error));
    }

    private static (double Value, double Error) Numbers(string text)
    {
        var match = Regex.Match(text, @"λ̂ = (\d+\.\d+) ± (\d+\.\d+), exact 4");
        Assert.True(match.Success, text);
        return (double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));
    }
}
