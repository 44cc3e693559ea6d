namespace LambdaHat.Experiments;

/// <summary>What an experiment found, as reports and programs see it.</summary>
public sealed record ExperimentResult
{
    /// <summary>Our numbers beside those of the source, or beside exact ones.</summary>
    public IReadOnlyList<Comparison> Comparisons { get; init; } = [];

    /// <summary>What was found, in sentences: what agrees, what does not, and why.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];

    /// <summary>Tables.</summary>
    public IReadOnlyList<ResultTable> Tables { get; init; } = [];

    /// <summary>Figures.</summary>
    public IReadOnlyList<Chart> Charts { get; init; } = [];
}

/// <summary>One number of the source, or known exactly, beside ours.</summary>
/// <param name="Quantity">What it is.</param>
/// <param name="Theirs">The source's, as it stands there; or the exact value.</param>
/// <param name="Ours">Ours, with its error where it has one.</param>
/// <param name="Agrees">Whether they agree; null where there is nothing to agree with.</param>
/// <param name="Remark">Why they do or do not, by what was measured.</param>
public sealed record Comparison(string Quantity, string Theirs, string Ours, bool? Agrees, string Remark = "");

/// <summary>A table: its caption, the names of its columns, and rows of cells, the first of them a heading.</summary>
public sealed record ResultTable(string Caption, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);

/// <summary>A figure: lines and points over two axes, each linear or logarithmic.</summary>
public sealed record Chart(string Id, string Title, string XLabel, string YLabel, IReadOnlyList<Series> Series)
{
    /// <summary>Whether x is drawn logarithmically; values ≤ 0 are left out then.</summary>
    public bool LogX { get; init; }

    /// <summary>Whether y is drawn logarithmically; values ≤ 0 are left out then.</summary>
    public bool LogY { get; init; }

    /// <summary>What to see in it.</summary>
    public string Caption { get; init; } = "";
}

/// <summary>How a series is drawn.</summary>
public enum SeriesStyle
{
    /// <summary>A line; NaN interrupts it.</summary>
    Line,

    /// <summary>Marks with error bars.</summary>
    Points,

    /// <summary>A dashed line, as for exact values and formulas.</summary>
    Exact,
}

/// <summary>A named series of points; errors are half the length of the bars, NaN for none.</summary>
public sealed record Series(string Name, SeriesStyle Style, IReadOnlyList<SeriesPoint> Points)
{
    /// <summary>A series from pairs.</summary>
    public static Series Of(string name, SeriesStyle style, IEnumerable<(double X, double Y)> points) => new(name, style, [.. points.Select(p => new SeriesPoint(p.X, p.Y))]);
}

/// <summary>One point of a series.</summary>
public readonly record struct SeriesPoint(double X, double Y, double Error = double.NaN);
