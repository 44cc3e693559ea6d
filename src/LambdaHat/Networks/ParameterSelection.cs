namespace LambdaHat.Networks;

/// <summary>
/// The part of the flat parameter vector that is sampled, as disjoint ascending ranges (a weight-refined
/// coefficient restricts sampling to some blocks; the rest stays at w*).
/// </summary>
public sealed class ParameterSelection
{
    private readonly ParameterBlock[] _blocks;

    private ParameterSelection(int dimension, IReadOnlyList<ParameterBlock> blocks)
    {
        Dimension = dimension;
        _blocks = [.. blocks];
        Count = blocks.Sum(b => b.Size);
    }

    /// <summary>d, the length of the whole vector.</summary>
    public int Dimension { get; }

    /// <summary>The selected blocks, in the order of the flat vector.</summary>
    public IReadOnlyList<ParameterBlock> Blocks => _blocks;

    /// <summary>How many parameters are selected.</summary>
    public int Count { get; }

    /// <summary>The selected blocks one after the other, without allocating.</summary>
    public ReadOnlySpan<ParameterBlock>.Enumerator GetEnumerator() => new ReadOnlySpan<ParameterBlock>(_blocks).GetEnumerator();

    /// <summary>Every block.</summary>
    public static ParameterSelection All(IReadOnlyList<ParameterBlock> blocks) => new(blocks.Sum(b => b.Size), blocks);

    /// <summary>The blocks whose names match any of the patterns ('*' stands for any run of characters); all of them when there is no pattern.</summary>
    /// <exception cref="InvalidInputException">A pattern matches no block.</exception>
    public static ParameterSelection Matching(IReadOnlyList<ParameterBlock> blocks, IReadOnlyList<string> patterns)
    {
        if (patterns.Count == 0) return All(blocks);
        if (patterns.FirstOrDefault(p => !blocks.Any(b => BlockPattern.Matches(p, b.Name))) is { } unmatched)
            throw new InvalidInputException($"restrict: no parameter block matches \"{unmatched}\"; the blocks are {string.Join(", ", blocks.Select(b => b.Name))}");
        return new(blocks.Sum(b => b.Size), [.. blocks.Where(b => patterns.Any(p => BlockPattern.Matches(p, b.Name)))]);
    }

    /// <summary>The selected blocks that begin in [start, end).</summary>
    public ParameterSelection Within(int start, int end) => new(Dimension, [.. Blocks.Where(b => b.Offset >= start && b.Offset < end)]);

    /// <summary>Whether any parameter in [start, end) is selected.</summary>
    public bool Touches(int start, int end)
    {
        for (var b = 0; b < Blocks.Count; b++)
            if (Blocks[b].Offset < end && Blocks[b].Offset + Blocks[b].Size > start) return true;
        return false;
    }
}

/// <summary>Names with wildcards: '*' stands for any run of characters, everything else for itself.</summary>
public static class BlockPattern
{
    /// <summary>Whether <paramref name="name"/> matches <paramref name="pattern"/> from end to end.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name) =>
        System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(Escape(pattern), name, ignoreCase: false);

    // '?' is a wildcard and '\' an escape to the framework's matcher; here both stand for themselves.
    private static string Escape(ReadOnlySpan<char> pattern) => pattern.ToString().Replace("\\", "\\\\", StringComparison.Ordinal).Replace("?", "\\?", StringComparison.Ordinal);
}
