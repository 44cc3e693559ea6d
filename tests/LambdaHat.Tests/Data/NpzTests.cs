using System.IO.Compression;
using LambdaHat.Data;

namespace LambdaHat.Tests.Data;

public class NpzTests
{
    private static readonly byte[] s_array = FileBytes.Npy("{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }", "d4fe2c01");

    [Theory, InlineData(CompressionLevel.NoCompression), InlineData(CompressionLevel.Optimal)]
    public void Arrays_are_read_by_name_stored_and_deflated(CompressionLevel level)
    {
        using var file = new NpzFile(new MemoryStream(FileBytes.Zip(level, ("x.npy", s_array), ("notes.txt", [1]), ("../y.npy", s_array))), "test.npz");
        Assert.Equal(["x", "../y"], file.Names);
        Assert.Equal([-300f, 300f], file.Read("x").Values);
        Assert.Equal([-300f, 300f], file.Read("../y").Values);
    }

    [Fact]
    public void An_archive_written_by_NumPy_is_read()
    {
        using var file = NpzFile.Open(RepositoryFolder.Fixture("pytorch", "mlp", "fixture.npz"));
        var outputs = file.Read("outputs");
        Assert.Equal([32, 4], outputs.Shape);
        var targets = file.Read("targets");
        var losses = file.Read("mse_losses");
        for (var s = 0; s < 32; s++)
        {
            var sum = 0.0;
            for (var i = 0; i < 4; i++) sum += Math.Pow(outputs.Values[(4 * s) + i] - targets.Values[(4 * s) + i], 2);
            // Outputs of the float32 network against losses of the float64 one: a few roundings of numbers of order 1.
            Assert.Equal(sum / 4, losses.Values[s], 1e-5);
        }
    }

    [Fact]
    public void An_archive_written_is_uncompressed_dateless_and_read_again()
    {
        byte[] Write()
        {
            var stream = new MemoryStream();
            using (var writer = new NpzWriter(stream))
            {
                writer.Add("loss", [1.0, 2, 3, 4], 2, 2);
                writer.Add("chain", [7L], 1);
                writer.Add("w", [0.5f], 1);
            }
            return stream.ToArray();
        }
        var bytes = Write();
        Assert.Equal(bytes, Write());
        using var file = new NpzFile(new MemoryStream(bytes), "test");
        Assert.Equal(["loss", "chain", "w"], file.Names);
        Assert.Equal([1f, 2, 3, 4], file.Read("loss").Values);
        Assert.Equal([2, 2], file.Read("loss").Shape);
        Assert.Equal([7f], file.Read("chain").Values);
        using var archive = new ZipArchive(new MemoryStream(bytes));
        Assert.All(archive.Entries, entry => Assert.Equal(entry.Length, entry.CompressedLength));
    }

    [Fact]
    public void A_missing_array_is_named_with_the_nearest_one()
    {
        using var file = new NpzFile(new MemoryStream(FileBytes.Zip(CompressionLevel.Optimal, ("inputs.npy", s_array), ("labels.npy", s_array))), "data.npz");
        var error = Assert.Throws<InvalidInputException>(() => file.Read("label"));
        Assert.Equal("data.npz: no array named \"label\"; it has \"inputs\", \"labels\"; did you mean \"labels\"?", error.Message);
    }

    [Fact]
    public void Two_arrays_of_one_name_are_refused()
    {
        var error = Assert.Throws<InvalidInputException>(() => new NpzFile(new MemoryStream(FileBytes.Zip(CompressionLevel.Optimal, ("x.npy", s_array), ("x.npy", s_array))), "data.npz"));
        Assert.Equal("data.npz: two arrays are named \"x\"", error.Message);
    }

    [Fact]
    public void One_wrong_bit_in_the_data_of_an_array_is_noticed()
    {
        var bytes = FileBytes.Zip(CompressionLevel.NoCompression, ("x.npy", s_array));
        var at = bytes.AsSpan().IndexOf(Convert.FromHexString("d4fe2c01"));
        bytes[at] ^= 1;
        using var file = new NpzFile(new MemoryStream(bytes), "data.npz");
        Assert.StartsWith("data.npz, array \"x\": damaged: the data have the CRC-32 ", Assert.Throws<InvalidInputException>(() => file.Read("x")).Message, StringComparison.Ordinal);
    }
}
