using System.Text.Json.Nodes;
using LambdaHat.Data;
using LambdaHat.Numerics;

namespace LambdaHat.Tests.Data;

public sealed class StateStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _notes = [];
    private readonly double[] _numbers = [1.5, double.NaN, -0.0, double.Epsilon];
    private List<long> _list = [3, 1, 4];

    private string Latest => Path.Combine(_folder.Path, "state.run");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_read_is_what_was_written()
    {
        Store("a").Save(Sections);
        double[] before = [.. _numbers];
        _numbers.AsSpan().Clear();
        _list = [];
        Store("a").Load()!.Read(Sections);
        Assert.Equal(before.Select(BitConverter.DoubleToInt64Bits), _numbers.Select(BitConverter.DoubleToInt64Bits));
        Assert.Equal([3, 1, 4], _list);
    }

    [Fact]
    public void Every_prefix_and_every_flipped_bit_is_found_and_the_previous_state_is_used()
    {
        var store = Store("a");
        store.Save(Sections);
        _list = [9];
        store.Save(Sections);
        var good = File.ReadAllBytes(Latest);
        Assert.True(File.Exists(store.Previous));
        foreach (var damaged in Enumerable.Range(0, good.Length).Select(length => good[..length]).Concat(Enumerable.Range(0, 8 * good.Length).Select(bit => Flipped(good, bit))))
        {
            File.WriteAllBytes(Latest, damaged);
            _notes.Clear();
            _list = [];
            var file = Store("a").Load();
            Assert.Contains("is no whole state of a run", Assert.Single(_notes));
            file!.Read(Sections);
            Assert.Equal([3, 1, 4], _list);
        }
        File.Delete(store.Previous);
        _notes.Clear();
        Assert.Null(Store("a").Load());
        Assert.Single(_notes);
    }

    [Fact]
    public void The_state_of_another_run_or_machine_is_refused_by_name()
    {
        Store("a").Save(Sections);
        Assert.Contains("name is \"a\" there and \"b\" here", Assert.Throws<InvalidInputException>(() => Store("b").Load()).Message);
        var identity = StateFile.Open(Latest).Identity;
        identity["machine"] = "Cray, 64 bit";
        StateFile.Write(Latest, identity, Sections);
        Assert.Contains("machine is \"Cray, 64 bit\" there", Assert.Throws<InvalidInputException>(() => Store("a").Load()).Message);
    }

    [Fact]
    public void Another_shape_is_refused()
    {
        Store("a").Save(Sections);
        var file = Store("a").Load()!;
        Assert.Throws<InvalidInputException>(() => file.Read([new StateSection("numbers", state => state.Values(new double[3].AsSpan()))]));
        Assert.Throws<InvalidInputException>(() => file.Read([new StateSection("numbers", state => state.Value(0L))]));
        Assert.Throws<InvalidInputException>(() => file.Read([new StateSection("nothing", _ => { })]));
    }

    // Saving takes a fiftieth of the time at most: one that took 40 ms is not repeated for 2 s.
    [Fact]
    public void Saves_are_spaced_by_what_they_cost()
    {
        var store = new StateStore(Latest, []) { Interval = TimeSpan.Zero };
        Assert.Equal(TimeSpan.Zero, store.Left);
        store.Save([new StateSection("slow", _ => Thread.Sleep(40))]);
        Assert.InRange(store.Left.TotalSeconds, 1.5, double.MaxValue);
    }

    [Fact]
    public void What_cannot_be_saved_is_noted_once_and_the_old_state_stays()
    {
        var store = Store("a");
        store.Save(Sections);
        var good = File.ReadAllBytes(Latest);
        for (var i = 0; i < 3; i++) store.Save([new StateSection("broken", _ => throw new IOException("No space left on device"))]);
        Assert.Contains("No space left on device", Assert.Single(_notes));
        Assert.False(store.IsSaved);
        Assert.Equal(good, File.ReadAllBytes(Latest));
        Assert.Equal(["state.run"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_state_beyond_the_budget_is_not_kept()
    {
        var store = new StateStore(Latest, []) { MostBytes = 50, Note = _notes.Add };
        store.Save(Sections);
        Assert.Contains("more than 50", Assert.Single(_notes));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_folder_is_one_runs_at_a_time()
    {
        var path = Path.Combine(_folder.Path, "run");
        // As a killed process leaves it: the file, not the lock.
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, FolderLock.FileName), "");
        using (OutputFolder.Create(path))
            Assert.Contains("another run is at work in", Assert.Throws<InvalidInputException>(() => OutputFolder.Create(path)).Message);
        OutputFolder.Create(path).Dispose();
        Assert.Empty(Directory.GetFiles(path));
    }

    // The sum of "abc" is that of FIPS 180-2, Appendix B.1: the hash is the standard's. 0x00636261 as a float32 has the bytes "abc\0".
    [Fact]
    public void Inputs_are_told_apart_by_their_sha256()
    {
        Assert.Equal($"sha256:{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("abc\0"u8))}", Fingerprint.Of([BitConverter.UInt32BitsToSingle(0x00636261)]));
        ArrayDataSet Data(float x, int size) => new([1, x, 3, 4], size, [.. Enumerable.Repeat(1f, 4 / size)], 1);
        Assert.Equal(Fingerprint.Of(Data(2, 2)), Fingerprint.Of(Data(2, 2)));
        Assert.Equal(3, new[] { Data(2, 2), Data(2, 1), Data(2.0000002f, 2) }.Select(Fingerprint.Of).Distinct().Count());
    }

    private IEnumerable<StateSection> Sections => [new("numbers", state => state.Values(_numbers.AsSpan())), new("list", state => state.Values(_list))];

    private static byte[] Flipped(byte[] bytes, int bit)
    {
        byte[] damaged = [.. bytes];
        damaged[bit / 8] ^= (byte)(1 << (bit % 8));
        return damaged;
    }

    private StateStore Store(string name) => new(Latest, new JsonObject { ["name"] = name }) { Note = _notes.Add };
}
