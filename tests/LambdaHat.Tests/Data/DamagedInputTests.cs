using System.IO.Compression;
using System.Text;
using LambdaHat.Data;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Tests.Data;

/// <summary>
/// Valid files cut at every length and changed at random, 7,000 times in all (<see cref="DamagedBytes"/>): each either loads or is refused with a message, takes no more
/// memory than 8 times its size and a fixed allowance for buffers, and no more than two seconds of the thread's time.
/// </summary>
public class DamagedInputTests
{
    private const int Mutations = 700;
    private const long Allowance = 1 << 20;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(2);

    public static TheoryData<string> Formats => ["idx", "idx.gz", "npy", "npy column-major", "npz", "npz deflated", "safetensors", "csv", "csv.gz", "config.json"];

    [Theory, MemberData(nameof(Formats))]
    public void A_file_cut_anywhere_loads_or_is_refused(string format)
    {
        var whole = Valid(format);
        Assert.True(Load(format, whole));
        var refused = Enumerable.Range(0, whole.Length).Count(length => !Load(format, whole[..length]));
        // Only a table may be cut and remain one: after a row or within a last number.
        Assert.InRange(refused, format == "csv" ? whole.Length / 2 : whole.Length, whole.Length);
    }

    [Theory, MemberData(nameof(Formats))]
    public void A_file_changed_anywhere_loads_or_is_refused(string format)
    {
        var whole = Valid(format);
        var refused = 0;
        for (var i = 0; i < Mutations; i++)
        {
            if (!Load(format, DamagedBytes.Mutated(whole, 17, i))) refused++;
        }
        Assert.InRange(refused, 1, Mutations);
    }

