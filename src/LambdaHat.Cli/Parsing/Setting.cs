using System.CommandLine;
using System.Globalization;

namespace LambdaHat.Cli.Parsing;

/// <summary>An option with a value, kept as text until <see cref="Given"/> reads it, so that whatever is wrong with it is reported with everything else.</summary>
internal sealed class Setting<T> : Option<string?>
{
    public Setting(string name, string valueName, string description, string legal, Func<string, (bool Legal, T Value)> read) : base(name)
    {
        HelpName = valueName;
        Description = description;
        LegalValues = legal;
        Read = read;
    }

    /// <summary>What a value may be, for messages.</summary>
    public string LegalValues { get; }

    /// <summary>Reads a value.</summary>
    public Func<string, (bool Legal, T Value)> Read { get; }

    /// <summary>This option, as one that must be given.</summary>
    public Setting<T> Needed()
    {
        Required = true;
        return this;
    }
}

/// <summary>The kinds of option values.</summary>
internal static class Setting
{
    public static Setting<string?> Text(string name, string valueName, string description) =>
        new(name, valueName, description, "a text that is not empty", text => (text.Length > 0, text));

    public static Setting<string?> Choice(string name, string description, IReadOnlyList<string> names) =>
        new(name, "NAME", description, $"one of {string.Join(", ", names)}", text => (names.Contains(text), text));

    public static Setting<double> Number(string name, string valueName, string description) =>
        new(name, valueName, description, "a number", text => (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value), value));

    public static Setting<int> Whole(string name, string valueName, string description, int least, int most = int.MaxValue) =>
        new(name, valueName, description, $"a whole number from {least} to {most}", text => (TryRead(text, out var value) && value >= least && value <= most, value));

    public static Setting<ulong> Seed(string name, string valueName, string description) =>
        new(name, valueName, description, $"a whole number from 0 to {ulong.MaxValue}", text => (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value), value));

    /// <summary>Whole numbers separated by commas, as in <c>--widths 4,4,4</c>.</summary>
    public static Setting<int[]> Wholes(string name, string description, int least) => new(name, "N,N,…", description, $"whole numbers ≥ {least} separated by commas", text =>
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        var numbers = new int[parts.Length];
        for (var i = 0; i < parts.Length; i++)
            if (!TryRead(parts[i], out numbers[i]) || numbers[i] < least) return (false, []);
        return (true, numbers);
    });

    /// <summary>Numbers separated by commas, as in <c>--gammas 1,10,100</c>.</summary>
    public static Setting<double[]> Numbers(string name, string description) => new(name, "X,X,…", description, "numbers separated by commas", text =>
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        var numbers = new double[parts.Length];
        for (var i = 0; i < parts.Length; i++)
            if (!double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i])) return (false, []);
        return (true, numbers);
    });

    private static bool TryRead(string text, out int value) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
}
