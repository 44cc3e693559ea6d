using System.Security.Cryptography;
using LambdaHat.Data;

namespace LambdaHat.Tests.Data;

// Dictionaries and data are those that numpy.save (1.24) writes for the same arrays.
public class NpyTests
{
    public static TheoryData<string, string, string, int[], float[]> Files => new()
    {
        { "<f4", "False", "0000c03f000000c082a8fb37000080400000a0400000c040", [2, 3], [1.5f, -2, 3e-5f, 4, 5, 6] },
        { ">i4", "False", "fffeee9000011170", [2], [-70000, 70000] },
        { ">f8", "False", "3fb999999999999afe37e43c8800759c", [2], [0.1f, float.NegativeInfinity] },
        { "<i2", "False", "d4fe2c01", [2], [-300, 300] },
        { "<u2", "False", "ffff", [1], [65535] },
        { "<u4", "False", "ffffffff", [1], [4294967296f] },
        { "<i8", "False", "000000ffffffffff0000000100000000", [2], [-16777216, 16777216] },
        { "<u8", "False", "0000000000000080", [1], [9223372036854775808f] },
        { "|i1", "False", "807f", [2], [-128, 127] },
        { "|u1", "False", "00ff", [2], [0, 255] },
        { "|b1", "False", "0100", [2], [1, 0] },
        { "<f2", "False", "0038fffb", [2], [0.5f, -65504] },
        { "<f8", "False", "0000000000001c40", [], [7] },
        { "<f4", "False", "", [0, 3], [] },
        { "<i2", "True", "0100040002000500030006000000", [7], [1, 4, 2, 5, 3, 6, 0] },
    };

    [Theory, MemberData(nameof(Files))]
    public void NumPy_files_of_every_type_are_read(string descr, string fortran, string data, int[] shape, float[] expected)
    {
        var tuple = shape.Length == 1 ? $"({shape[0]},)" : $"({string.Join(", ", shape)})";
        var dictionary = $"{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {tuple}, }}         ";
        foreach (var version in new byte[] { 1, 2, 3 })
        {
            var tensor = Npy.Read(new MemoryStream(FileBytes.Npy(dictionary, data, version)), "test");
            Assert.Equal(shape, tensor.Shape);
            Assert.Equal(expected, tensor.Values);
        }
    }

    [Fact]
    public void Column_major_arrays_become_row_major()
    {
        const string data = "000000000000000000000000000028400000000000001040000000000000304000000000000020400000000000003440000000000000f03f0000000000002a40" +
            "0000000000001440000000000000314000000000000022400000000000003540000000000000004000000000000" +
            "02c400000000000001840000000000000324000000000000024400000000000003640000000000000084000000000" +
            "00002e400000000000001c40000000000000334000000000000026400000000000003740";
        var bytes = FileBytes.Npy("{'descr': '<f8', 'fortran_order': True, 'shape': (2, 3, 4), }", data);
        Assert.Equal(Enumerable.Range(0, 24).Select(i => (float)i), Npy.Read(new MemoryStream(bytes), "plain").Values);
        Assert.Equal(Enumerable.Range(0, 24).Select(i => (float)i), Npy.Read(new MemoryStream(FileBytes.Gzip(bytes)), "gzip").Values);
    }

    [Fact]
    public void A_file_written_is_byte_for_byte_the_one_that_NumPy_writes()
    {
        var stream = new MemoryStream();
        Npy.Write(stream, [0.0, 1, 2, 3, 4, 5], 2, 3);
        // hashlib.sha256 of numpy.save(numpy.arange(6).reshape(2, 3).astype('<f8'))
        Assert.Equal("8CC97358CAAB52235176EC3A51D735D7FF7465B525D3849BAD2D98C86C98D47D", Convert.ToHexString(SHA256.HashData(stream.ToArray())));
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        var stream = new MemoryStream();
        Npy.Write(stream, [1.5f, -2f], 2);
        stream.Position = 0;
        Assert.Equal([1.5f, -2f], Npy.Read(stream, "f4").Values);
        stream = new MemoryStream();
        Npy.Write(stream, [-16777216L, 5L], 2, 1);
        stream.Position = 0;
        var read = Npy.Read(stream, "i8");
        Assert.Equal([2, 1], read.Shape);
        Assert.Equal([-16777216f, 5f], read.Values);
    }

    [Theory]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", ".npy type \"<c8\"; expected")]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", ".npy type \"|O\"; expected")]
    [InlineData("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", "structured arrays are not supported")]
    [InlineData("{'descr': '<f4', 'fortran_order': 0, 'shape': (1,), }", "expected True or False, got \"0, 'shape'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "expected a dimension, got \"-1,), }\"")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,), }", "dimension 0 is 99999999999; expected 0 to")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': 1}", "the keys descr, fortran_order and shape, once each")]
    [InlineData("{'descr': '<f4', 'shape': (1,), }", "expected the keys descr, fortran_order and shape")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), } x", "expected nothing after }, got \"x\"")]
    [InlineData("{'descr': '<f4", "expected a closing quote")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "should have 8 bytes, 4 are there")]
    public void Wrong_headers_are_refused_with_the_reason(string dictionary, string reason)
    {
        var error = Assert.Throws<InvalidInputException>(() => Npy.Read(new MemoryStream(FileBytes.Npy(dictionary, "00000000")), "array.npy"));
        Assert.StartsWith("array.npy: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }
}
