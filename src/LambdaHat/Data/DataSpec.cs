using System.Buffers;
using System.Globalization;

namespace LambdaHat.Data;

/// <summary>
/// Names a data set: <c>scheme:location,key=value,…</c>, such as <c>mnist:DIR</c>, <c>npz:FILE,x=inputs,y=labels</c>,
/// <c>csv:FILE,target=price</c> or <c>modular-addition:53</c>. The location ends where the last run of <c>,key=value</c> begins, so it may itself
/// contain commas. Two specs are equal when their canonical texts are.
/// </summary>
public sealed class DataSpec : IEquatable<DataSpec>
{
    private static readonly SearchValues<char> s_keyCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz-_");
    private readonly SortedDictionary<string, string> _options;

    private DataSpec(DataScheme scheme, string location, SortedDictionary<string, string> options)
    {
        Kind = scheme;
        Location = location;
        _options = options;
    }

    /// <summary>The part before the colon: mnist, npz, safetensors, csv, modular-addition, matrix-factorisation or dln.</summary>
    public string Scheme => Kind.Name;

    /// <summary>The folder, file or size after the colon; empty for a scheme that takes none.</summary>
    public string Location { get; }

    /// <summary>The options given, sorted by key.</summary>
    public IReadOnlyDictionary<string, string> Options => _options;

    internal DataScheme Kind { get; }

    /// <summary>Reads a spec.</summary>
    /// <exception cref="InvalidInputException">The scheme or a key is unknown (the nearest known one is named), or a part is missing.</exception>
    public static DataSpec Parse(string text)
    {
        var place = $"data {NearestName.Quote(text)}";
        var end = text.AsSpan().IndexOfAny(':', ',');
        var name = end < 0 ? text : text[..end];
        var schemes = DataScheme.All.Select(s => s.Name);
        var scheme = DataScheme.All.FirstOrDefault(s => s.Name == name)
            ?? throw new InvalidInputException($"{place}: unknown scheme {NearestName.Quote(name)}; expected one of {string.Join(", ", schemes)}{NearestName.Hint(name, schemes)}");
        var rest = end < 0 ? "" : text[end..];
        var options = new SortedDictionary<string, string>(StringComparer.Ordinal);
        while (rest.LastIndexOf(',') is >= 0 and var comma && Option(rest[(comma + 1)..]) is var (key, value))
        {
            if (!scheme.Options.Contains(key))
                throw new InvalidInputException($"{place}: unknown key {NearestName.Quote(key)}; {scheme.Name} takes {Listing.Of(scheme.Options)}{NearestName.Hint(key, scheme.Options)}");
            if (value.Length == 0) throw new InvalidInputException($"{place}: \"{key}\" has no value");
            if (!options.TryAdd(key, value)) throw new InvalidInputException($"{place}: \"{key}\" is given twice");
            rest = rest[..comma];
        }
        var location = rest.StartsWith(':') ? rest[1..] : "";
        if ((scheme.LocationName is null && rest.Length > 0) || (scheme.LocationName is not null && location.Length == 0))
            throw new InvalidInputException($"{place}: expected {scheme.Example}");
        var spec = new DataSpec(scheme, location, options);
        scheme.Check?.Invoke(spec);
        return spec;
    }

    /// <summary>The option <paramref name="key"/>, or <paramref name="otherwise"/>.</summary>
    public string Option(string key, string otherwise) => _options.GetValueOrDefault(key, otherwise);

    /// <summary>The text that <see cref="Parse"/> reads, options sorted.</summary>
    public override string ToString() =>
        (Location.Length > 0 ? $"{Scheme}:{Location}" : Scheme) + string.Concat(_options.Select(o => $",{o.Key}={o.Value}"));

    /// <inheritdoc/>
    public bool Equals(DataSpec? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DataSpec);

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <summary>The first file or folder that it names outside all of <paramref name="folders"/>, as written; null where there is none. Links are not looked through.</summary>
    internal string? PathOutside(params IReadOnlyList<string> folders)
    {
        var paths = Kind.FileOptions.Select(key => Option(key, "")).Where(path => path.Length > 0);
        if (Kind.LocationName is "file" or "folder") paths = paths.Prepend(Location);
        return paths.FirstOrDefault(path => path.Contains('\0', StringComparison.Ordinal) || !folders.Any(folder => Holds(folder, path)));
    }

    internal int Size(int least, int most) => (int)Whole(Location, Kind.LocationName!, (ulong)least, (ulong)most);

    internal ulong Whole(string key, ulong otherwise, ulong least, ulong most) => _options.TryGetValue(key, out var text) ? Whole(text, key, least, most) : otherwise;

    private ulong Whole(string text, string what, ulong least, ulong most) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw new InvalidInputException($"data \"{this}\": {what} must be a whole number from {least} to {most}, got {NearestName.Quote(text)}");

    private static bool Holds(string folder, string path)
    {
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return full == root || full.StartsWith(root.Length == 1 ? root : root + Path.DirectorySeparatorChar, StringComparison.Ordinal);
    }

    private static (string Key, string Value)? Option(string part)
    {
        var equals = part.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && part.AsSpan(0, equals).IndexOfAnyExcept(s_keyCharacters) < 0 ? (part[..equals], part[(equals + 1)..]) : null;
    }
}
