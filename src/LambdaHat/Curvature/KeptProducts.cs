using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using LambdaHat.Data;

namespace LambdaHat.Curvature;

/// <summary>
/// An operator whose products are written to a file as they are made, beside the state of the run. Work that is interrupted and begun anew finds them there, with the same bits, as long as it asks for the same: whatever is a function
/// of products (probes, filters, Rayleigh–Ritz) goes on without a line of its own. Products that are made faster than they would be written are not kept, so that what is lost is bounded by the bytes.
/// </summary>
/// <remarks>
/// The file is a header, which says of what run it is, and a record for every block kept: its number, its columns, the checksum of the vectors that were asked for, the products in float64, their checksum. A record that is damaged,
/// or of other vectors, ends what is read; the file goes on from there.
/// </remarks>
public sealed class KeptProducts : SymmetricOperator, IDisposable
{
    /// <summary>What is made faster than this is not kept: 50 MB/s, about what any disk writes.</summary>
    private const double SecondsPerByte = 1 / 50e6;

    private const ulong Magic = 0x31_4B50_5348_4CUL;

    private readonly SymmetricOperator _operator;
    private StateStore? _store;
    private readonly double _secondsPerByte;
    private readonly string? _path;
    private FileStream? _file;
    private bool _isWriting;
    private long _asked;

    /// <summary>Takes up the products of an earlier run, or begins to keep them.</summary>
    /// <param name="operation">What makes the products that are not there.</param>
    /// <param name="store">The state of the run that they belong to, which deletes them with it; null keeps none.</param>
    /// <param name="part">The part of the run, a word.</param>
    public KeptProducts(SymmetricOperator operation, StateStore? store, string part)
        : this(operation, store, part, SecondsPerByte)
    {
    }

    internal KeptProducts(SymmetricOperator operation, StateStore? store, string part, double secondsPerByte)
    {
        (_operator, _store, _secondsPerByte) = (operation, store, secondsPerByte);
        if (store is null) return;
        _path = store.PathOfProducts(part);
        Open(store);
    }

    /// <inheritdoc/>
    public override int Dimension => _operator.Dimension;

    /// <summary>The products that came from the file.</summary>
    public long Found { get; private set; }

    /// <inheritdoc/>
    public override void Multiply(ReadOnlySpan<double> v, Span<double> result) => Take(MemoryMarshal.AsBytes(v), result, 1, v, static (operation, v, result, _) => operation.Multiply(v, result));

    /// <inheritdoc/>
    public override void MultiplyBlock(ReadOnlySpan<float> vectors, Span<double> results, int columns) =>
        Take(MemoryMarshal.AsBytes(vectors), results, columns, vectors, static (operation, v, result, columns) => operation.MultiplyBlock(v, result, columns));

    /// <inheritdoc/>
    public override void MultiplyBlock(ReadOnlySpan<double> vectors, Span<double> results, int columns) =>
        Take(MemoryMarshal.AsBytes(vectors), results, columns, vectors, static (operation, v, result, columns) => operation.MultiplyBlock(v, result, columns));

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private delegate void Product<T>(SymmetricOperator operation, ReadOnlySpan<T> vectors, Span<double> results, int columns);

    private void Take<T>(ReadOnlySpan<byte> asked, Span<double> results, int columns, ReadOnlySpan<T> vectors, Product<T> product)
    {
        var number = _asked++;
        if (_store is null)
        {
            product(_operator, vectors, results, columns);
            return;
        }
        var key = new Record(number, columns, Checksum(asked));
        if (_file is not null && !_isWriting && Read(key, results))
        {
            Found += columns;
            return;
        }
        var clock = Stopwatch.StartNew();
        product(_operator, vectors, results, columns);
        var bytes = MemoryMarshal.AsBytes(results);
        if ((_isWriting || _file is null) && _store is not null && clock.Elapsed.TotalSeconds >= _secondsPerByte * bytes.Length) Write(key, bytes);
    }

