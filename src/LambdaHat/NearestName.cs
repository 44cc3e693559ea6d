namespace LambdaHat;

/// <summary>Finds the known name that a mistyped one was probably meant to be, for messages.</summary>
internal static class NearestName
{
    private const int Longest = 64;

    /// <summary>
    /// The member of <paramref name="known"/> at the smallest Levenshtein distance (case ignored) from <paramref name="name"/>,
    /// the first of equals; null when nothing is known. Only the first 64 characters count.
    /// </summary>
    public static string? Of(string name, IEnumerable<string> known)
    {
        string? nearest = null;
        var smallest = int.MaxValue;
        foreach (var candidate in known)
        {
            var distance = Distance(name, candidate);
            if (distance >= smallest) continue;
            smallest = distance;
            nearest = candidate;
        }
        return nearest;
    }

    /// <summary><c>; did you mean "x"?</c>, or nothing when no name is known.</summary>
    public static string Hint(string name, IEnumerable<string> known) => Of(name, known) is { } nearest ? $"; did you mean \"{nearest}\"?" : "";

    /// <summary>The name in quotes, cut to a length that a message can carry, control characters replaced.</summary>
    public static string Quote(string name)
    {
        var cut = name.Length > Longest ? $"{name.AsSpan(0, Longest)}…" : name;
        return $"\"{string.Create(cut.Length, cut, static (span, text) =>
        {
            for (var i = 0; i < text.Length; i++) span[i] = char.IsControl(text[i]) || char.IsSurrogate(text[i]) ? '�' : text[i];
        })}\"";
    }

    private static int Distance(string left, string right)
    {
        var a = left.AsSpan(0, Math.Min(left.Length, Longest));
        var b = right.AsSpan(0, Math.Min(right.Length, Longest));
        Span<int> row = stackalloc int[Longest + 1];
        for (var j = 0; j <= b.Length; j++) row[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substituted = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.Length];
    }
}