    [Fact]
    public void Headers_that_lie_about_sizes_take_no_memory()
    {
        var data = new byte[100];
        var array = FileBytes.Npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2000000000,), }", "00");
        var lies = new (string Format, byte[] Bytes)[]
        {
            ("idx", FileBytes.Idx(8, [2_000_000_000], data)),
            ("idx", FileBytes.Idx(8, [60_000, 28, 28, 40], data)),
            ("idx.gz", FileBytes.Gzip(FileBytes.Idx(8, [2_000_000_000], data))),
            ("npy", array),
            ("npz", FileBytes.Zip(CompressionLevel.NoCompression, ("x.npy", array))),
            ("npz deflated", FileBytes.Zip(CompressionLevel.Optimal, ("x.npy", array))),
            ("safetensors", FileBytes.Safetensors("""{"a":{"dtype":"F32","shape":[500000000],"data_offsets":[0,2000000000]}}""", data)),
            ("safetensors", [0xFF, 0xE0, 0xF5, 5, 0, 0, 0, 0, .. data]),
            ("config.json", Encoding.UTF8.GetBytes("""{"format":"lambdahat","version":1,"inputs":2147483647,"layers":[{"type":"dense","out":2147483647}]}""")),
        };
        foreach (var (format, bytes) in lies) Assert.False(Load(format, bytes), format);
    }

    [Fact]
    public void Files_of_very_many_parts_take_memory_in_proportion()
    {
        var header = new StringBuilder("{");
        for (var i = 0; i < 20_000; i++) header.Append(i == 0 ? "" : ",").Append($$"""
            "{{i}}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}
            """);
        Assert.True(Load("safetensors", FileBytes.Safetensors(header.Append('}').ToString(), [])));
        Assert.True(Load("npz", FileBytes.Zip(CompressionLevel.NoCompression, [.. Enumerable.Range(0, 5_000).Select(i => ($"{i}.npy", Array.Empty<byte>()))]), readNothing: true));
        Assert.True(Load("csv", Encoding.ASCII.GetBytes("a,b\n" + string.Concat(Enumerable.Repeat("1,2\n", 300_000)))));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zip")]
    public void A_bomb_is_stopped_at_the_stated_limit(string kind)
    {
        const int size = 70 << 20;
        var bomb = kind == "gzip"
            ? FileBytes.Gzip(FileBytes.Idx(8, [size], new byte[size]))
            : FileBytes.Zip(CompressionLevel.Optimal, ("x.npy", [.. FileBytes.Npy("{'descr': '|u1', 'fortran_order': False, 'shape': (73400320,), }", ""), .. new byte[size]]));
        var error = Assert.Throws<InvalidInputException>(() =>
        {
            if (kind == "gzip") return Idx.Read(new MemoryStream(bomb), "bomb");
            using var file = new NpzFile(new MemoryStream(bomb), "bomb");
            return file.Read("x");
        });
        Assert.Contains("expand to more than 67108864 bytes, the limit (the larger of 64 MiB and 200 times the size)", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Valid(string format)
    {
        var pixels = new byte[60];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = (byte)(37 * i * i);
        var idx = FileBytes.Idx(8, [5, 3, 4], pixels);
        var npy = FileBytes.Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }", "0000c03f000000c082a8fb37000080400000a0400000c040");
        var columns = FileBytes.Npy("{'descr': '<i2', 'fortran_order': True, 'shape': (2, 3), }", "010004000200050003000600");
        const string csv = "a,b,\"c\"\n1,2.5,3\n-4,5e-3,6\n\"7\",8,9\n";
        return format switch
        {
            "idx" => idx,
            "idx.gz" => FileBytes.Gzip(idx),
            "npy" => npy,
            "npy column-major" => columns,
            "npz" => FileBytes.Zip(CompressionLevel.NoCompression, ("x.npy", npy), ("y.npy", columns)),
            "npz deflated" => FileBytes.Zip(CompressionLevel.Optimal, ("x.npy", npy), ("y.npy", columns)),
            "safetensors" => FileBytes.Safetensors("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"BF16","shape":[2,2],"data_offsets":[8,16]}}""", new byte[16]),
            "csv" => Encoding.ASCII.GetBytes(csv),
            "csv.gz" => FileBytes.Gzip(Encoding.ASCII.GetBytes(csv)),
            _ => Encoding.UTF8.GetBytes("""{"format":"lambdahat","version":1,"inputs":3,"layers":[{"type":"dense","out":4,"name":"fc"},{"type":"gelu","approximate":"tanh"},{"type":"dense","out":2}],"loss":"mse","data":{"spec":"csv:t.csv","preprocessing":{"scale":1,"mean":[1,2,3],"std":1},"split":{"train_fraction":0.5,"seed":1}},"training":{"epochs":3}}"""),
        };
    }

    // Whether it loads to something valid; anything but a message is a failure, and so is memory or time beyond the limit. Another thread's collection may fall into this one's time: it gets a second try.
    private static bool Load(string format, byte[] bytes, bool readNothing = false)
    {
        var began = ThreadTime.Now;
        var loaded = LoadOnce(format, bytes, readNothing);
        if (ThreadTime.Now - began < s_limit) return loaded;
        began = ThreadTime.Now;
        LoadOnce(format, bytes, readNothing);
        Assert.InRange(ThreadTime.Now - began, TimeSpan.Zero, s_limit);
        return loaded;
    }

    private static bool LoadOnce(string format, byte[] bytes, bool readNothing)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var loaded = true;
        List<Tensor> tensors = [];
        try
        {
            Read(format, bytes, tensors, readNothing);
        }
        catch (InvalidInputException error)
        {
            Assert.InRange(error.Message.Length, 1, 5000);
            loaded = false;
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (8L * bytes.Length) + Allowance);
        Assert.All(tensors, tensor => Assert.Equal(tensor.Shape.Aggregate(1L, (size, d) => size * d), tensor.Values.Length));
        return loaded;
    }

    private static void Read(string format, byte[] bytes, List<Tensor> tensors, bool readNothing)
    {
        var stream = new MemoryStream(bytes);
        switch (format.Split(' ')[0])
        {
            case "idx" or "idx.gz":
                tensors.Add(Idx.Read(stream, "file"));
                break;
            case "npy":
                tensors.Add(Npy.Read(stream, "file"));
                break;
            case "npz":
                using (var file = new NpzFile(stream, "file"))
                {
                    if (!readNothing) tensors.AddRange(file.Names.Select(file.Read));
                }
                break;
            case "safetensors":
                using (var file = new SafetensorsFile(stream, "file")) tensors.AddRange(file.Names.Select(file.Read));
                break;
            case "csv" or "csv.gz":
                var table = CsvTable.Read(stream, "file");
                Assert.Equal(table.RowCount * table.Columns.Count, table.Values.Length);
                break;
            default:
                CheckpointConfig.Parse(bytes, "file");
                break;
        }
    }
}
