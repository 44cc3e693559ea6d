using System.Globalization;
using System.Text;
using CsvHelper;

namespace LambdaHat.Data;

/// <summary>
/// A table of finite numbers read from CSV with a header row. The separator (comma, semicolon, tab or |) is detected; numbers are
/// written with a decimal point. Values are row-major: column j of row i is <c>Values[i·Columns.Count + j]</c>.
/// </summary>
public sealed record CsvTable(string Place, IReadOnlyList<string> Columns, float[] Values)
{
    private const int MaxRecordBytes = 16 << 20;

    /// <summary>The number of data rows.</summary>
    public int RowCount => Values.Length / Columns.Count;

    /// <summary>Reads the file at <paramref name="path"/>.</summary>
    /// <exception cref="InvalidInputException">It cannot be read, or a row is not made of numbers.</exception>
    public static CsvTable Read(string path) => InputFile.Read(path, Read);

    /// <summary>Reads a table from <paramref name="stream"/>, plain or gzip; <paramref name="place"/> names it in messages.</summary>
    /// <exception cref="InvalidInputException">A row has another number of fields than the header, or a field is not a finite number.</exception>
    public static CsvTable Read(Stream stream, string place)
    {
        var options = CsvReaderOptions.Default with
        {
            MalformedData = CsvMalformedDataHandling.Throw,
            FieldCountMismatch = CsvFieldCountHandling.Allow,
            TrackLineNumbers = true,
            MaxRecordSize = MaxRecordBytes,
            IncludeValuesInExceptions = false,
        };
        try
        {
            using var reader = CsvReader.Create(DecompressedStream.Unwrap(stream, place), options, leaveOpen: true);
            var columns = Header(reader, place);
            var values = new BlockList<float>();
            while (reader.Read())
            {
                if (reader.FieldCount != columns.Length)
                    throw new InvalidInputException($"{place}, line {reader.LineNumber}: expected {columns.Length} fields as in the header, got {reader.FieldCount}");
                for (var j = 0; j < columns.Length; j++) values.Add(Number(reader, j, columns[j], place));
            }
            if (values.Count == 0) throw new InvalidInputException($"{place}: expected rows of numbers after the header, got none");
            if (values.Count > Array.MaxLength) throw new InvalidInputException($"{place}: {values.Count} numbers; expected at most {Array.MaxLength}");
            return new CsvTable(place, columns, values.ToArray());
        }
        catch (CsvFormatException failure)
        {
            throw new InvalidInputException($"{place}{(failure.LineNumber > 0 ? $", line {failure.LineNumber}" : "")}: malformed CSV: {failure.Message}", failure);
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException or DecoderFallbackException)
        {
            throw new InvalidInputException($"{place}: cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>The position of the column <paramref name="name"/>.</summary>
    /// <exception cref="InvalidInputException">There is no such column.</exception>
    public int Column(string name)
    {
        for (var j = 0; j < Columns.Count; j++)
        {
            if (Columns[j] == name) return j;
        }
        throw new InvalidInputException($"{Place}: no column named {NearestName.Quote(name)}; it has {Listing.Of(Columns)}{NearestName.Hint(name, Columns)}");
    }

    private static string[] Header(CsvReader reader, string place)
    {
        reader.ReadHeader();
        string[] columns = [.. reader.Headers.Select(h => h.Trim())];
        if (columns.Length == 0) throw new InvalidInputException($"{place}: expected a header row with the names of the columns, got nothing");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var column in columns)
        {
            if (!seen.Add(column)) throw new InvalidInputException($"{place}, line 1: two columns are named {NearestName.Quote(column)}");
        }
        return columns;
    }

    private static float Number(CsvReader reader, int column, string name, string place)
    {
        var field = reader.GetSpan(column);
        return float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && float.IsFinite(value)
            ? value
            : throw new InvalidInputException($"{place}, line {reader.LineNumber}, column {NearestName.Quote(name)}: expected a finite number, got {NearestName.Quote(Encoding.UTF8.GetString(field))}");
    }
}
