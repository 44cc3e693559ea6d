using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LambdaHat.Numerics;

namespace LambdaHat.Data;

/// <summary>
/// The state of an unfinished run: eight bytes of magic, a section with the identity (JSON: what the run is), sections of state, the magic again. A section is the length of its name and of its content, both, and the CRC-32 of all
/// of it. Numbers are those of the machine. A file is looked through as a whole before anything is taken from it.
/// </summary>
public sealed class StateFile
{
    private const ulong Magic = 0x31_4554_4154_5348_4CUL;
    private const string IdentityName = "identity";
    private const int MostIdentity = 1 << 20;

    private readonly string _path;
    private readonly Dictionary<string, (long Start, long Length)> _sections = [];

    private StateFile(string path) => _path = path;

    /// <summary>What the run is that the state belongs to.</summary>
    public JsonObject Identity { get; private set; } = [];

    /// <summary>Writes a file whose name always leads to a complete one.</summary>
    /// <exception cref="InvalidInputException">It cannot be written.</exception>
    public static void Write(string path, JsonObject identity, IEnumerable<StateSection> sections) => AtomicFile.Write(path, stream =>
    {
        var writer = new Writer(stream);
        writer.Value(Magic);
        var text = Encoding.UTF8.GetBytes(identity.ToJsonString());
        Section(stream, writer, IdentityName, state => state.Values(text.AsSpan()));
        foreach (var section in sections) Section(stream, writer, section.Name, section.Transfer);
        writer.Value(Magic);
    });

    /// <summary>Opens a file and checks every byte of it.</summary>
    /// <exception cref="InvalidInputException">There is none, it is damaged, or of no state.</exception>
    public static StateFile Open(string path) => InputFile.Read(path, (stream, _) =>
    {
        var file = new StateFile(path);
        try
        {
            file.Check(stream);
        }
        catch (Exception e) when (e is EndOfStreamException or JsonException or InvalidOperationException or ArgumentException)
        {
            throw file.Damaged("it ends too early");
        }
        return file;
    }, seeks: true);

    /// <summary>Whether there is such a section.</summary>
    public bool Has(string section) => _sections.ContainsKey(section);

    /// <summary>Reads <paramref name="sections"/>.</summary>
    /// <exception cref="InvalidInputException">One is missing, or not of the shape expected.</exception>
    public void Read(IEnumerable<StateSection> sections)
    {
        using var stream = InputFile.Open(_path, seeks: true);
        foreach (var section in sections)
        {
            if (!_sections.TryGetValue(section.Name, out var place)) throw Damaged($"there is no section {NearestName.Quote(section.Name)}");
            stream.Position = place.Start;
            var reader = new Reader(stream, place.Length);
            section.Transfer(reader);
            if (reader.Left != 0) throw Damaged($"section {NearestName.Quote(section.Name)} has {reader.Left} bytes too many");
        }
    }

    private static void Section(Stream stream, Writer writer, string name, Action<StateTransfer> transfer)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        writer.Value(bytes.Length);
        var place = stream.Position;
        writer.Value(0L);
        writer.Begin();
        writer.Bytes(bytes);
        var start = stream.Position;
        transfer(writer);
        var (checksum, end) = (writer.Checksum, stream.Position);
        writer.Value(checksum);
        stream.Position = place;
        writer.Value(end - start);
        stream.Position = end + sizeof(uint);
    }

    private void Check(Stream stream)
    {
        var reader = new Reader(stream, stream.Length);
        if (reader.Value(0UL) != Magic) throw Damaged("it does not begin as one");
        var buffer = new byte[1 << 16];
        while (reader.Left > sizeof(ulong))
        {
            int size = reader.Value(0);
            var length = reader.Value(0L);
            if (size is < 1 or > 256 || length < 0 || length > reader.Left - size - sizeof(uint)) throw Damaged("the length of a section is wrong");
            var crc = new Crc32();
            var name = new byte[size];
            reader.Bytes(name);
            crc.Append(name);
            var (text, start) = (Encoding.UTF8.GetString(name), stream.Position);
            for (var left = length; left > 0;)
            {
                var part = buffer.AsSpan(0, (int)Math.Min(left, buffer.Length));
                reader.Bytes(part);
                crc.Append(part);
                left -= part.Length;
            }
            if (reader.Value(0U) != crc.Value) throw Damaged($"the checksum of section {NearestName.Quote(text)} is wrong");
            if (!_sections.TryAdd(text, (start, length))) throw Damaged($"section {NearestName.Quote(text)} is there twice");
        }
        if (reader.Value(0UL) != Magic) throw Damaged("it ends too early");
        if (!_sections.TryGetValue(IdentityName, out var place) || place.Length > MostIdentity) throw Damaged("it does not say of what run it is");
        var content = new byte[place.Length - sizeof(int)];
        stream.Position = place.Start;
        new Reader(stream, place.Length).Values(content.AsSpan());
        Identity = JsonNode.Parse(content) as JsonObject ?? throw Damaged("it does not say of what run it is");
    }

    private InvalidInputException Damaged(string why) => new($"\"{_path}\" is no whole state of a run: {why}");

    private sealed class Writer(Stream stream) : StateTransfer
    {
        private Crc32 _crc;

        public override bool IsReading => false;

        protected override long Remaining => 0;

        public uint Checksum => _crc.Value;

        public void Begin() => _crc = new();

        public void Bytes(Span<byte> bytes) => Move(bytes);

        protected override void Move(Span<byte> bytes)
        {
            stream.Write(bytes);
            _crc.Append(bytes);
        }
    }

    private sealed class Reader(Stream stream, long length) : StateTransfer
    {
        public override bool IsReading => true;

        public long Left { get; private set; } = length;

        protected override long Remaining => Left;

        public void Bytes(Span<byte> bytes) => Move(bytes);

        protected override void Move(Span<byte> bytes)
        {
            if (bytes.Length > Left) throw new EndOfStreamException();
            stream.ReadExactly(bytes);
            Left -= bytes.Length;
        }
    }
}
