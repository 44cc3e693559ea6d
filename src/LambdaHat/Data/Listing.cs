namespace LambdaHat.Data;

/// <summary>Lists of names in messages, cut where they get long.</summary>
internal static class Listing
{
    private const int Most = 20;

    /// <summary><c>"a", "b" and 3 more</c>, or <c>none</c>.</summary>
    public static string Of(IReadOnlyCollection<string> names) => names.Count == 0
        ? "none"
        : string.Join(", ", names.Take(Most).Select(NearestName.Quote)) + (names.Count > Most ? $" and {names.Count - Most} more" : "");

    /// <summary>The problems as one message: alone on the line, or one a line under <paramref name="heading"/>.</summary>
    public static string Problems(string heading, IReadOnlyList<string> problems) => problems.Count == 1
        ? $"{heading}: {problems[0]}"
        : $"{heading}: {problems.Count} problems\n  {string.Join("\n  ", problems.Take(Most))}{(problems.Count > Most ? $"\n  … and {problems.Count - Most} more" : "")}";
}
