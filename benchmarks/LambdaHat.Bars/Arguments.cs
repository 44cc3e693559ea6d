using System.Globalization;

namespace LambdaHat.Bars;

/// <summary>The options of a command as <c>--name value</c> pairs.</summary>
internal sealed class Arguments
{
    /// <summary>What says how long a slice is, where its results go and where models lie, and nothing of what the results are.</summary>
    public static readonly string[] OfSlice = ["count", "minutes", "only", "out", "model", "modular"];

    private readonly SortedDictionary<string, string> _values = new(StringComparer.Ordinal);

    public Arguments(IEnumerable<KeyValuePair<string, string>> values)
    {
        foreach (var (name, value) in values) _values[name] = value;
    }

    /// <summary>The options without those of the slice.</summary>
    public IEnumerable<KeyValuePair<string, string>> OfBar => _values.Where(v => !OfSlice.Contains(v.Key));

    public static Arguments Parse(ReadOnlySpan<string> args)
    {
        var values = new Dictionary<string, string>();
        for (var i = 0; i < args.Length; i += 2)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal) || i + 1 == args.Length) throw new InvalidInputException($"expected --name value, got {string.Join(' ', args[i..])}");
            values[args[i][2..]] = args[i + 1];
        }
        return new Arguments(values);
    }

    public void Allow(string command, params string[] names)
    {
        string[] all = [.. names, .. OfSlice];
        if (_values.Keys.FirstOrDefault(k => !all.Contains(k)) is { } unknown)
            throw new InvalidInputException($"{command} has no option --{unknown}; expected one of {string.Join(", ", all.Select(n => "--" + n))}");
    }

    public string? Text(string name) => _values.GetValueOrDefault(name);

    public string Text(string name, params string[] choices) =>
        Text(name) is { } value && choices.Contains(value) ? value : throw new InvalidInputException($"--{name} must be one of {string.Join(", ", choices)}, got {Text(name) ?? "nothing"}");

    public int Whole(string name, int otherwise) =>
        Text(name) is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value
        : throw new InvalidInputException($"--{name} must be a whole number ≥ 0, got {text}");

    public double Number(string name, double otherwise) =>
        Text(name) is not { } text ? otherwise
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value > 0 ? value
        : throw new InvalidInputException($"--{name} must be a number > 0, got {text}");
}