    private static byte[] Header(StateStore store) => Encoding.UTF8.GetBytes(store.Identity.ToJsonString());

    // What is there of this run is read first.
    private void Open(StateStore store)
    {
        if (!File.Exists(_path)) return;
        try
        {
            _file = new FileStream(_path!, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
            if (!IsOf(Header(store))) Close();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            GiveUp(e.Message);
        }
    }

    private void Begin(byte[] header)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(_path!)) is { } folder) Directory.CreateDirectory(folder);
        _file = new FileStream(_path!, FileMode.Create, FileAccess.ReadWrite, FileShare.Read);
        Value(Magic);
        Value(header.Length);
        _file.Write(header);
    }

    private bool IsOf(byte[] header)
    {
        if (_file!.Length < sizeof(ulong) + sizeof(int) + header.Length || Value<ulong>() != Magic || Value<int>() != header.Length) return false;
        var found = new byte[header.Length];
        _file.ReadExactly(found);
        return found.AsSpan().SequenceEqual(header);
    }

    // Records come in the order of their numbers; a product that has none was too fast to be kept.
    private bool Read(Record key, Span<double> results)
    {
        var start = _file!.Position;
        try
        {
            if (_file.Length > start)
            {
                var found = Value<Record>();
                if (found.Number > key.Number && found.IsWhole)
                {
                    _file.Position = start;
                    return false;
                }
                var bytes = MemoryMarshal.AsBytes(results);
                if (found == key)
                {
                    _file.ReadExactly(bytes);
                    if (Value<uint>() == Checksum(bytes)) return true;
                }
            }
            // The end, or what is of no use from here on.
            _file.SetLength(start);
        }
        catch (EndOfStreamException)
        {
            _file.SetLength(start);
        }
        catch (IOException e)
        {
            GiveUp(e.Message);
        }
        _isWriting = true;
        if (_file is not null) _file.Position = start;
        return false;
    }

    private void Write(Record key, Span<byte> products)
    {
        try
        {
            if (_file is null) Begin(Header(_store!));
            _isWriting = true;
            if (_file!.Position + products.Length > Math.Min(_store!.MostBytes, MostOfDisk()))
            {
                GiveUp($"there is room for {_file.Position} bytes of them, and for no more");
                return;
            }
            Value(key);
            _file.Write(products);
            Value(Checksum(products));
            _file.Flush();
            _store.IsSaved = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What is left of the disk is for results.
            Close();
            if (File.Exists(_path)) File.Delete(_path);
            GiveUp(e.Message);
        }
    }

    // Half of what this file and others have left.
    private long MostOfDisk() => (_file!.Position + new DriveInfo(Path.GetFullPath(_path!)).AvailableFreeSpace) / 2;

    private void Close()
    {
        _file?.Dispose();
        _file = null;
    }

    // No reason to end the work.
    private void GiveUp(string why)
    {
        _store!.Note?.Invoke($"products are not kept any more: {why}");
        _store = null;
        Close();
    }

    private void Value<T>(T value)
        where T : unmanaged => _file!.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    private T Value<T>()
        where T : unmanaged
    {
        T value = default;
        _file!.ReadExactly(MemoryMarshal.AsBytes(new Span<T>(ref value)));
        return value;
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = new Crc32();
        crc.Append(bytes);
        return crc.Value;
    }

    // The check tells a record from bytes that happen to look like one of a later number. Without padding, whose bytes have any value.
    [StructLayout(LayoutKind.Sequential, Pack = sizeof(uint))]
    private readonly record struct Record(long Number, int Columns, uint Vectors)
    {
        private readonly uint _check = Check(Number, Columns, Vectors);

        public bool IsWhole => _check == Check(Number, Columns, Vectors);

        private static uint Check(long number, int columns, uint vectors) => (uint)number ^ ((uint)columns << 16) ^ vectors ^ 0x9E37_79B9;
    }
}
