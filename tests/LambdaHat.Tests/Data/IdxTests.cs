using LambdaHat.Data;

namespace LambdaHat.Tests.Data;

public class IdxTests
{
    public static TheoryData<byte, string, float[]> Types => new()
    {
        { 0x08, "0001FF80", [0, 1, 255, 128] },
        { 0x09, "0001FF80", [0, 1, -1, -128] },
        { 0x0B, "0001FFFE80007FFF", [1, -2, -32768, 32767] },
        { 0x0C, "00000001FFFFFFFE0001000000010001", [1, -2, 65536, 65537] },
        { 0x0D, "3F800000C0000000000000007F7FFFFF", [1, -2, 0, float.MaxValue] },
        { 0x0E, "3FF0000000000000C00000000000000000000000000000003FE0000000000000", [1, -2, 0, 0.5f] },
    };

    [Theory, MemberData(nameof(Types))]
    public void Every_type_is_read_big_endian(byte type, string data, float[] expected)
    {
        var bytes = FileBytes.Idx(type, [2, 2], Convert.FromHexString(data));
        foreach (var file in new[] { bytes, FileBytes.Gzip(bytes) })
        {
            var tensor = Idx.Read(new MemoryStream(file), "test");
            Assert.Equal([2, 2], tensor.Shape);
            Assert.Equal(expected, tensor.Values);
        }
    }

    [Fact]
    public void Data_longer_than_one_buffer_are_read_whole_plain_and_compressed()
    {
        var data = new byte[300_001];
        new Random(1).NextBytes(data);
        var bytes = FileBytes.Idx(0x08, [data.Length], data);
        var expected = data.Select(b => (float)b);
        Assert.Equal(expected, Idx.Read(new MemoryStream(bytes), "plain").Values);
        Assert.Equal(expected, Idx.Read(new MemoryStream(FileBytes.Gzip(bytes)), "gzip").Values);
    }

    [Theory]
    [InlineData("00000A0100000001FF", "not an IDX file")]
    [InlineData("0000080000000001FF", "not an IDX file")]
    [InlineData("0000080100000002FF", "should have 2 bytes, 1 are there")]
    [InlineData("0000080100000001FFFF", "got more bytes than the header announces")]
    [InlineData("00000801FFFFFFFFFF", "dimension 0 is -1; expected 0 to")]
    [InlineData("000008027FFFFF007FFFFF00", "more than the")]
    [InlineData("0000", "ends too early: the IDX header should have 4 bytes, 2 are there")]
    public void Wrong_files_are_refused_with_the_reason(string hex, string reason)
    {
        var error = Assert.Throws<InvalidInputException>(() => Idx.Read(new MemoryStream(Convert.FromHexString(hex)), "images"));
        Assert.StartsWith("images: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_named()
    {
        using var folder = new TemporaryFolder();
        var missing = Path.Combine(folder.Path, "none");
        Assert.Equal($"cannot read \"{missing}\": there is no such file", Assert.Throws<InvalidInputException>(() => Idx.Read(missing)).Message);
        Assert.Equal($"cannot read \"{folder.Path}\": it is a folder, expected a file", Assert.Throws<InvalidInputException>(() => Idx.Read(folder.Path)).Message);
    }

    [Fact]
    public void Gzip_of_several_members_is_refused()
    {
        var bytes = FileBytes.Idx(0x08, [4], [1, 2, 3, 4]);
        var error = Assert.Throws<InvalidInputException>(() => Idx.Read(new MemoryStream([.. FileBytes.Gzip(bytes[..6]), .. FileBytes.Gzip(bytes[6..])]), "images"));
        Assert.Equal("images: gzip data that are cut short, or of more than one member: 12 bytes, expected 6 (modulo 2³²)", error.Message);
    }
}
