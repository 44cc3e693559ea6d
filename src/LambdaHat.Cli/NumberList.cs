using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace LambdaHat.Cli;

/// <summary>Options whose value is a list of whole numbers, as in <c>--widths 4,4,4</c>.</summary>
internal static class NumberList
{
    public static Option<int[]?> Option(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "N,N,…",
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = Parse,
    };

    private static int[]? Parse(ArgumentResult result)
    {
        var text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        var numbers = new int[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (int.TryParse(parts[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out numbers[i])) continue;
            result.AddError($"{(result.Parent as OptionResult)?.Option.Name}: expected whole numbers separated by commas, got \"{parts[i]}\" at place {i + 1} of \"{text}\"");
            return null;
        }
        return numbers;
    }
}
