namespace LambdaHat.Data;

/// <summary><c>csv:FILE</c>: the column named by the option target (y unless named) is the target, all others are inputs; the option test names a second file.</summary>
internal static class CsvData
{
    public static DataScheme Scheme { get; } = new("csv", "file", ["target", "test"], "csv:FILE,target=COLUMN", Load) { FileOptions = ["test"] };

    private static SampleArrays Load(DataSpec spec, LinearTeacher? teacher)
    {
        var target = spec.Option("target", "y");
        var table = CsvTable.Read(spec.Location);
        var (x, y) = Separate(table, target);
        if (!spec.Options.TryGetValue("test", out var path)) return new SampleArrays(x, y);
        var test = CsvTable.Read(path);
        if (!test.Columns.SequenceEqual(table.Columns))
            throw new InvalidInputException($"{path}: expected the columns of {spec.Location}, {Listing.Of(table.Columns)}, got {Listing.Of(test.Columns)}");
        var (testX, testY) = Separate(test, target);
        return new SampleArrays(x, y) { TestInputs = testX, TestTargets = testY };
    }

    private static (Tensor X, Tensor Y) Separate(CsvTable table, string target)
    {
        var column = table.Column(target);
        int rows = table.RowCount, width = table.Columns.Count;
        if (width < 2) throw new InvalidInputException($"{table.Place}: expected at least one column besides the target \"{target}\", got none");
        var x = new float[rows * (width - 1)];
        var y = new float[rows];
        for (var i = 0; i < rows; i++)
        {
            var row = table.Values.AsSpan(i * width, width);
            y[i] = row[column];
            row[..column].CopyTo(x.AsSpan(i * (width - 1)));
            row[(column + 1)..].CopyTo(x.AsSpan((i * (width - 1)) + column));
        }
        return (new Tensor("x", [rows, width - 1], x), new Tensor("y", [rows], y));
    }
}
