using System.Text;
using LambdaHat.Data;

namespace LambdaHat.Tests.Data;

public class CsvTableTests
{
    private static CsvTable Read(string text) => CsvTable.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "table.csv");

    [Theory]
    [InlineData("a,b,price\n1,2.5,-3e2\n4, 5 ,6\n")]
    [InlineData("a;b;price\r\n1;2.5;-3e2\r\n\r\n4;5;6")]
    [InlineData("\"a\"\tb\tprice\n\"1\"\t2.5\t-300\n4\t5\t6\n")]
    public void Separators_quotes_line_ends_and_blanks_are_understood(string text)
    {
        var table = Read(text);
        Assert.Equal(["a", "b", "price"], table.Columns);
        Assert.Equal(2, table.RowCount);
        Assert.Equal([1f, 2.5f, -300f, 4f, 5f, 6f], table.Values);
        Assert.Equal(2, table.Column("price"));
    }

    [Fact]
    public void A_long_table_is_read_whole()
    {
        var text = new StringBuilder("x,y\n");
        for (var i = 0; i < 100_000; i++) text.Append(i).Append(',').Append(i * 0.5).Append('\n');
        var table = Read(text.ToString());
        Assert.Equal(100_000, table.RowCount);
        for (var i = 0; i < 100_000; i++)
        {
            Assert.Equal(i, table.Values[2 * i]);
            Assert.Equal(i * 0.5f, table.Values[(2 * i) + 1]);
        }
    }

    [Theory]
    [InlineData("a,b\n1,2\n3,x\n", "table.csv, line 3, column \"b\": expected a finite number, got \"x\"")]
    [InlineData("a,b\n1,\n", "table.csv, line 2, column \"b\": expected a finite number, got \"\"")]
    [InlineData("a,b\n\n1,NaN\n", "table.csv, line 3, column \"b\": expected a finite number, got \"NaN\"")]
    [InlineData("a,b\n1,1e60\n", "table.csv, line 2, column \"b\": expected a finite number, got \"1e60\"")]
    [InlineData("a,b\n1,2\n3\n", "table.csv, line 3: expected 2 fields as in the header, got 1")]
    [InlineData("a,b\n1,2,3\n", "table.csv, line 2: expected 2 fields as in the header, got 3")]
    [InlineData("a,b\n", "table.csv: expected rows of numbers after the header, got none")]
    [InlineData("", "table.csv: expected a header row with the names of the columns, got nothing")]
    [InlineData("a,a\n1,2\n", "table.csv, line 1: two columns are named \"a\"")]
    public void Wrong_tables_are_refused_with_line_and_column(string text, string message) =>
        Assert.Equal(message, Assert.Throws<InvalidInputException>(() => Read(text)).Message);

    [Fact]
    public void An_open_quote_is_refused()
    {
        var error = Assert.Throws<InvalidInputException>(() => Read("a,b\n1,\"2\n3,4\n"));
        Assert.StartsWith("table.csv", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_column_is_named_with_the_nearest_one() =>
        Assert.Equal("table.csv: no column named \"prize\"; it has \"size\", \"price\"; did you mean \"price\"?",
            Assert.Throws<InvalidInputException>(() => Read("size,price\n1,2\n").Column("prize")).Message);
}
